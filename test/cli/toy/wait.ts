import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stage } from "../../../artifacts/stage.ts"
import { param, whole } from "../../../schemas/param.ts"
import { fromRows } from "../../../schemas/table.ts"
import { sums } from "./sum.ts"

/** Holds its thread, as a long computation does: nothing but the end of the thread stops it. */
const hold = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

export default stage({
  name: "wait",
  doc: "takes its time",
  source: import.meta.url,
  params: Schema.Struct({
    turn: param(whole(0), 0, { doc: "number of the turn" }),
    ms: param(whole(0), 0, { doc: "how long", unit: "ms" }),
  }),
  inputs: {},
  outputs: { sums },
  run: ({ params: { ms, turn }, report }) =>
    Effect.sync(() => {
      report(0.25, "waiting")
      hold(ms)
      return { sums: fromRows(sums, [{ seed: turn, sum: ms }]) }
    }),
})
