import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { many, stage } from "../../../artifacts/stage.ts"
import { fromRows } from "../../../schemas/table.ts"
import { frames } from "./frames.ts"
import { numbers } from "./numbers.ts"

export default stage({
  name: "track",
  doc: "of each table the sums of its frames, the last one first",
  source: import.meta.url,
  params: Schema.Struct({}),
  inputs: { all: many(frames) },
  outputs: { numbers },
  run: ({ inputs }) =>
    Effect.sync(() => {
      const sums = inputs.all.flatMap(({ value }) =>
        [...value.frames.keys()].reverse().map((k) => {
          const { h } = value.frame(k).columns
          return { x: h.values.reduce((sum, x) => sum + x, 0) }
        }),
      )
      return { numbers: fromRows(numbers, sums) }
    }),
})
