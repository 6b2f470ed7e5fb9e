/** Hand-made tables of networks of the study on sequential images. */
import type { Labels } from "../../artifacts/stage.ts"
import { attractorDimension } from "../../schemas/attractor-dimension.ts"
import { attractors } from "../../schemas/attractors.ts"
import { blanks } from "../../schemas/blanks.ts"
import { dimension } from "../../schemas/dimension.ts"
import { eigenvalues } from "../../schemas/eigenvalues.ts"
import { embeddingClusters } from "../../schemas/embedding-clusters.ts"
import { embeddingQuality } from "../../schemas/embedding-quality.ts"
import { history } from "../../schemas/history.ts"
import { information } from "../../schemas/information.ts"
import { periods } from "../../schemas/periods.ts"
import { probes } from "../../schemas/probes.ts"
import { readout } from "../../schemas/readout.ts"
import { fromRows, type Row, type TableSchema } from "../../schemas/table.ts"
import type { Gathered } from "./judge.ts"

/** Labels of a network after training, but for what is said. */
export const trained = (labels: Labels = {}): Labels => ({ profile: "matched", seed: 0, trained: true, ...labels })

/** Tables that are no network's after training at the defaults. */
export const others: readonly Labels[] = [
  { profile: "matched", seed: 0, trained: false },
  { seed: 0, trained: true },
  { profile: "other", seed: 0, trained: true },
  { profile: "matched", seed: 0, trained: true, over: "training" },
]

/** A maker of tables of a schema whose rows have these cells unless others are given. */
const tableOf =
  <S extends TableSchema>(schema: S, usual: Row<S>) =>
  (given: readonly Partial<Row<S>>[], labels: Labels = {}): Gathered => ({
    labels: trained(labels),
    value: fromRows(
      schema,
      given.map((row) => ({ ...usual, ...row })),
    ),
  })

/** The same with labels as they are, for what is no network after training. */
export const labelled = (labels: Labels, { value }: Gathered): Gathered => ({ labels, value })

export const learnt = tableOf(history, {
  epoch: 30,
  loss: 0.1,
  validationLoss: 0.2,
  validationAccuracy: 0.94,
  learningRate: 1e-4,
  skipped: 0,
})

export const read = tableOf(readout, { rowsShown: 28, blankSteps: 0, t: 27, accuracy: 0.5, loss: 1 })

export const dimensions = tableOf(dimension, {
  t: 27,
  label: -1,
  points: 100,
  ed: 77,
  edCorrected: 88,
  pca90: 10,
  variance: 1,
})

export const periodic = tableOf(periods, {
  method: "accuracy",
  period: 10,
  low: 9,
  high: 11,
  strength: 0.9,
  lag: 10,
  n: 451,
  share: 1,
})

export const probed = tableOf(probes, {
  probe: "holdout",
  t: 27,
  C: 1,
  split: 0,
  accuracy: 0.9,
  iterations: 9,
  gradientNorm: 0,
  converged: true,
  margin: 0,
})

export const spectrum = tableOf(eigenvalues, {
  epoch: 0,
  index: 0,
  re: 0.4,
  im: 0.4,
  modulus: 0.577,
  argument: 0.7,
  residual: 0,
})

export const ending = tableOf(attractors, {
  attractor: 0,
  kind: "curve",
  period: 0,
  members: 100,
  label: 0,
  purity: 0.2,
  mirror: -1,
  residual: 1,
  radius: 0,
  le1: 0,
  le2: -0.1,
  pca90: 4,
  twoNN: 1,
  mle: 1,
  estimated: true,
})

export const measured = tableOf(attractorDimension, {
  attractor: 0,
  kind: "curve",
  members: 100,
  states: 20000,
  pca90: 4,
  ed: 3,
  correlation: 1.05,
  correlationError: 0.01,
  radiusLow: 0.1,
  radiusHigh: 1,
  twoNN: 1,
  mle: 1.1,
  duplicates: 0,
  estimated: true,
  kaplanYorke: 1,
  kaplanYorkeExact: true,
})

export const told = tableOf(information, {
  variable: "attractor",
  values: 2,
  points: 1000,
  bits: 0.5,
  corrected: 0.4,
  chance: 0.1,
  chanceSd: 0.01,
  entropy: 3.3,
})

export const blank = tableOf(blanks, { t: 3, label: -1, points: 1000, zeroStates: 0.8, blankInputs: 0.8 })

export const quality = tableOf(embeddingQuality, {
  method: "t-sne",
  t: 3,
  points: 1000,
  purityFull: 0.5,
  purityEmbedded: 0.5,
  trustworthiness: 0.9,
  objective: 1,
})

export const clustered = tableOf(embeddingClusters, {
  method: "t-sne",
  t: 3,
  cluster: 0,
  label: 6,
  points: 100,
  members: 50,
  oddsRatio: 5,
  kept: 0.9,
})
