import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stage } from "../../../artifacts/stage.ts"
import { param, whole } from "../../../schemas/param.ts"
import { fromColumns, type Table } from "../../../schemas/table.ts"
import { framesAt, inOrder } from "../../../stages/numerics/frames.ts"
import { frames } from "./frames.ts"

const [points, width] = [5, 3]

/** The steps that each run in this thread has made or copied, in order. */
export const log: string[] = []

export default stage({
  name: "move",
  doc: "points that move by a chaotic map, a frame at a time; goes on from fewer steps",
  source: import.meta.url,
  params: Schema.Struct({
    steps: param(whole(1), 4, { doc: "how many" }),
    fault: param(Schema.Literals(["none", "throw", "nan", "order"]), "none", { doc: "of the last step" }),
  }),
  inputs: {},
  outputs: { frames },
  resumes: { along: ["steps"], reach: (shorter, longer) => (shorter.steps < longer.steps ? shorter.steps : 0) },
  run: ({ params: { steps, fault }, earlier }) =>
    Effect.sync(() => {
      const known = earlier?.outputs.frames
      function* made(): Generator<Table<typeof frames>> {
        let x: Float32Array = Float32Array.from({ length: points * width }, (_, i) => (i + 1) / 16)
        for (let t = 0; t < steps; t++) {
          const isKnown = known !== undefined && t < known.frames.length
          log.push(`${isKnown ? "copied" : "made"} ${t}`)
          x = isKnown ? known.frame(t).columns.h.values : x.map((value) => 3.75 * value * (1 - value))
          const isLast = t === steps - 1
          if (isLast && fault === "throw") throw new Error("thrown")
          if (isLast && fault === "nan") x[4] = Number.NaN
          yield fromColumns(frames, {
            t: new Int32Array(points).fill(isLast && fault === "order" ? 0 : t),
            point: Int32Array.from({ length: points }, (_, i) => i),
            h: { width, values: x },
          })
        }
      }
      const times = Array.from({ length: steps }, (_, t) => t)
      return { frames: { schema: frames, frames: framesAt(times, points), frame: inOrder(made()) } }
    }),
})
