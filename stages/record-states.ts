import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { param, required, whole } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { states } from "../schemas/states.ts"
import { fromColumns } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { frameColumns } from "./numerics/frames.ts"
import { argmax } from "./numerics/scores.ts"
import { blocks, networkFor, sizesOf } from "./numerics/unroll.ts"

const Params = Schema.Struct({
  epoch: param(Schema.Union([whole(0), Schema.Literal("last")]), "last", {
    doc: "epoch of the weights; 0 is before training",
  }),
  times: required(Schema.Array(whole(0)), {
    doc: "steps to keep, ascending; input rows first, then no input",
    symbol: "t",
  }),
  points: param(whole(0), 0, { doc: "points to run, the first so many; 0 for all" }),
  activation: param(Schema.Literals(["tanh", "identity"]), "tanh", { doc: "φ, as in training", symbol: "φ" }),
}).check(
  Schema.makeFilter(({ times }) =>
    times.length > 0 && times.every((t, k) => k === 0 || t > times[k - 1]!)
      ? undefined
      : `times = [${times}]: expected one or more steps in ascending order`,
  ),
)

const isBeginning = (shorter: readonly number[], longer: readonly number[]): boolean =>
  shorter.length < longer.length && shorter.every((t, k) => t === longer[k])

export default stage({
  name: "record-states",
  doc: "hidden states h_t of a saved network at chosen steps",
  source: import.meta.url,
  params: Params,
  inputs: { weights, points },
  outputs: { states },
  // The states of the last step are all that the network remembers.
  resumes: { along: ["times"], reach: ({ times }, longer) => (isBeginning(times, longer.times) ? times.length : 0) },
  run: ({ params: p, inputs, report, earlier }) =>
    Effect.gen(function* () {
      const { label, cluster, x } = inputs.points.columns
      const network = networkFor(inputs.weights.columns, p.epoch, x.width)
      if ("message" in network) return yield* new StageError(network)
      const { n, d, classes } = sizesOf(network)
      const N = p.points === 0 ? label.length : Math.min(p.points, label.length)
      const rows = p.times.length * N
      const h = new Float32Array(rows * n)
      const prediction = new Int32Array(rows)
      const known = earlier?.params.times ?? []
      if (earlier) {
        h.set(earlier.outputs.states.columns.h.values)
        prediction.set(earlier.outputs.states.columns.prediction)
      }

      for (const block of blocks(network, p.activation, x, N)) {
        const last = (known.length - 1) * N + block.first
        if (earlier) block.restore(h.subarray(last * n, (last + block.points) * n))
        let k = known.length
        for (let t = (known.at(-1) ?? -1) + 1; k < p.times.length; t++) {
          const state = block.step(t * d < x.width ? t : null)
          if (t !== p.times[k]) continue
          const first = k * N + block.first
          h.set(state, first * n)
          const logits = block.logits()
          for (let i = 0; i < block.points; i++) prediction[first + i] = argmax(logits, i * classes, classes)
          k++
        }
        report((block.first + block.points) / N)
        yield* Effect.yieldNow
      }

      return {
        states: fromColumns(states, {
          ...frameColumns(p.times, N, { label, cluster }),
          prediction,
          h: { width: n, values: h },
        }),
      }
    }),
})
