/** Hand-made tables of networks of the clusters study, for claims that look at several settings or at several tables. */
import type { Leaf } from "../../artifacts/leaf.ts"
import type { Labels } from "../../artifacts/stage.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { readout } from "../../schemas/readout.ts"
import { fromRows } from "../../schemas/table.ts"
import { dimensions, type Gathered, inWords, judge, network } from "./judge.ts"

/** The parts in words by their name. */
export const parts = async (claim: Leaf, tables: readonly Gathered[]): Promise<Record<string, string>> =>
  Object.fromEntries((await judge(claim, tables)).map((row) => [row.part, inWords(row)]))

/** Tables of the seeds 0, 1, …, of one value each. */
export const seeds = <A>(
  values: readonly A[],
  make: (value: A, labels: Labels) => Gathered,
  labels: Labels,
): Gathered[] => values.map((value, seed) => make(value, { seed, ...labels }))

/** A trained network with an accuracy at t = 10, and another one before and after. */
export const read = (accuracy: number, labels: Labels): Gathered => ({
  labels: network(labels),
  value: fromRows(
    readout,
    [9, 10, 11].map((t) => ({ rowsShown: 1, blankSteps: t, t, accuracy: t === 10 ? accuracy : 0.99, loss: 0 })),
  ),
})

/** A trained network with the ED `ed` at t = 0, 1, … */
export const curve = (ed: readonly number[], labels: Labels): Gathered => ({
  labels: network(labels),
  value: dimensions(ed),
})

/** A trained network with the ED `ed` at t = 10, and 40 before and after. */
export const compressed = (ed: number, labels: Labels): Gathered =>
  curve(
    Array.from({ length: 16 }, (_, t) => (t === 10 ? ed : 40)),
    labels,
  )

/** A trained network with the largest exponent `le1`, in nats, and a lower second one. */
export const chaotic = (le1: number, labels: Labels): Gathered => ({
  labels: network(labels),
  value: fromRows(
    lyapunov,
    [0, 1].map((exponent) => ({
      epoch: 40,
      exponent,
      nats: le1 - exponent,
      bits: 99,
      standardError: 0.01,
      spread: 0,
      kaplanYorke: 3,
      kaplanYorkeExact: true,
      conditions: 2,
      steps: 10,
    })),
  ),
})
