import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stage } from "../../../artifacts/stage.ts"
import { param, whole } from "../../../schemas/param.ts"
import { fromColumns } from "../../../schemas/table.ts"
import { numbers } from "./numbers.ts"

/** How many numbers each run in this thread had to make, in order. */
export const made: number[] = []

export default stage({
  name: "grow",
  doc: "sums of the input's numbers, over and over; goes on from a shorter list",
  source: import.meta.url,
  params: Schema.Struct({
    length: param(whole(1), 4, { doc: "how many" }),
    sign: param(Schema.Literals([1, -1]), 1, { doc: "of the numbers" }),
    lies: param(Schema.Boolean, false, { doc: "adds a little where it goes on" }),
  }),
  inputs: { numbers },
  outputs: { numbers },
  resumes: { along: ["length"], reach: (shorter, longer) => (shorter.length < longer.length ? shorter.length : 0) },
  run: ({ params: { length, sign, lies }, inputs, earlier }) =>
    Effect.sync(() => {
      const terms = inputs.numbers.columns.x
      const x = new Float64Array(length)
      const known = earlier?.params.length ?? 0
      if (earlier) x.set(earlier.outputs.numbers.columns.x)
      for (let i = known; i < length; i++) x[i] = (x[i - 1] ?? 0) + sign * terms[i % terms.length]!
      if (lies && earlier) x[length - 1]! += 1e-9
      made.push(length - known)
      return { numbers: fromColumns(numbers, { x }) }
    }),
})
