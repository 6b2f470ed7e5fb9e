import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { inputs as inputsTable } from "../schemas/inputs.ts"
import { points } from "../schemas/points.ts"
import { fromRows, type Row, type Table } from "../schemas/table.ts"
import { classDistances } from "./numerics/class-geometry.ts"
import { covariance } from "./numerics/covariance.ts"
import { effectiveDimension } from "./numerics/effective-dimension.ts"
import { positionsOf } from "./numerics/frames.ts"
import { spectrum } from "./numerics/principal-components.ts"

/** Share of the largest variance below which one is rounding of the float32 points: (2⁻²⁴)², with room for their number. */
const negligible = 1e-10

function measure(set: string, { length: N, columns }: Table<typeof points>): Row<typeof inputsTable> {
  const { width, values } = columns.x
  const C = covariance(values, N, width)
  const variances = spectrum(C, width)
  const sizes = [...positionsOf(columns.label).values()].map(({ length }) => length)
  return {
    set,
    points: N,
    width,
    classes: sizes.length,
    smallestClass: Math.min(...sizes),
    largestClass: Math.max(...sizes),
    extent: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    nearest: classDistances({ x: values, labels: columns.cluster }, width).gap,
    ed: effectiveDimension(C, width),
    rank: variances.filter((variance) => variance > negligible * variances[0]!).length,
  }
}

export default stage({
  name: "measure-inputs",
  doc: "dimension, classes, extent and separation of the inputs themselves: cluster centres and evaluation points",
  source: import.meta.url,
  params: Schema.Struct({}),
  inputs: { centres: points, evaluation: points },
  outputs: { inputs: inputsTable },
  run: ({ inputs }) =>
    Effect.gen(function* () {
      const sets = Object.entries(inputs)
      for (const [set, { length }] of sets)
        if (length < 2)
          return yield* new StageError({
            message: `${set}: ${length} point of the 2 or more that a covariance needs`,
            advice: "take more clusters or points",
          })
      return {
        inputs: fromRows(
          inputsTable,
          sets.map(([set, table]) => measure(set, table)),
        ),
      }
    }),
})
