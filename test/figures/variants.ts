/** Hand-made tables of networks of the clusters study, for figures of its variants. */
import type { Labels } from "../../artifacts/stage.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { fromRows } from "../../schemas/table.ts"
import { dimensions as dimensionsOf } from "../claims/judge.ts"

/** A table with the ED of all points at t = 0, 1, …; that of the classes is another. */
export const dimensions = (labels: Labels, ed: readonly number[]) => ({ labels, value: dimensionsOf(ed) })

/** Lyapunov exponents of each epoch, the largest first, in nats a step. */
export const exponents = (labels: Labels, byEpoch: ReadonlyMap<number, readonly number[]>) => ({
  labels,
  value: fromRows(
    lyapunov,
    [...byEpoch].flatMap(([epoch, values]) =>
      values.map((nats, exponent) => ({
        ...{ epoch, exponent, nats, bits: 99, standardError: 0, spread: 0 },
        ...{ kaplanYorke: 1, kaplanYorkeExact: true, conditions: 1, steps: 9 },
      })),
    ),
  ),
})

/** Labels of a trained, strongly chaotic network at a learning rate; that of the baseline, .001, has none. */
export const atRate = (d: number, seed: number, learningRate: number): Labels => ({
  ...{ d, g: 250, seed, trained: true },
  ...(learningRate !== 0.001 && { learningRate }),
})
