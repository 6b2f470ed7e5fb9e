import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { learning } from "../schemas/learning.ts"
import { param, required, whole } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { fromRows, type Row } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { evaluate } from "./numerics/evaluate.ts"
import { sizesOf, weightsAt } from "./numerics/unroll.ts"

const Params = Schema.Struct({
  epochs: required(Schema.Array(whole(0)), { doc: "epochs of the networks to look at, of those that were saved" }),
  points: param(whole(0), 0, { doc: "points to look at, the first so many; 0 for all" }),
  steps: required(whole(1), { doc: "number of hidden states h_0 … h_{T-1}; the readout reads the last", symbol: "T" }),
  activation: param(Schema.Literals(["tanh", "identity"]), "tanh", { doc: "φ", symbol: "φ" }),
})

export default stage({
  name: "measure-learning",
  doc: "loss and accuracy of the networks of several epochs on the same points",
  source: import.meta.url,
  params: Params,
  inputs: { weights, points },
  outputs: { learning },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { columns, length } = inputs.weights
      const saved = [...columns.epoch.subarray(0, length)]
      const missing = p.epochs.find((epoch) => !saved.includes(epoch))
      if (missing !== undefined)
        return yield* new StageError({
          message: `no network of epoch ${missing}: saved are ${saved.join(", ")}`,
          advice: "set epochs to some of these, or add it to keepEpochs of the training",
        })
      const { label, x } = inputs.points.columns
      const { d } = sizesOf(weightsAt(columns, 0))
      if (x.width % d !== 0 || x.width / d > p.steps)
        return yield* new StageError({
          message: `points of ${x.width} values are not 1 to ${p.steps} input rows of d = ${d}`,
          advice: "set steps to the number of rows or more",
        })
      const N = Math.min(p.points || label.length, label.length)
      const shown = { label: label.subarray(0, N), x: { width: x.width, values: x.values.subarray(0, N * x.width) } }
      const rows: Row<typeof learning>[] = []
      for (const [done, epoch] of p.epochs.entries()) {
        const reading = { steps: p.steps, activation: p.activation, loss: "cross-entropy" } as const
        rows.push({ epoch, points: N, ...evaluate(reading, weightsAt(columns, saved.indexOf(epoch)), shown) })
        report((done + 1) / p.epochs.length, `epoch ${epoch}`)
        yield* Effect.yieldNow
      }
      return { learning: fromRows(learning, rows) }
    }),
})
