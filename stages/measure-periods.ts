import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { eigenvalues } from "../schemas/eigenvalues.ts"
import { param, positive, whole, within } from "../schemas/param.ts"
import { periods } from "../schemas/periods.ts"
import { readout } from "../schemas/readout.ts"
import { states } from "../schemas/states.ts"
import { fromRows, type Row, type Table } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { type Activation, createRunner, type Weights } from "./numerics/kernel/network.ts"
import { autocorrelation, type Period, periodIn, recurrence } from "./numerics/periodicity.ts"
import { median, quantiles } from "./numerics/quantiles.ts"
import { networkFor, sizesOf } from "./numerics/unroll.ts"

/** Fewest accuracies whose autocorrelation is asked for. */
const fewest = 8

const Params = Schema.Struct({
  from: param(whole(0), 50, { doc: "first blank row of the accuracies", unit: "steps", symbol: "k" }),
  to: param(whole(0), 500, { doc: "last blank row of the accuracies", unit: "steps", symbol: "k" }),
  points: param(whole(1), 100, { doc: "points whose orbits are followed, the first so many" }),
  transient: param(whole(0), 2000, { doc: "steps without input left out at the start of an orbit", unit: "steps" }),
  orbit: param(whole(16), 512, { doc: "states whose returns are averaged", unit: "steps" }),
  maxPeriod: param(whole(3), 200, { doc: "longest period of the states looked for", unit: "steps" }),
  still: param(positive, 1e-3, { doc: "an orbit within this root mean square distance of its mean is at rest" }),
  alike: param(within(0.01, 1), 0.5, {
    doc: "the period is the first peak with at least this share of the largest one's height, which may be at a multiple",
  }),
  epoch: param(Schema.Union([whole(0), Schema.Literal("last")]), "last", {
    doc: "epoch of the weights; that of the accuracies",
  }),
  activation: param(Schema.Literals(["tanh", "identity"]), "tanh", { doc: "φ, as in training", symbol: "φ" }),
}).check(
  Schema.makeFilter(({ from, to }) =>
    to - from + 1 >= fewest ? undefined : `from = ${from}, to = ${to}: expected ${fewest} blank rows or more`,
  ),
)
type Params = typeof Params.Type
type PeriodRow = Row<typeof periods>

const noPeriod = { period: 0, low: 0, high: 0, strength: 0, lag: 0, share: 0 }
const one = ({ period, strength, lag }: Period) => ({ period, low: period, high: period, strength, lag, share: 1 })

/** Period of the accuracies after all rows and `from` to `to` blank ones. */
function ofAccuracy({ from, to, alike }: Params, { columns }: Table<typeof readout>): PeriodRow | StageError {
  const { rowsShown, blankSteps, accuracy } = columns
  const all = rowsShown.reduce((most, rows) => Math.max(most, rows), 0)
  const byBlanks = new Map<number, number>()
  rowsShown.forEach((rows, i) => {
    if (rows === all) byBlanks.set(blankSteps[i]!, accuracy[i]!)
  })
  const series: number[] = []
  for (let k = from; k <= to; k++) {
    const value = byBlanks.get(k)
    if (value === undefined)
      return new StageError({
        message: `no accuracy after ${k} blank rows: they were read up to ${Math.max(0, ...byBlanks.keys())}`,
        advice: "read out more blank rows, or lower from and to",
      })
    series.push(value)
  }
  const found = periodIn(autocorrelation(series, Math.floor(series.length / 2)), alike)
  return { method: "accuracy", n: series.length, ...(found ? one(found) : noPeriod) }
}

