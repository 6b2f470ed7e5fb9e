import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { nonNegative, param, positive, required, seed, whole, within } from "../schemas/param.ts"
import { probes } from "../schemas/probes.ts"
import { states } from "../schemas/states.ts"
import { fromRows, type Row } from "../schemas/table.ts"
import { gatherRows, positionsOf, unrecorded } from "./numerics/frames.ts"
import { accuracy, fitLogisticRegression, margin } from "./numerics/logistic-regression.ts"
import { kNNAccuracy } from "./numerics/nearest-neighbours.ts"
import { stream } from "./numerics/random.ts"

const Params = Schema.Struct({
  C: param(positive, 1, { doc: "inverse strength of the L2 penalty", symbol: "C" }),
  separabilityC: param(nonNegative, 1e4, {
    doc: "a second, weak penalty that tells separability from regularisation; 0 leaves it out",
  }),
  onTraining: param(Schema.Boolean, true, { doc: "whether a probe is fitted to all points and scored on them, too" }),
  holdout: required(Schema.Literals(["cluster", "point"]), {
    doc: "whether whole clusters or single points are held out",
  }),
  heldOutShare: param(within(0.01, 0.99), 0.2, { doc: "share of clusters or points held out" }),
  splits: param(whole(0), 0, {
    doc: "random splits besides the fixed one, which holds out the last clusters or points",
  }),
  splitTimes: param(Schema.Array(whole(0)), [0, 5, 10, 15, 30], { doc: "steps of the random splits", symbol: "t" }),
  neighbours: param(whole(0), 15, {
    doc: "nearest points of the fixed split that vote on each held out; 0 leaves them out",
    symbol: "k",
  }),
  points: param(whole(0), 0, { doc: "points to use, the first so many; 0 for all" }),
  tolerance: param(positive, 1e-6, { doc: "optimality bound of the fits" }),
  maxIterations: param(whole(1), 500, { doc: "iterations a fit may take" }),
  seed,
})
type Params = typeof Params.Type

/** Points that fit and points that test, by their position within a step. */
interface Fold {
  readonly split: number
  readonly fit: readonly number[]
  readonly test: readonly number[]
}

/** Folds of the points: the fixed split is 0, the random ones follow. */
function foldsOf(p: Params, clusters: Int32Array): Fold[] {
  const groups = p.holdout === "cluster" ? [...positionsOf(clusters).values()] : Array.from(clusters, (_, i) => [i])
  const kept = Math.round((1 - p.heldOutShare) * groups.length)
  return Array.from({ length: 1 + p.splits }, (_, split) => {
    const order =
      split === 0
        ? groups
        : [...stream(p.seed, "fit-probes", "split", split).permutation(groups.length)].map((g) => groups[g]!)
    const positions = (chosen: number[][]) => chosen.flat().sort((a, b) => a - b)
    return { split, fit: positions(order.slice(0, kept)), test: positions(order.slice(kept)) }
  })
}

/** What keeps the folds from being fitted and tested. */
function problemOf(p: Params, folds: readonly Fold[], labels: Int32Array): StageError | undefined {
  for (const { split, fit, test } of folds) {
    if (fit.length === 0 || test.length === 0)
      return new StageError({
        message: `holding out ${p.heldOutShare} of the ${p.holdout}s leaves ${fit.length} points to fit and ${test.length} to test`,
        advice: `change heldOutShare, or record more ${p.holdout}s`,
      })
    if (fit.length < p.neighbours)
      return new StageError({
        message: `${p.neighbours} neighbours, but only ${fit.length} points to choose them from`,
        advice: "lower neighbours, or record more points",
      })
    const seen = new Set(fit.map((i) => labels[i]!))
    const unseen = test.find((i) => !seen.has(labels[i]!))
    if (unseen !== undefined)
      return new StageError({
        message: `split ${split} holds out every point of class ${labels[unseen]}, which then cannot be learnt`,
        advice:
          p.holdout === "cluster"
            ? 'hold out points, or fewer clusters (holdout "point", heldOutShare)'
            : "take more points",
      })
  }
  return undefined
}

