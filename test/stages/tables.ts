import { points } from "../../schemas/points.ts"
import { states } from "../../schemas/states.ts"
import {
  type Framed,
  type FramedSchema,
  fromColumns,
  fromRows,
  type Row,
  type Table,
  toRows,
} from "../../schemas/table.ts"
import { weights } from "../../schemas/weights.ts"
import { framesOf } from "../../stages/numerics/frames.ts"
import { stream } from "../../stages/numerics/random.ts"

type Points = Table<typeof points>
type States = Table<typeof states>

/** A table as its frames, each of them a copy. */
export function framedOf<S extends FramedSchema>(whole: Table<S>): Framed<S> {
  const { schema, columns } = whole
  const frames = framesOf((columns as Record<string, Int32Array>)[schema.frames]!)
  const rows = toRows(whole)
  const frame = (k: number) => {
    const { first, points } = frames[k]!
    return fromRows(schema, rows.slice(first, first + points))
  }
  return { schema, frames, frame }
}

/** The table of all frames, which are asked for in their order. */
export const wholeOf = <S extends FramedSchema>({ schema, frames, frame }: Framed<S>): Table<S> =>
  fromRows(
    schema,
    frames.flatMap((_, k) => toRows(frame(k))),
  )

/** Points of given values, labelled; a cluster is its label unless said. */
export const pointsOf = (x: number[][], label: number[], cluster = label): Points =>
  fromRows(
    points,
    x.map((row, i) => ({ label: label[i]!, cluster: cluster[i]!, x: Float32Array.from(row) })),
  )

/** N random points of `width` normal values, labelled i mod classes. */
export function randomPoints(N: number, width: number, classes: number, seed = 0): Points {
  const values = new Float32Array(N * width)
  stream(seed, "points").fillNormal(values, 0, 1)
  const label = Int32Array.from({ length: N }, (_, i) => i % classes)
  return fromColumns(points, { label, cluster: label, x: { width, values } })
}

/** The points with rows of d values from row `rows` on set to zero. */
export function blanked({ columns }: Points, d: number, rows: number): Points {
  const { width, values } = columns.x
  return fromColumns(points, {
    ...columns,
    x: { width, values: values.map((value, at) => (at % width < rows * d ? value : 0)) },
  })
}

/** The points without what follows their first `rows` rows of d values. */
export function truncated({ columns }: Points, d: number, rows: number): Points {
  const { width, values } = columns.x
  return fromColumns(points, {
    ...columns,
    x: { width: rows * d, values: values.filter((_, at) => at % width < rows * d) },
  })
}

/** A random network of moderate weights, at one epoch. */
export function randomNetwork(a: {
  n: number
  d: number
  classes: number
  epoch?: number
  seed?: number
}): Row<typeof weights> {
  const random = stream(a.seed ?? 0, "network")
  const normal = (length: number, sd: number) => {
    const values = new Float32Array(length)
    random.fillNormal(values, 0, sd)
    return values
  }
  return {
    epoch: a.epoch ?? 0,
    R: normal(a.n * a.n, 1 / Math.sqrt(a.n)),
    U: normal(a.n * a.d, 1 / Math.sqrt(a.d)),
    W: normal(a.classes * a.n, 1),
    b1: normal(a.n, 0.1),
    b2: normal(a.classes, 0.1),
  }
}

export const weightsOf = (...networks: Row<typeof weights>[]) => fromRows(weights, networks)

/** States given as frames[t][point]; predictions are the labels. */
export const statesOf = (frames: number[][][], label: number[], cluster = label): States =>
  fromRows(
    states,
    frames.flatMap((frame, t) =>
      frame.map((h, point) => ({
        t,
        point,
        label: label[point]!,
        cluster: cluster[point]!,
        prediction: label[point]!,
        h: Float32Array.from(h),
      })),
    ),
  )