/** 2π/|arg λ| of the complex pair of largest modulus, which need not be the largest eigenvalue. */
function ofEigenvalues(epoch: number, { columns }: Table<typeof eigenvalues>): PeriodRow | StageError {
  const own = Array.from(columns.epoch.keys()).filter((i) => columns.epoch[i] === epoch)
  if (own.length === 0)
    return new StageError({
      message: `no eigenvalues of epoch ${epoch}: there are epochs ${[...new Set(columns.epoch)].join(", ")}`,
      advice: "choose one of them",
    })
  const pair = own.find((i) => columns.im[i]! > 0)
  const n = own.length
  if (pair === undefined) return { method: "eigenvalue", n, ...noPeriod }
  const period = (2 * Math.PI) / columns.argument[pair]!
  const strength = columns.modulus[pair]! / columns.modulus[own[0]!]!
  return { method: "eigenvalue", n, ...one({ period, strength, lag: 0 }) }
}

/** Points that run together: their orbits are held. */
const blockSize = 32

/** Orbits of `length` states, row-major, after the transient, each valid until the next. h: N × n. */
function* orbitsOf(network: Weights, p: Params, h: Float32Array, length: number): Generator<Float32Array> {
  const sizes = sizesOf(network)
  const { n } = sizes
  const activation: Activation = p.activation
  for (let first = 0; first < h.length / n; first += blockSize) {
    const points = Math.min(blockSize, h.length / n - first)
    const runner = createRunner({ ...sizes, points, activation })
    runner.load(network)
    runner.reset(h.subarray(first * n, (first + points) * n))
    const values = new Float32Array(points * length * n)
    for (let t = -p.transient; t < length; t++) {
      const now = runner.step(null)
      if (t < 0) continue
      for (let i = 0; i < points; i++) values.set(now.subarray(i * n, (i + 1) * n), (i * length + t) * n)
    }
    for (let i = 0; i < points; i++) yield values.subarray(i * length * n, (i + 1) * length * n)
  }
}

/** Medians over those orbits that have a period. */
function ofOrbits(found: readonly (Period | undefined)[]): PeriodRow {
  const those = found.filter((each) => each !== undefined)
  const shared = { method: "recurrence", n: found.length }
  if (those.length === 0) return { ...shared, ...noPeriod }
  const [low, middle, high] = quantiles(
    those.map(({ period }) => period),
    [0.25, 0.5, 0.75],
  )
  const strength = median(those.map((each) => each.strength))
  const lag = Math.round(median(those.map((each) => each.lag)))
  return { ...shared, period: middle!, low: low!, high: high!, strength, lag, share: those.length / found.length }
}

export default stage({
  name: "measure-periods",
  doc: "period of the network without input: of its accuracy, of its states, and of the leading complex pair of R",
  source: import.meta.url,
  params: Params,
  inputs: { readout, eigenvalues, weights, states },
  outputs: { periods },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { columns } = inputs.weights
      const network = networkFor(columns, p.epoch, columns.U.width)
      if ("message" in network) return yield* new StageError(network)
      const accuracy = ofAccuracy(p, inputs.readout)
      if (accuracy instanceof StageError) return yield* accuracy
      const eigenvalue = ofEigenvalues(p.epoch === "last" ? columns.epoch.at(-1)! : p.epoch, inputs.eigenvalues)
      if (eigenvalue instanceof StageError) return yield* eigenvalue

      const { frames, frame } = inputs.states
      if (frames.length === 0) return yield* new StageError({ message: "no states were recorded" })
      const { h } = frame(frames.length - 1).columns
      const { n } = sizesOf(network)
      if (h.width !== n)
        return yield* new StageError({
          message: `states of ${h.width} units cannot start a network of ${n}`,
          advice: "use the states of this network",
        })
      const N = Math.min(p.points, h.values.length / n)
      const starts = h.values.subarray(0, N * n)
      const found: (Period | undefined)[] = []
      for (const orbit of orbitsOf(network, p, starts, p.orbit + p.maxPeriod + 1)) {
        // A peak has a neighbour on either side.
        found.push(periodIn(recurrence(orbit, n, p.maxPeriod + 1, p.still), p.alike))
        report(found.length / N, `orbit ${found.length}`)
        yield* Effect.yieldNow
      }
      return { periods: fromRows(periods, [accuracy, ofOrbits(found), eigenvalue]) }
    }),
})