/** One step's states: the probes all read x and labels. */
interface Cloud {
  readonly t: number
  readonly x: Float32Array
  readonly labels: Int32Array
  readonly n: number
  readonly classes: number
}

const select = ({ x, labels, n, ...rest }: Cloud, rows: readonly number[]): Cloud => ({
  ...rest,
  n,
  x: gatherRows(x, n, rows),
  labels: Int32Array.from(rows, (i) => labels[i]!),
})

/** A probe without a fit. */
const plain = (probe: string, t: number, split: number, share: number): Row<typeof probes> => ({
  probe,
  t,
  C: 0,
  split,
  accuracy: share,
  iterations: 0,
  gradientNorm: 0,
  converged: true,
  margin: 0,
})

/** Logistic regression on one cloud, tested on another. */
function fitted(
  p: Params,
  probe: string,
  { C, split }: { C: number; split: number },
  { fit, test }: Record<"fit" | "test", Cloud>,
) {
  const model = fitLogisticRegression({ ...fit, C, tolerance: p.tolerance, maxIterations: p.maxIterations })
  const { iterations, gradientNorm, converged } = model
  const tested = { accuracy: accuracy(model, test.x, test.labels), margin: margin(model, test.x, test.labels) }
  return { probe, t: fit.t, C, split, iterations, gradientNorm, converged, ...tested }
}

/** Share of the points whose prediction is their label. */
const rightOf = (points: readonly number[], labels: Int32Array, predictions: Int32Array): number =>
  points.filter((i) => predictions[i] === labels[i]).length / points.length

/** All probes of one step. */
function probesOf(p: Params, all: Cloud, predictions: Int32Array, folds: readonly Fold[]): Row<typeof probes>[] {
  const { t, labels, n } = all
  const rows: Row<typeof probes>[] = []
  for (const C of p.onTraining ? [p.C, p.separabilityC] : [])
    if (C > 0) rows.push(fitted(p, "train", { C, split: -1 }, { fit: all, test: all }))
  for (const { split, ...fold } of p.splitTimes.includes(t) ? folds : folds.slice(0, 1)) {
    const parts = { fit: select(all, fold.fit), test: select(all, fold.test) }
    rows.push(fitted(p, "holdout", { C: p.C, split }, parts))
    if (split > 0) continue
    if (p.neighbours > 0) rows.push(plain("knn", t, 0, kNNAccuracy(parts.fit, parts.test, n, p.neighbours)))
    // On the same points as those probes, and below on all.
    rows.push(plain("readout", t, 0, rightOf(fold.test, labels, predictions)))
  }
  rows.push(plain("readout", t, -1, rightOf([...labels.keys()], labels, predictions)))
  return rows
}

export default stage({
  name: "fit-probes",
  doc: "how well logistic regression, nearest neighbours and the network's own readout tell the classes from the states",
  source: import.meta.url,
  params: Params,
  inputs: { states },
  outputs: { probes },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { frames, frame } = inputs.states
      const N = Math.min(p.points || Number.POSITIVE_INFINITY, ...frames.map(({ points }) => points))
      const missing = unrecorded("splitTimes", p.splits > 0 ? p.splitTimes : [], frames)
      if (missing !== undefined) return yield* new StageError(missing)
      // Every frame holds the same points in the same order.
      const { label, cluster } = frame(0).columns
      const labels = label.subarray(0, N)
      const classes = labels.reduce((most, label) => Math.max(most, label + 1), 2)
      const folds = foldsOf(p, cluster.subarray(0, N))
      const problem = problemOf(p, folds, labels)
      if (problem !== undefined) return yield* problem

      const rows: Row<typeof probes>[] = []
      for (const [k, { t }] of frames.entries()) {
        const { h, prediction } = frame(k).columns
        const cloud = { t, x: h.values.subarray(0, N * h.width), labels, n: h.width, classes }
        rows.push(...probesOf(p, cloud, prediction.subarray(0, N), folds))
        report((k + 1) / frames.length, `step ${t}`)
        yield* Effect.yieldNow
      }
      return { probes: fromRows(probes, rows) }
    }),
})
