import { existsSync, rmSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stage } from "../../../artifacts/stage.ts"
import { required } from "../../../schemas/param.ts"
import { fromColumns } from "../../../schemas/table.ts"
import { numbers } from "./numbers.ts"

export default stage({
  name: "linger",
  doc: "leaves a timer that ends its thread, when it is told to",
  source: import.meta.url,
  params: Schema.Struct({
    gate: required(Schema.String, { doc: "file that tells the timer to end the thread; it removes it first" }),
    end: required(Schema.Literals(["throw", "exit"]), { doc: "how the thread ends" }),
  }),
  inputs: {},
  outputs: { numbers },
  run: ({ params: { gate, end } }) =>
    Effect.sync(() => {
      setInterval(() => {
        if (!existsSync(gate)) return
        rmSync(gate)
        if (end === "exit") process.exit(3)
        throw new RangeError("the timer has had enough")
      }, 1)
      return { numbers: fromColumns(numbers, { x: Float64Array.of(1) }) }
    }),
})
