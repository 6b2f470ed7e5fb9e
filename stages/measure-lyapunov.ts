import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { lyapunov } from "../schemas/lyapunov.ts"
import { param, seed, whole, within } from "../schemas/param.ts"
import { states } from "../schemas/states.ts"
import { fromRows, type Row, type Table } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { positionsOf } from "./numerics/frames.ts"
import { kaplanYorke, type LyapunovSpectrum, lyapunovSpectrum } from "./numerics/lyapunov.ts"
import { mean, sd } from "./numerics/quantiles.ts"
import { stream } from "./numerics/random.ts"
import { freeNetwork } from "./numerics/tangent-map.ts"
import { networkFor, sizesOf } from "./numerics/unroll.ts"

const Params = Schema.Struct({
  epochs: param(Schema.Union([Schema.Literals(["last", "kept"]), Schema.Array(whole(0))]), "last", {
    doc: "epochs of the weights: the last, all that were kept, or a list",
  }),
  exponents: param(whole(1), 10, { doc: "exponents, from the largest; at most n", symbol: "k" }),
  transient: param(whole(0), 1000, { doc: "steps left out at the start of each orbit", unit: "steps" }),
  steps: param(whole(1), 2000, { doc: "steps averaged over", unit: "steps" }),
  blocks: param(whole(2), 20, { doc: "blocks of steps whose means give the standard error" }),
  interval: param(whole(1), 1, { doc: "steps between orthonormalisations", unit: "steps" }),
  conditions: param(whole(1), 10, { doc: "orbits" }),
  randomShare: param(within(0, 1), 0.5, {
    doc: "share of the orbits that start at random, uniform in [-1, 1]ⁿ; the others start from the last recorded states",
  }),
  activation: param(Schema.Literals(["tanh", "identity"]), "tanh", { doc: "φ, as in training", symbol: "φ" }),
  seed,
}).check(
  Schema.makeFilter(({ blocks, steps }) =>
    blocks <= steps ? undefined : `blocks = ${blocks}: expected no more than steps = ${steps}`,
  ),
)
type Params = typeof Params.Type

/** Initial states, `conditions` of n values: those recorded last, of each class in turn, then random ones. */
function startsOf(p: Params, { columns: { label, h } }: Table<typeof states>): Float64Array[] {
  const random = Math.round(p.randomShare * p.conditions)
  const classes = [...positionsOf(label).values()]
  const choice = stream(p.seed, "measure-lyapunov", "recorded")
  for (const positions of classes) choice.shuffle(positions)
  return Array.from({ length: p.conditions }, (_, condition) => {
    const start = new Float64Array(h.width)
    if (condition >= p.conditions - random)
      stream(p.seed, "measure-lyapunov", "random", condition).fillUniform(start, -1, 1)
    else {
      const positions = classes[condition % classes.length]!
      const row = positions[Math.floor(condition / classes.length) % positions.length]!
      start.set(h.values.subarray(row * h.width, (row + 1) * h.width))
    }
    return start
  })
}

/** Means over the orbits, the largest first. */
function rowsOf(epoch: number, n: number, spectra: readonly LyapunovSpectrum[], steps: number): Row<typeof lyapunov>[] {
  const count = spectra.length
  const found = Array.from(spectra[0]!.exponents, (_, i) => {
    const each = spectra.map(({ exponents }) => exponents[i]!)
    const squares = spectra.map(({ standardErrors }) => standardErrors[i]! * standardErrors[i]!)
    const standardError = Math.sqrt(mean(squares) / count)
    return { nats: mean(each), standardError, spread: count > 1 ? sd(each) : 0 }
  }).sort((a, b) => b.nats - a.nats)
  const { dimension, exact } = kaplanYorke(
    found.map(({ nats }) => nats),
    n,
  )
  const shared = { kaplanYorke: dimension, kaplanYorkeExact: exact, conditions: count, steps }
  return found.map((row, exponent) => ({ epoch, exponent, ...row, bits: row.nats / Math.LN2, ...shared }))
}

export default stage({
  name: "measure-lyapunov",
  doc: "largest Lyapunov exponents of the network without input, with standard errors, and Kaplan-Yorke dimension",
  source: import.meta.url,
  params: Params,
  inputs: { weights, states },
  outputs: { lyapunov },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { columns } = inputs.weights
      const saved = columns.epoch
      const epochs = p.epochs === "kept" ? [...saved] : p.epochs === "last" ? [saved.at(-1)!] : p.epochs
      const { frames, frame } = inputs.states
      if (frames.length === 0) return yield* new StageError({ message: "no states were recorded" })
      const starts = startsOf(p, frame(frames.length - 1))
      const rows: Row<typeof lyapunov>[] = []
      for (const [e, epoch] of epochs.entries()) {
        const network = networkFor(columns, epoch, columns.U.width)
        if ("message" in network) return yield* new StageError(network)
        const { n } = sizesOf(network)
        const map = freeNetwork(network, p.activation)
        const spectra: LyapunovSpectrum[] = []
        for (const start of starts) {
          spectra.push(lyapunovSpectrum(map, start, { ...p, k: Math.min(p.exponents, n) }))
          report((e + spectra.length / starts.length) / epochs.length, `epoch ${epoch}, orbit ${spectra.length}`)
          yield* Effect.yieldNow
        }
        rows.push(...rowsOf(epoch, n, spectra, p.steps))
      }
      return { lyapunov: fromRows(lyapunov, rows) }
    }),
})
