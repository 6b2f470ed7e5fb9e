import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { param, required, whole } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { states } from "../schemas/states.ts"
import { type Framed, fromColumns, type Table } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { frameColumns, framesAt, inOrder } from "./numerics/frames.ts"
import type { Weights } from "./numerics/kernel/network.ts"
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
type Params = typeof Params.Type

const isBeginning = (shorter: readonly number[], longer: readonly number[]): boolean =>
  shorter.length < longer.length && shorter.every((t, k) => t === longer[k])

type Points = Table<typeof points>["columns"]

/** The states at `to` of the first N points: after all steps from nothing, or those that follow the states `from`. */
function statesAt(
  { network, activation, points, N }: { network: Weights; activation: Params["activation"]; points: Points; N: number },
  from: { readonly t: number; readonly h: Float32Array } | undefined,
  to: number,
  report: (fraction: number) => void,
) {
  const { n, d, classes } = sizesOf(network)
  const { width } = points.x
  const h = new Float32Array(N * n)
  const prediction = new Int32Array(N)
  for (const block of blocks(network, activation, points.x, N)) {
    const first = block.first * n
    if (from) block.restore(from.h.subarray(first, first + block.points * n))
    for (let t = from ? from.t + 1 : 0; t <= to; t++) {
      const state = block.step(t * d < width ? t : null)
      if (t === to) h.set(state, first)
    }
    const logits = block.logits()
    for (let i = 0; i < block.points; i++) prediction[block.first + i] = argmax(logits, i * classes, classes)
    report((block.first + block.points) / N)
  }
  return fromColumns(states, {
    ...frameColumns({ t: to, points: N }, points),
    prediction,
    h: { width: n, values: h },
  })
}

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
      const { columns } = inputs.points
      const network = networkFor(inputs.weights.columns, p.epoch, columns.x.width)
      if ("message" in network) return yield* new StageError(network)
      const N = Math.min(p.points || columns.label.length, columns.label.length)
      const run = { network, activation: p.activation, points: columns, N }

      function* made(known: Framed<typeof states> | undefined) {
        let last: { readonly t: number; readonly h: Float32Array } | undefined
        for (const [k, t] of p.times.entries()) {
          const isKnown = known !== undefined && k < known.frames.length
          const frame = isKnown
            ? known.frame(k)
            : statesAt(run, last, t, (fraction) => report((k + fraction) / p.times.length))
          last = { t, h: frame.columns.h.values }
          yield frame
        }
      }
      const frame = inOrder(made(earlier?.outputs.states))
      return { states: { schema: states, frames: framesAt(p.times, N), frame } }
    }),
})
