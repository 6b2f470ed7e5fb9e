import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { stage } from "../artifacts/stage.ts"
import { nonNegative, param, positive, required, seed, whole, within } from "../schemas/param.ts"
import { fromRows } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { orthonormal } from "./numerics/orthonormal.ts"
import { stream } from "./numerics/random.ts"

/** Farrell et al. 2019: R = (1 - ε) I + ε J, J_ij ~ N(0, g²/n); U = s Q with orthonormal columns; W_ij ~ N(0, readoutScale²/n). */
const PerturbedIdentity = Schema.Struct({
  scheme: Schema.Literal("perturbed-identity"),
  n: param(whole(1), 200, { doc: "number of units", symbol: "n" }),
  d: required(whole(1), { doc: "dimension of the inputs", symbol: "d" }),
  classes: param(whole(2), 2, { doc: "number of outputs" }),
  g: required(positive, {
    doc: "gain: J_ij has variance g²/n; 20 is the edge of chaos, 250 strongly chaotic",
    symbol: "g",
  }),
  epsilon: param(within(0, 1), 0.01, { doc: "share of J in R = (1-ε) I + ε J", symbol: "ε" }),
  inputGain: param(Schema.Literals(["code", "unit"]), "code", {
    doc: "scale s of U = s Q: `code` makes the mean |U_ij| 1/√d, as the authors' code; `unit` is s = 1, which keeps |x|",
  }),
  readoutScale: param(nonNegative, 0.3, { doc: "W_ij ~ N(0, readoutScale²/n)" }),
  rescaleSpectralRadius: param(Schema.Boolean, false, {
    doc: "scale J so that its spectral radius is g exactly, as the authors' later code",
  }),
  seed,
}).check(
  Schema.makeFilter(({ d, n }) =>
    d > n ? `d = ${d} inputs cannot be mapped to n = ${n} units by orthonormal columns: expected d <= n` : undefined,
  ),
)

/** Horoi, Lajoie & Wolf 2020: R, U, W uniform in ±1/√n. */
const Uniform = Schema.Struct({
  scheme: Schema.Literal("uniform"),
  n: param(whole(1), 200, { doc: "number of units", symbol: "n" }),
  d: param(whole(1), 28, { doc: "values shown at each step", symbol: "d" }),
  classes: param(whole(2), 10, { doc: "number of outputs" }),
  seed,
})

type Matrices = { readonly R: Float32Array; readonly U: Float32Array; readonly W: Float32Array }

/** Loaded when asked for, because ml-matrix takes a while. */
const loadSpectralRadius = Effect.promise(() => import("./numerics/spectral-radius.ts"))

/** J is drawn with variance 1/n and then scaled: networks of one seed differ in g alone. */
function recurrent({ n, g, epsilon, rescaleSpectralRadius, seed }: typeof PerturbedIdentity.Type) {
  return Effect.gen(function* () {
    const J = new Float64Array(n * n)
    stream(seed, "init-network", "R").fillNormal(J, 0, 1 / Math.sqrt(n))
    const radius = rescaleSpectralRadius ? (yield* loadSpectralRadius).spectralRadius(J, n) : 1
    const scale = (epsilon * g) / radius
    return Float32Array.from(J, (entry, at) => (at % (n + 1) === 0 ? 1 - epsilon : 0) + scale * entry)
  })
}

/** U = s Q, n × d. */
function orthogonalInput({ n, d, inputGain, seed }: typeof PerturbedIdentity.Type): Float32Array {
  const Q = orthonormal(n, d, stream(seed, "init-network", "U"))
  const meanSize = Q.reduce((sum, entry) => sum + Math.abs(entry), 0) / Q.length
  const s = inputGain === "unit" ? 1 : 1 / (Math.sqrt(d) * meanSize)
  return Float32Array.from(Q, (entry) => s * entry)
}

const perturbedIdentity = (p: typeof PerturbedIdentity.Type) =>
  Effect.map(recurrent(p), (R): Matrices => {
    const W = new Float32Array(p.classes * p.n)
    stream(p.seed, "init-network", "W").fillNormal(W, 0, p.readoutScale / Math.sqrt(p.n))
    return { R, U: orthogonalInput(p), W }
  })

function uniform({ n, d, classes, seed }: typeof Uniform.Type): Matrices {
  const bound = 1 / Math.sqrt(n)
  const drawn = (name: string, length: number) => {
    const entries = new Float32Array(length)
    stream(seed, "init-network", name).fillUniform(entries, -bound, bound)
    return entries
  }
  return { R: drawn("R", n * n), U: drawn("U", n * d), W: drawn("W", classes * n) }
}

export default stage({
  name: "init-network",
  doc: "a network before training, biases 0: R near the identity with gain g, or uniform weights",
  source: import.meta.url,
  params: Schema.Union([PerturbedIdentity, Uniform]),
  inputs: {},
  outputs: { weights },
  run: ({ params: p }) =>
    Effect.map(p.scheme === "uniform" ? Effect.succeed(uniform(p)) : perturbedIdentity(p), (matrices) => ({
      weights: fromRows(weights, [
        { epoch: 0, ...matrices, b1: new Float32Array(p.n), b2: new Float32Array(p.classes) },
      ]),
    })),
})
