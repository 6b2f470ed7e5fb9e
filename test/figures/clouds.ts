/** Hand-made inputs of the clusters study. */
import { points } from "../../schemas/points.ts"
import { fromColumns } from "../../schemas/table.ts"

/** Centres of classes 0, 1, 0, 1, …, one row of d numbers each, and samples at distances ±`off` from them along every axis. */
export function task(d: number, seed: number, centres: readonly (readonly number[])[], off = 0.25) {
  const labels = { d, seed }
  const table = (rows: readonly (readonly number[])[], each: number) => {
    const cluster = Int32Array.from(rows, (_, i) => Math.floor(i / each))
    const x = { width: d, values: Float32Array.from(rows.flat()) }
    return { labels, value: fromColumns(points, { cluster, label: cluster.map((i) => i % 2), x }) }
  }
  const around = centres.flatMap((x) => [off, -off].map((step) => x.map((at) => at + step)))
  const again = [...around, ...around].sort()
  return { labels, tables: [table(centres, 1), table(around, 2), table(again, 4)] }
}
