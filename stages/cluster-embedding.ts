import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { embedding } from "../schemas/embedding.ts"
import { embeddingClusters } from "../schemas/embedding-clusters.ts"
import { param, whole, within } from "../schemas/param.ts"
import { fromRows, type Row, type Table } from "../schemas/table.ts"
import { framesOf, positionsOf } from "./numerics/frames.ts"
import { kNearest } from "./numerics/nearest-neighbours.ts"
import { mutualComponents, ownCounts } from "./numerics/neighbour-graph.ts"
import { oddsRatio } from "./numerics/odds-ratio.ts"

const Params = Schema.Struct({
  neighbours: param(whole(1), 15, {
    doc: "points are joined if each is among so many nearest of the other; so many also tell a neighbourhood",
    symbol: "k",
  }),
  smallest: param(within(0, 1), 0.01, { doc: "share of the points that a cluster must have to be listed" }),
})
type Params = typeof Params.Type
type ClusterRow = Row<typeof embeddingClusters>

/** The layout of one method at one step. */
interface Layout {
  readonly method: string
  readonly t: number
  readonly point: Int32Array
  readonly labels: Int32Array
  /** N × 2. */
  readonly y: Float64Array
}

/** Layouts of a table ordered by method, then by step: those of each method. */
function layoutsOf({ columns }: Table<typeof embedding>): Layout[][] {
  const methods = [...new Set(columns.method)]
  return methods.map((method) => {
    const [from, to] = [columns.method.indexOf(method), columns.method.lastIndexOf(method) + 1]
    return framesOf(columns.t.subarray(from, to)).map(({ t, first, points }) => {
      const rows = [from + first, from + first + points] as const
      const [x, y] = [columns.x.subarray(...rows), columns.y.subarray(...rows)]
      return {
        method,
        t,
        point: columns.point.subarray(...rows),
        labels: columns.label.subarray(...rows),
        y: Float64Array.from({ length: 2 * points }, (_, at) => (at % 2 === 0 ? x : y)[at >> 1]!),
      }
    })
  })
}

/** What keeps the layouts of one method from being followed to the last. */
function problemOf(p: Params, layouts: readonly Layout[]): StageError | undefined {
  const { method, t, point } = layouts.at(-1)!
  if (point.length <= p.neighbours)
    return new StageError({
      message: `${point.length} points: expected more than neighbours = ${p.neighbours}`,
      advice: "embed more points, or lower the parameter",
    })
  const other = layouts.find(
    (layout) => layout.point.length !== point.length || layout.point.some((i, at) => i !== point[at]),
  )
  if (other === undefined) return undefined
  return new StageError({
    message: `${method} of step ${other.t} does not show the points of step ${t}`,
    advice: "embed the same points at every step",
  })
}

/** Rows of one layout, a cluster and class each. `stays`: whether a point is among its own class at the last step. */
function rowsOf(p: Params, { method, t, labels }: Layout, component: Int32Array, stays: readonly boolean[]) {
  const N = labels.length
  const classes = positionsOf(labels)
  const clusters = [...positionsOf(component)].filter(([, own]) => own.length >= p.smallest * N)
  const all = Array.from(labels.keys())
  return [[-1, all] as const, ...clusters].flatMap(([cluster, own]) =>
    [...classes].map(([label, { length: ofClass }]): ClusterRow => {
      const members = own.filter((i) => labels[i] === label)
      const [a, points] = [members.length, own.length]
      return {
        method,
        t,
        cluster,
        label,
        points,
        members: a,
        oddsRatio: points === N ? 1 : oddsRatio(a, points - a, ofClass - a, N - points - (ofClass - a)),
        kept: a === 0 ? 0 : members.filter((i) => stays[i]).length / a,
      }
    }),
  )
}

export default stage({
  name: "cluster-embedding",
  doc: "clusters of an embedding at each step, the classes in them, and what becomes of these by the last step",
  source: import.meta.url,
  params: Params,
  inputs: { embedding },
  outputs: { clusters: embeddingClusters },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const layouts = layoutsOf(inputs.embedding)
      const nearestOf = ({ y, labels }: Layout) => kNearest(y, labels.length, 2, p.neighbours).indices
      const rows: ClusterRow[] = []
      const all = layouts.flat().length
      let done = 0
      for (const own of layouts) {
        const problem = problemOf(p, own)
        if (problem !== undefined) return yield* problem
        const last = own.at(-1)!
        const latest = nearestOf(last)
        const stays = Array.from(ownCounts(latest, p.neighbours, last.labels), (count) => 2 * count > p.neighbours)
        for (const layout of own) {
          const indices = layout === last ? latest : nearestOf(layout)
          rows.push(...rowsOf(p, layout, mutualComponents(indices, p.neighbours), stays))
          report(++done / all, `${layout.method} of step ${layout.t}`)
          yield* Effect.yieldNow
        }
      }
      return { clusters: fromRows(embeddingClusters, rows) }
    }),
})
