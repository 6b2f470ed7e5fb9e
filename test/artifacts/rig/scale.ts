import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../../../artifacts/stage.ts"
import { param } from "../../../schemas/param.ts"
import { fromColumns } from "../../../schemas/table.ts"
import { twice } from "./arithmetic.ts"
import { numbers } from "./numbers.ts"

export default stage({
  name: "scale",
  doc: "doubles, or fails, spins or spoils when told to",
  source: import.meta.url,
  params: Schema.Struct({
    absolute: param(Schema.Boolean, false, { doc: "drop the sign" }),
    fault: param(Schema.Literals(["none", "fail", "throw", "nan", "write-input", "spin"]), "none", {
      doc: "what to do wrong",
    }),
  }),
  inputs: { numbers },
  outputs: { numbers },
  run: ({ params: { absolute, fault }, inputs, report }) =>
    Effect.gen(function* () {
      const { x } = inputs.numbers.columns
      if (fault === "fail")
        return yield* Effect.fail(new StageError({ message: "cannot scale", advice: "set fault=none" }))
      if (fault === "throw") throw new Error("thrown")
      if (fault === "write-input") x.fill(7)
      if (fault === "spin") for (let i = 0; i < 2 ** 40; i++) report(i / 2 ** 40, "spinning")
      const scaled = x.map((value) => (fault === "nan" ? Number.NaN : twice(absolute ? Math.abs(value) : value)))
      return { numbers: fromColumns(numbers, { x: scaled }) }
    }),
})
