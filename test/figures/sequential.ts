/** Hand-made tables of networks that read images, for figures of the smnist study. */
import type { Labels } from "../../artifacts/stage.ts"
import { fromRows, type Row, type TableSchema } from "../../schemas/table.ts"

export const profiles = ["matched", "strong"]
export const seeds = [0, 1, 2]
export const trained = (profile: string, seed: number): Labels => ({ profile, seed, trained: true })
export const untrained = (seed: number): Labels => ({ seed, trained: false })
export const pixels: Labels = { trained: false, of: "pixels" }

/** A gathered table with these rows; numbers that are not given are 0, texts "", and flags false. */
export const tableOf = <S extends TableSchema>(schema: S, labels: Labels, rows: readonly Partial<Row<S>>[]) => {
  const empty = { utf8: "", bool: false } as const
  const blank = Object.fromEntries(
    Object.entries(schema.columns).map(([name, { type }]) => [
      name,
      type === "utf8" || type === "bool" ? empty[type] : 0,
    ]),
  )
  return { labels, value: fromRows(schema, rows.map((row) => ({ ...blank, ...row })) as unknown as readonly Row<S>[]) }
}

/** A table for each profile and seed; the middle seed, 1, is at the median if rows grow with the seed. */
export const tablesOf = <S extends TableSchema>(
  schema: S,
  rowsOf: (profile: string, seed: number) => readonly Partial<Row<S>>[],
) => profiles.flatMap((profile) => seeds.map((seed) => tableOf(schema, trained(profile, seed), rowsOf(profile, seed))))
