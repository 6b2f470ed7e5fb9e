import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { geometry } from "../schemas/geometry.ts"
import { param, whole } from "../schemas/param.ts"
import { states } from "../schemas/states.ts"
import { fromRows, type Row } from "../schemas/table.ts"
import { classDistances, discriminantSeparation, silhouette } from "./numerics/class-geometry.ts"
import { covariance, means } from "./numerics/covariance.ts"
import { intrinsicDimension } from "./numerics/intrinsic-dimension.ts"
import { principalComponents, projectTop } from "./numerics/principal-components.ts"

const Params = Schema.Struct({
  points: param(whole(0), 0, { doc: "points to use, the first so many; 0 for all" }),
  neighbours: param(whole(2), 20, {
    doc: "nearest neighbours in the likelihood estimate of the intrinsic dimension",
    symbol: "k",
  }),
})

/** Geometry of a cloud x, N × n, with its labels. */
function measure(x: Float32Array, labels: Int32Array, n: number, neighbours: number) {
  const N = labels.length
  const axes = Math.min(2, n)
  const { components } = principalComponents(covariance(x, N, n), n, axes)
  const scores = projectTop(x, means(x, N, n), components, axes)
  // A single unit has a plane whose second axis is empty.
  const plane = axes === 2 ? scores : Float64Array.from({ length: 2 * N }, (_, at) => (at % 2 ? 0 : scores[at / 2]!))
  return {
    points: N,
    ...classDistances({ x, labels }, n),
    silhouette: silhouette({ x: plane, labels }, 2),
    separation: discriminantSeparation(plane, labels),
    ...intrinsicDimension(x, N, n, neighbours),
  }
}

export default stage({
  name: "measure-geometry",
  doc: "how far apart the classes lie at each step, and the intrinsic dimension of the states",
  source: import.meta.url,
  params: Params,
  inputs: { states },
  outputs: { geometry },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { frames, frame } = inputs.states
      const rows: Row<typeof geometry>[] = []
      for (const [k, { t, points }] of frames.entries()) {
        const N = Math.min(p.points || points, points)
        if (N < 2)
          return yield* new StageError({
            message: `step ${t} has ${N} point: distances need 2 or more`,
            advice: "record more points",
          })
        const { label, h } = frame(k).columns
        rows.push({ t, ...measure(h.values.subarray(0, N * h.width), label.subarray(0, N), h.width, p.neighbours) })
        report((k + 1) / frames.length, `step ${t}`)
        yield* Effect.yieldNow
      }
      return { geometry: fromRows(geometry, rows) }
    }),
})
