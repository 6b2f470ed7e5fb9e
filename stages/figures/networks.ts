/** Tables of the clusters study that figures gather: whose they are, and which panel of the paper shows them. */
import * as Effect from "effect/Effect"
import { type Labels, StageError } from "../../artifacts/figure.ts"

/** One network of the clusters study at its defaults: input dimension, gain, seed, before or after training. */
export interface ClustersLabels {
  readonly d: number
  readonly g: number
  readonly seed: number
  readonly trained: boolean
}

/** Whether there are `count` labels, and those with these names are numbers. */
const hasNumbers = (labels: Labels, count: number, ...names: readonly string[]): boolean =>
  Object.keys(labels).length === count && names.every((name) => typeof labels[name] === "number")

/** Whether a table is of a network at the defaults: variants and sweeps carry further labels and are not mixed in. */
export const isClusters = (labels: Labels): labels is Labels & ClustersLabels =>
  typeof labels.trained === "boolean" && hasNumbers(labels, 4, "d", "g", "seed")

/** The training of one such network, or its inputs; neither is before or after training. */
export type TrainingLabels = Omit<ClustersLabels, "trained">
export type TaskLabels = Omit<TrainingLabels, "g">

/** Whether a table is of the training of such a network. */
export const isTraining = (labels: Labels): labels is Labels & TrainingLabels => hasNumbers(labels, 3, "d", "g", "seed")

/** Whether a table is of the inputs of such networks. */
export const isTask = (labels: Labels): labels is Labels & TaskLabels => hasNumbers(labels, 2, "d", "seed")

/** Whether inputs of dimension d fill a plane at most: those of Fig. 3 of the paper. Fig. 2 has the others. */
export const isPlanar = (d: number): boolean => d <= 2

/** Whether a network starts nearer to the edge of chaos (g = 20 in the paper) than to strong chaos (g = 250). */
export const isNearEdge = (g: number): boolean => g < 100

/** Step at which the clusters task is read, t_eval. */
export const evaluationStep = 10

/** Distinct numbers, ascending. */
export const ascending = (values: Iterable<number>): readonly number[] => [...new Set(values)].sort((a, b) => a - b)

/** Fails a figure none of whose rows are there. */
export const missing = (id: string, schema: string, rows: string): Effect.Effect<never, StageError> =>
  Effect.fail(
    new StageError({
      message: `figure ${id}: no table \`${schema}\` of the study has ${rows}`,
      advice: `add to the study a node that makes \`${schema}\` with ${rows}`,
    }),
  )
