import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stage } from "../artifacts/stage.ts"
import { eigenvalues } from "../schemas/eigenvalues.ts"
import { fromRows, type Row } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { weightsAt } from "./numerics/unroll.ts"

/** Loaded when first used, because ml-matrix takes a while. */
const loadEigenvalues = Effect.promise(() => import("./numerics/eigenvalues.ts"))

export default stage({
  name: "measure-eigenvalues",
  doc: "eigenvalues of the recurrent weights at every saved epoch",
  source: import.meta.url,
  params: Schema.Struct({}),
  inputs: { weights },
  outputs: { eigenvalues },
  run: ({ inputs, report }) =>
    Effect.gen(function* () {
      const numerics = yield* loadEigenvalues
      const { columns, length } = inputs.weights
      const rows: Row<typeof eigenvalues>[] = []
      for (let saved = 0; saved < length; saved++) {
        const epoch = columns.epoch[saved]!
        numerics.eigenvalues(weightsAt(columns, saved).R, columns.b1.width).forEach((lambda, index) => {
          rows.push({ epoch, index, ...lambda })
        })
        report((saved + 1) / length, `epoch ${epoch}`)
        yield* Effect.yieldNow
      }
      return { eigenvalues: fromRows(eigenvalues, rows) }
    }),
})
