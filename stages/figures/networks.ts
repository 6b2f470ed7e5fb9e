/** Networks of the clusters study that figures show, and what is said where there are none. */
import * as Effect from "effect/Effect"
import { StageError } from "../../artifacts/figure.ts"
import type { NetworkLabels } from "../leaves/clusters.ts"

/** Whether inputs of dimension d fill a plane at most: those of Fig. 3 of the paper. Fig. 2 has the others. */
export const isPlanar = (d: number): boolean => d <= 2

/** Whether a network starts nearer to the edge of chaos (g = 20 in the paper) than to strong chaos (g = 250). */
export const isNearEdge = (g: number): boolean => g < 100

/** Distinct numbers, ascending. */
export const ascending = (values: Iterable<number>): readonly number[] => [...new Set(values)].sort((a, b) => a - b)

/** Of each input dimension and gain the network with the smallest seed: d descending, then g ascending. */
export function firstSeeds<T extends { readonly labels: NetworkLabels }>(networks: readonly T[]): readonly T[] {
  const sorted = networks.toSorted(({ labels: a }, { labels: b }) => b.d - a.d || a.g - b.g || a.seed - b.seed)
  return sorted.filter(({ labels: { d, g } }, i) => sorted[i - 1]?.labels.d !== d || sorted[i - 1]?.labels.g !== g)
}

/** Fails a figure none of whose rows are there. */
export const missing = (id: string, schema: string, rows: string): Effect.Effect<never, StageError> =>
  Effect.fail(
    new StageError({
      message: `figure ${id}: no table \`${schema}\` of the study has ${rows}`,
      advice: `add to the study a node that makes \`${schema}\` with ${rows}`,
    }),
  )
