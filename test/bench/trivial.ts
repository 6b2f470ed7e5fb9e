import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { many, stage } from "../../artifacts/stage.ts"
import { required, whole } from "../../schemas/param.ts"
import { fromRows } from "../../schemas/table.ts"
import { numbers } from "../artifacts/rig/numbers.ts"

export default stage({
  name: "trivial",
  doc: "one number, whatever it is given",
  source: import.meta.url,
  params: Schema.Struct({ index: required(whole(0), { doc: "tells the nodes apart" }) }),
  inputs: { from: many(numbers) },
  outputs: { numbers },
  run: ({ params: { index } }) => Effect.sync(() => ({ numbers: fromRows(numbers, [{ x: index % 100 }]) })),
})
