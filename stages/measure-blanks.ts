import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { blanks } from "../schemas/blanks.ts"
import { param, whole } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { states } from "../schemas/states.ts"
import { fromRows, type Row } from "../schemas/table.ts"
import { positionsOf } from "./numerics/frames.ts"

const Params = Schema.Struct({
  d: param(whole(1), 28, { doc: "numbers in an input row", symbol: "d" }),
})

/** Zeros at the start of the `width` values from `first` on. */
function leadingZeros(values: Float32Array, first: number, width: number): number {
  let at = 0
  while (at < width && values[first + at] === 0) at++
  return at
}

export default stage({
  name: "measure-blanks",
  doc: "of how many points the rows shown so far are blank, and the hidden state exactly zero, by class and step",
  source: import.meta.url,
  params: Params,
  inputs: { states, points },
  outputs: { blanks },
  run: ({ params: { d }, inputs, report }) =>
    Effect.gen(function* () {
      const { frames, frame } = inputs.states
      const { x } = inputs.points.columns
      if (x.width % d !== 0)
        return yield* new StageError({
          message: `points of ${x.width} values do not divide into input rows of d = ${d}`,
          advice: "set d to the numbers in an input row",
        })
      /** Blank rows at the start of each point; ∞ where nothing follows them. */
      const blankRows = Array.from({ length: inputs.points.length }, (_, i) => {
        const zeros = leadingZeros(x.values, i * x.width, x.width)
        return zeros === x.width ? Number.POSITIVE_INFINITY : Math.floor(zeros / d)
      })

      const rows: Row<typeof blanks>[] = []
      for (const [k, { t, points: N }] of frames.entries()) {
        const { point, label: labels, h } = frame(k).columns
        const beyond = point.find((index) => index >= inputs.points.length)
        if (beyond !== undefined)
          return yield* new StageError({
            message: `states of point ${beyond}, but there are only ${inputs.points.length} points`,
            advice: "use the points whose states were recorded",
          })
        const isZero = (i: number) => leadingZeros(h.values, i * h.width, h.width) === h.width
        const isBlank = (i: number) => blankRows[point[i]!]! > t
        const all = Array.from({ length: N }, (_, i) => i)
        for (const [label, members] of [[-1, all] as const, ...positionsOf(labels)]) {
          const share = (of: (i: number) => boolean) => members.filter(of).length / members.length
          rows.push({
            t,
            label,
            points: members.length,
            zeroStates: share(isZero),
            blankInputs: share(isBlank),
          })
        }
        report((k + 1) / frames.length, `step ${t}`)
        yield* Effect.yieldNow
      }
      return { blanks: fromRows(blanks, rows) }
    }),
})
