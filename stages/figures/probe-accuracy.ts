/** What Figs 2c, 3e and 3f of Farrell et al. 2019 have in common: accuracy of logistic regression over t. */
import { probes } from "../../schemas/probes.ts"
import type { Row } from "../../schemas/table.ts"
import { accuracyLaw } from "./bands.ts"

const accuracy = {
  schema: probes,
  law: accuracyLaw,
  level: { y: 0.5, name: "chance" },
  atLeast: [0.45, 1],
} as const

/** Accuracy on clusters that were kept out of the regression: on the paper's fixed fifth of them. */
export const heldOutAccuracy = {
  ...accuracy,
  pointOf: ({ probe, t, split, accuracy }: Row<typeof probes>) =>
    probe === "holdout" && split === 0 ? { t, y: accuracy } : undefined,
  rows: "rows with probe `holdout` and split 0",
  axis: "accuracy on held-out clusters",
  caption: "Logistic regression at each t, fitted to four fifths of the clusters and tested on the others.",
} as const

/** The regressions that merely ask for separability have a penalty weaker than this. */
const weakPenalty = 1e3

/** Accuracy on the points that the regression was fitted to. */
export const trainingAccuracy = {
  ...accuracy,
  pointOf: ({ probe, t, C, accuracy }: Row<typeof probes>) =>
    probe === "train" && C < weakPenalty ? { t, y: accuracy } : undefined,
  rows: `rows with probe \`train\` and C < ${weakPenalty}`,
  axis: "training accuracy",
  caption: "Logistic regression at each t, on the points that it was fitted to.",
} as const
