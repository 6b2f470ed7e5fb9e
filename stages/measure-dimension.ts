import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { dimension } from "../schemas/dimension.ts"
import { param, whole } from "../schemas/param.ts"
import { snapshots } from "../schemas/snapshots.ts"
import { spectrum } from "../schemas/spectrum.ts"
import { states } from "../schemas/states.ts"
import { fromRows, type Row, type Table } from "../schemas/table.ts"
import { covariance, means } from "./numerics/covariance.ts"
import { correctedEffectiveDimension, effectiveDimension } from "./numerics/effective-dimension.ts"
import { gatherRows, positionsOf, unrecorded } from "./numerics/frames.ts"

const Params = Schema.Struct({
  snapshotTimes: param(Schema.Array(whole(0)), [], {
    doc: "steps of the snapshots; none given: every step",
    symbol: "t",
  }),
})

/** Loaded when first used, because ml-pca and ml-matrix take a while. */
const loadPrincipalComponents = Effect.promise(() => import("./numerics/principal-components.ts"))
type PrincipalComponents = Effect.Success<typeof loadPrincipalComponents>

/** Fewest points of which the corrected dimension can be estimated. */
const fewest = 4

type Columns = Table<typeof states>["columns"]

/** The dimension of a cloud x, N × n, and its spectrum. */
function measure({ componentsFor, spectrum }: PrincipalComponents, x: Float32Array, n: number) {
  const N = x.length / n
  const C = covariance(x, N, n)
  const variances = spectrum(C, n)
  const measured = {
    points: N,
    ed: effectiveDimension(C, n),
    edCorrected: correctedEffectiveDimension(x, N, n, C),
    pca90: componentsFor(variances, 0.9),
    variance: trace(C, n),
  }
  return { C, variances, measured }
}

const trace = (C: Float64Array, n: number): number => {
  let sum = 0
  for (let j = 0; j < n; j++) sum += C[j * (n + 1)]!
  return sum
}

/** Why the states of a step cannot be measured; every class is measured by itself. */
function tooFew(t: number, labels: Int32Array): StageError | undefined {
  for (const [label, { length }] of positionsOf(labels))
    if (length < fewest)
      return new StageError({
        message: `step ${t}: class ${label} has ${length} points, its dimension needs ${fewest} or more`,
        advice: "record more points",
      })
  return undefined
}

function dimensionsOf(pca: PrincipalComponents, t: number, { label: labels, h }: Columns) {
  const all = measure(pca, h.values, h.width)
  const rows: Row<typeof dimension>[] = [{ t, label: -1, ...all.measured }]
  for (const [label, positions] of positionsOf(labels))
    rows.push({ t, label, ...measure(pca, gatherRows(h.values, h.width, positions), h.width).measured })
  return { ...all, rows }
}

/** Snapshots of the frames, in order: each frame's axes are turned to those of the one before. */
function snapshotter(pca: PrincipalComponents) {
  let previous: Float64Array | undefined
  return (t: number, { point, label, h }: Columns, C: Float64Array): Row<typeof snapshots>[] => {
    const { width: n, values: x } = h
    const plane = pca.projectTop(x, means(x, point.length, n), pca.principalComponents(C, n, 2).components, 2)
    previous = previous === undefined ? plane : pca.matchSigns(previous, plane, 2)
    return Array.from(point, (_, i) => ({
      t,
      point: point[i]!,
      label: label[i]!,
      pc1: previous![2 * i]!,
      pc2: previous![2 * i + 1]!,
    }))
  }
}

export default stage({
  name: "measure-dimension",
  doc: "dimension of the states at each step, of all points and of each class; spectrum; snapshots in the leading plane",
  source: import.meta.url,
  params: Params,
  inputs: { states },
  outputs: { dimension, spectrum, snapshots },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { frames, frame } = inputs.states
      const missing = unrecorded("snapshotTimes", p.snapshotTimes, frames)
      if (missing !== undefined) return yield* new StageError(missing)

      const pca = yield* loadPrincipalComponents
      const snapshotOf = snapshotter(pca)
      const rows = {
        dimension: [] as Row<typeof dimension>[],
        spectrum: [] as Row<typeof spectrum>[],
        snapshots: [] as Row<typeof snapshots>[],
      }
      for (const [k, { t }] of frames.entries()) {
        const { columns } = frame(k)
        const problem = tooFew(t, columns.label)
        if (problem !== undefined) return yield* problem
        const found = dimensionsOf(pca, t, columns)
        const total = found.measured.variance
        rows.dimension.push(...found.rows)
        found.variances.forEach((variance, component) => {
          rows.spectrum.push({ t, component, variance, share: total > 0 ? variance / total : 0 })
        })
        if (p.snapshotTimes.length === 0 || p.snapshotTimes.includes(t))
          for (const row of snapshotOf(t, columns, found.C)) rows.snapshots.push(row)
        report((k + 1) / frames.length, `step ${t}`)
        yield* Effect.yieldNow
      }
      return {
        dimension: fromRows(dimension, rows.dimension),
        spectrum: fromRows(spectrum, rows.spectrum),
        snapshots: fromRows(snapshots, rows.snapshots),
      }
    }),
})
