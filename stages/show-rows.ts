import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { list, param, required, whole } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { states } from "../schemas/states.ts"
import { fromColumns } from "../schemas/table.ts"
import { frameColumns, framesAt } from "./numerics/frames.ts"

const Params = Schema.Struct({
  times: required(list(whole(0)), { doc: "steps, ascending: at t the first t + 1 input rows are shown", symbol: "t" }),
  d: param(whole(1), 28, { doc: "numbers in an input row", symbol: "d" }),
  points: param(whole(0), 0, { doc: "points to show, the first so many; 0 for all" }),
}).check(
  Schema.makeFilter(({ times }) =>
    times.every((t, k) => k === 0 || t > times[k - 1]!)
      ? undefined
      : `times = [${times}]: expected steps in ascending order`,
  ),
)

export default stage({
  name: "show-rows",
  doc: "the input rows up to chosen steps, in the place of hidden states: what there is to tell without a network",
  source: import.meta.url,
  params: Params,
  inputs: { points },
  outputs: { states },
  run: ({ params: p, inputs }) =>
    Effect.gen(function* () {
      const { label, cluster, x } = inputs.points.columns
      if (x.width % p.d !== 0)
        return yield* new StageError({
          message: `points of ${x.width} values do not divide into input rows of d = ${p.d}`,
          advice: "set d to the numbers in an input row",
        })
      const last = x.width / p.d - 1
      const beyond = p.times.find((t) => t > last)
      if (beyond !== undefined)
        return yield* new StageError({
          message: `times holds step ${beyond}, but the last input row is that of step ${last}`,
          advice: "leave it out: without a network nothing changes after the last row",
        })

      const N = Math.min(p.points || label.length, label.length)
      // Rows that no step shows would be zeros at every one of them.
      const width = (p.times.at(-1)! + 1) * p.d
      const frames = framesAt(p.times, N)
      const frame = (k: number) => {
        const shown = (p.times[k]! + 1) * p.d
        const values = new Float32Array(N * width)
        for (let i = 0; i < N; i++) values.set(x.values.subarray(i * x.width, i * x.width + shown), i * width)
        return fromColumns(states, {
          ...frameColumns(frames[k]!, { label, cluster }),
          // No readout: no class.
          prediction: new Int32Array(N).fill(-1),
          h: { width, values },
        })
      }
      return { states: { schema: states, frames, frame } }
    }),
})
