import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../../../artifacts/stage.ts"
import { param, whole } from "../../../schemas/param.ts"
import { fromColumns } from "../../../schemas/table.ts"
import { numbers } from "./tables.ts"

export default stage({
  name: "raise",
  doc: "raises numbers to a power",
  source: import.meta.url,
  params: Schema.Struct({ power: param(whole(0, 9), 2, { doc: "exponent" }) }),
  inputs: { numbers },
  outputs: { numbers },
  run: ({ params: { power }, inputs: { numbers: of } }) =>
    Effect.gen(function* () {
      if (power === 7 && of.columns.x[0]! === 1)
        return yield* new StageError({ message: "seven is too much for 1", advice: "choose another power" })
      if (power === 8) throw new TypeError("the eighth power is a defect")
      const x = of.columns.x.map((value) =>
        Array.from({ length: power }).reduce((product: number) => product * value, 1),
      )
      return { numbers: fromColumns(numbers, { ...of.columns, x }) }
    }),
})
