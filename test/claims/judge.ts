/** Judges claims on hand-made tables of the clusters study. */
import * as Effect from "effect/Effect"
import type { Leaf } from "../../artifacts/leaf.ts"
import type { Labels } from "../../artifacts/stage.ts"
import { dimension } from "../../schemas/dimension.ts"
import { fromRows, type Row, type Table, toRows } from "../../schemas/table.ts"
import type { verdict } from "../../schemas/verdict.ts"

export interface Gathered {
  readonly labels: Labels
  readonly value: Table
}

/** Rows of the verdict on what the claim gathers of `tables`: each port those of its schema. */
export function judge({ stage, gathers }: Leaf, tables: readonly Gathered[]): Promise<Row<typeof verdict>[]> {
  const inputs = Object.fromEntries(
    Object.entries(gathers).map(([port, { schema, where }]) => [
      port,
      tables.filter(({ labels, value }) => value.schema === schema && where(labels)),
    ]),
  )
  const run = stage.run({ params: {}, inputs, report: () => {} }) as Effect.Effect<{ claim: Table<typeof verdict> }>
  return Effect.runPromise(Effect.map(run, ({ claim }) => toRows(claim)))
}

/** Value, n and verdict of a part in words: `.5 of 3, holds`. */
export const inWords = ({ value, n, verdict: told }: Row<typeof verdict>): string =>
  `${Number(value.toFixed(6))} of ${n}, ${told}`

/** The parts in words, each with its name: `g = 20: .5 of 3, holds`. */
export const judged = async (claim: Leaf, tables: readonly Gathered[]): Promise<string[]> =>
  (await judge(claim, tables)).map((row) => `${row.part}: ${inWords(row)}`)

/** Labels of a network after training, at the edge of chaos in 200 dimensions, but for what is said. */
export const network = (labels: Labels = {}): Labels => ({ d: 200, g: 20, seed: 0, trained: true, ...labels })

/** The same in both regimes. */
export const bothRegimes = (make: (g: number) => Gathered[]): Gathered[] => [20, 250].flatMap(make)

/** ED at t = 0, 1, …; of the classes, and by the corrected estimate, it is another. */
export const dimensions = (ed: readonly number[]): Table =>
  fromRows(
    dimension,
    ed.flatMap((ed, t) =>
      [0, -1].map((label) => ({
        t,
        label,
        points: 9,
        ed: label === -1 ? ed : 77,
        edCorrected: 88,
        pca90: 1,
        variance: 1,
      })),
    ),
  )
