import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { many, stage } from "../../../artifacts/stage.ts"
import { fromRows } from "../../../schemas/table.ts"
import { sums } from "./sum.ts"
import { numbers } from "./tables.ts"

const total = (x: Float64Array) => x.reduce((a, b) => a + b, 0)

export default stage({
  name: "add",
  doc: "adds the numbers of each seed",
  source: import.meta.url,
  params: Schema.Struct({}),
  inputs: { all: many(numbers) },
  outputs: { sums, largest: numbers },
  run: ({ inputs: { all } }) =>
    Effect.sync(() => {
      const rows = all.map(({ labels, value }) => ({ seed: Number(labels.seed), sum: total(value.columns.x) }))
      return { sums: fromRows(sums, rows), largest: all.at(-1)!.value }
    }),
})
