import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { attractorDimension } from "../schemas/attractor-dimension.ts"
import { attractorMembers } from "../schemas/attractor-members.ts"
import { attractors } from "../schemas/attractors.ts"
import { param, seed, whole } from "../schemas/param.ts"
import { states } from "../schemas/states.ts"
import { fromRows, type Row } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { correlationDimension } from "./numerics/correlation-dimension.ts"
import { covariance } from "./numerics/covariance.ts"
import { effectiveDimension } from "./numerics/effective-dimension.ts"
import { gatherRows } from "./numerics/frames.ts"
import { intrinsicDimension } from "./numerics/intrinsic-dimension.ts"
import { kaplanYorke, lyapunovSpectrum } from "./numerics/lyapunov.ts"
import { componentsFor, spectrum } from "./numerics/principal-components.ts"
import { stream } from "./numerics/random.ts"
import { orbitOf } from "./numerics/recurrence.ts"
import { freeNetwork, type TangentMap } from "./numerics/tangent-map.ts"
import { networkFor, sizesOf } from "./numerics/unroll.ts"

const Params = Schema.Struct({
  attractors: param(whole(1), 3, { doc: "attractors to measure, those with most members" }),
  transient: param(whole(0), 5000, { doc: "steps without input left out at the start of an orbit", unit: "steps" }),
  steps: param(whole(64), 20000, { doc: "states of an orbit", unit: "steps" }),
  references: param(whole(1), 1000, {
    doc: "states, evenly spaced in time, whose distances to all others the correlation dimension takes",
  }),
  theiler: param(whole(0), 100, {
    doc: "states no more than this far apart in time are not counted as pairs",
    unit: "steps",
  }),
  sample: param(whole(21), 1000, {
    doc: "random states for TwoNN and the likelihood estimate, at most a tenth of the orbit: on a curve its states are evenly spaced, and many of them have two neighbours that are equally far",
  }),
  neighbours: param(whole(2, 100), 20, { doc: "neighbours of the likelihood estimate", symbol: "k" }),
  exponents: param(whole(1), 6, { doc: "Lyapunov exponents of the Kaplan-Yorke dimension, at most n" }),
  exponentSteps: param(whole(1), 4000, { doc: "steps the exponents are averaged over", unit: "steps" }),
  epoch: param(Schema.Union([whole(0), Schema.Literal("last")]), "last", {
    doc: "epoch of the weights, as of the attractors",
  }),
  activation: param(Schema.Literals(["tanh", "identity"]), "tanh", { doc: "φ, as in training", symbol: "φ" }),
  seed,
}).check(
  Schema.makeFilter(({ steps, theiler, sample }) => {
    if (steps <= 4 * theiler) return `theiler = ${theiler}: expected less than a quarter of steps = ${steps}`
    return steps >= 10 * sample ? undefined : `sample = ${sample}: expected a tenth of steps = ${steps} at most`
  }),
)
type Params = typeof Params.Type
type Measured = Omit<Row<typeof attractorDimension>, "attractor" | "kind" | "members">

const noEstimate = { twoNN: 0, mle: 0, duplicates: 0, estimated: false }
const nothing: Measured = {
  states: 0,
  pca90: 0,
  ed: 0,
  correlation: 0,
  correlationError: 0,
  radiusLow: 0,
  radiusHigh: 0,
  ...noEstimate,
  kaplanYorke: 0,
  kaplanYorkeExact: true,
}

/** Of the orbit that `start` leads to. A period that is known, and only that, makes the set finite: of dimension 0. */
function measure(map: TangentMap, start: Float32Array, period: number, p: Params): Measured {
  const { n } = map
  const settled = orbitOf(map, start, p.transient + 1).slice(-n)
  const orbit = Float32Array.from(orbitOf(map, settled, p.steps))
  const k = Math.min(p.exponents, n)
  const options = { k, transient: Math.floor(p.exponentSteps / 8), steps: p.exponentSteps, interval: 1, blocks: 1 }
  const exponents = [...lyapunovSpectrum(map, settled, options).exponents].sort((a, b) => b - a)
  const { dimension, exact } = kaplanYorke(exponents, n)
  const measured = { ...nothing, states: p.steps, kaplanYorke: dimension, kaplanYorkeExact: exact }
  if (period === 1) return measured
  const C = covariance(orbit, p.steps, n)
  const linear = { pca90: componentsFor(spectrum(C, n), 0.9), ed: effectiveDimension(C, n) }
  if (period > 0) return { ...measured, ...linear }
  const correlation = correlationDimension(orbit, p.steps, n, p)
  const chosen = stream(p.seed, "measure-attractor", "sample").permutation(p.steps).subarray(0, p.sample)
  return {
    ...measured,
    ...linear,
    correlation: correlation.dimension,
    correlationError: correlation.error,
    radiusLow: correlation.low,
    radiusHigh: correlation.high,
    ...intrinsicDimension(gatherRows(orbit, n, chosen), chosen.length, n, p.neighbours),
  }
}

export default stage({
  name: "measure-attractor",
  doc: "dimension of the attractors, on a long orbit: PCA-90, ED, correlation dimension, TwoNN, likelihood, Kaplan-Yorke",
  source: import.meta.url,
  params: Params,
  inputs: { weights, states, attractors, members: attractorMembers },
  outputs: { dimension: attractorDimension },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { columns } = inputs.weights
      const network = networkFor(columns, p.epoch, columns.U.width)
      if ("message" in network) return yield* new StageError(network)
      const { n } = sizesOf(network)
      const { frames, frame } = inputs.states
      const last = frames.at(-1)
      if (last === undefined) return yield* new StageError({ message: "no states were recorded" })
      const { point, h } = frame(frames.length - 1).columns
      if (h.width !== n)
        return yield* new StageError({
          message: `states of ${h.width} units cannot start a network of ${n}`,
          advice: "use the states of this network",
        })

      const map = freeNetwork(network, p.activation)
      const { attractor, kind, period, members } = inputs.attractors.columns
      const chosen = Array.from(attractor).sort((a, b) => members[b]! - members[a]! || a - b)
      const rows: Row<typeof attractorDimension>[] = []
      for (const a of chosen.slice(0, p.attractors)) {
        const own = inputs.members.columns.point[inputs.members.columns.attractor.indexOf(a)]
        const row = point.indexOf(own ?? -1)
        if (own === undefined || row < 0)
          return yield* new StageError({
            message: `attractor ${a}: no point that ends on it is among the states of step ${last.t}`,
            advice: "use the states from which the attractors were found",
          })
        const start = h.values.subarray(row * n, (row + 1) * n)
        const measured = kind[a] === "unbounded" ? nothing : measure(map, start, period[a]!, p)
        rows.push({ attractor: a, kind: kind[a]!, members: members[a]!, ...measured })
        report(rows.length / Math.min(chosen.length, p.attractors), `attractor ${a}`)
        yield* Effect.yieldNow
      }
      return { dimension: fromRows(attractorDimension, rows) }
    }),
})
