import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stage } from "../../../artifacts/stage.ts"
import { param, required, whole, within } from "../../../schemas/param.ts"
import { fromColumns } from "../../../schemas/table.ts"
import { numbers } from "./numbers.ts"

export default stage({
  name: "produce",
  doc: "counts from a start",
  source: import.meta.url,
  params: Schema.Struct({
    start: required(within(-100, 100), { doc: "first number" }),
    count: param(whole(1, 1000), 3, { doc: "how many" }),
  }),
  inputs: {},
  outputs: { numbers },
  run: ({ params: { start, count } }) =>
    Effect.sync(() => ({
      numbers: fromColumns(numbers, { x: Float64Array.from({ length: count }, (_, i) => start + i) }),
    })),
})
