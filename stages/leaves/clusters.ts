/** What claims and figures share of the clusters study: the labels of its networks, and what is read off their tables. */
import type { Labels } from "../../artifacts/leaf.ts"
import type { lyapunov } from "../../schemas/lyapunov.ts"
import { toRows } from "../../schemas/table.ts"
import { labelledBy, type Of } from "./labels.ts"

/** Step at which the loss reads the output of a network at the defaults, t_eval. */
export const tEval = 10

/** Labels of a network at the defaults: input dimension, gain, seed, before or after training. */
export interface NetworkLabels {
  readonly d: number
  readonly g: number
  readonly seed: number
  readonly trained: boolean
}

/** Those of its training, and of its inputs; neither is before or after training. */
export type TrainingLabels = Omit<NetworkLabels, "trained">
export type TaskLabels = Omit<TrainingLabels, "g">

const areNumbers = (labels: Labels, ...names: readonly string[]): boolean =>
  names.every((name) => typeof labels[name] === "number")

/** Whether a table is of a network at the defaults: variants and sweeps carry further labels and are not mixed in. */
export const isNetwork = (labels: Labels): labels is Labels & NetworkLabels =>
  labelledBy("d", "g", "seed", "trained")(labels) &&
  areNumbers(labels, "d", "g", "seed") &&
  typeof labels.trained === "boolean"

/** Whether a table is of the training of such a network. */
export const isTraining = (labels: Labels): labels is Labels & TrainingLabels =>
  labelledBy("d", "g", "seed")(labels) && areNumbers(labels, "d", "g", "seed")

/** Whether a table is of the inputs of such networks. */
export const isTask = (labels: Labels): labels is Labels & TaskLabels =>
  labelledBy("d", "seed")(labels) && areNumbers(labels, "d", "seed")

/** Settings that variants change, at the baseline, whose networks do not carry them as labels. */
export const baseline = { learningRate: 0.001, inputGain: "code", clusters: 60 }

/** Whether a table is of a network away from the baseline: without one there is nothing to compare the baseline with. */
export const isVariant = (labels: Labels): boolean => !isNetwork(labels)

/** Largest Lyapunov exponent in nats a step, LE1, at the last epoch of the table. */
export const le1Of = ({ value }: Of<typeof lyapunov>): number | undefined =>
  toRows(value).findLast(({ exponent }) => exponent === 0)?.nats
