import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { many, stage } from "../../../artifacts/stage.ts"
import { fromRows } from "../../../schemas/table.ts"
import { numbers, sums } from "./numbers.ts"

export default stage({
  name: "combine",
  doc: "sums all numbers, weighted by the label of their node",
  source: import.meta.url,
  params: Schema.Struct({}),
  inputs: { all: many(numbers) },
  outputs: { sums },
  run: ({ inputs }) =>
    Effect.sync(() => {
      const weighted = inputs.all.map(
        ({ labels, value }) => value.columns.x.reduce((a, b) => a + b, 0) * Number(labels.i),
      )
      return { sums: fromRows(sums, [{ sum: weighted.reduce((a, b) => a + b, 0) }]) }
    }),
})
