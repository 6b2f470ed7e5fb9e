/**
 * Exact t-SNE into the plane (van der Maaten & Hinton 2008): all pairs of points, no trees or grids, float64.
 *
 * p_ij = (p_j|i + p_i|j) / 2N with p_j|i ∝ exp(-β_i |x_i - x_j|²), β_i such that row i has the wanted perplexity;
 * q_ij = w_ij / Σ w with w_ij = 1 / (1 + |y_i - y_j|²); the embedding y minimises KL(P‖Q) = Σ p_ij log(p_ij / q_ij).
 */
import { covariance, means } from "./covariance.ts"
import { exp, log } from "./elementary.ts"
import { openLinear, padded } from "./linear/linear.ts"
import { eachDistanceRow } from "./nearest-neighbours.ts"
import { principalComponents, projectTop } from "./principal-components.ts"

/** Error of a row's entropy, so relative error of its perplexity, at which its β stands. */
const PERPLEXITY_TOLERANCE = 1e-8

/** Trials for one β; hardly any row uses them up. */
const MAX_TRIALS = 100

/** A coordinate so far away that 1 / (1 + distance²) adds nothing. */
const NOWHERE = 1e150

/** The points' affinities p_ij, held in WebAssembly memory with room for one embedding. */
export class Affinities {
  /** The perplexity each row came to: the wanted one, unless more points than that coincide or all are equally far. */
  readonly perplexities: Float64Array
  readonly #N: number
  readonly #stride: number
  readonly #kernels
  readonly #buffers

  /**
   * x: N points x n units, row-major; the matrix takes 8 N² bytes, of 4 GiB at most. Throws RangeError if N - 1 < 3 · perplexity: then
   * nearly all points would be neighbours.
   */
  constructor(x: Float32Array, N: number, n: number, perplexity: number) {
    if (x.length !== N * n) throw new RangeError(`${x.length} numbers are not ${N} points of ${n} units`)
    if (!(perplexity >= 1 && N - 1 >= 3 * perplexity))
      throw new RangeError(`perplexity ${perplexity} needs ${3 * perplexity + 1} points or more, not ${N}`)
    const { kernels, reserve } = openLinear()
    this.#N = N
    this.#stride = padded(N, 2)
    this.#kernels = kernels
    const planar = 2 * this.#stride
    const affinities = { P: N * this.#stride, distances: this.#stride, weights: this.#stride, sums: 3 }
    this.#buffers = reserve({ ...affinities, y: planar, attraction: planar, repulsion: planar })
    this.#buffers.y.fill(NOWHERE)
    this.perplexities = this.#fillRows(x, n, log(perplexity))
    kernels.symmetrise(this.#buffers.P.byteOffset, N, this.#stride, 1 / (2 * N))
  }

  /** Row i of P becomes p_j|i with entropy `target`; returns the rows' perplexities. */
  #fillRows(x: Float32Array, n: number, target: number): Float64Array {
    const [N, stride] = [this.#N, this.#stride]
    const { P, distances, weights, sums } = this.#buffers
    const perplexities = new Float64Array(N)
    P.fill(0)
    distances.fill(0)
    eachDistanceRow(x, N, n, x, (i, row) => {
      const mean = otherDistances(row, i, distances)
      const entropy = fitBandwidth(target, mean > 0 ? 1 / mean : 1, (trial) => {
        this.#kernels.gaussian(distances.byteOffset, weights.byteOffset, N - 1, trial, sums.byteOffset)
        return sums
      })
      perplexities[i] = exp(entropy)
      for (let j = 0; j < N - 1; j++) P[i * stride + (j < i ? j : j + 1)] = weights[j]! / sums[0]!
    })
    return perplexities
  }

  /**
   * ∂KL/∂y_i = 4 Σ_j (a p_ij - q_ij) w_ij (y_i - y_j), with all p multiplied by the exaggeration a (1: the true gradient).
   * y, gradient: 2 x N, axis by axis.
   */
  gradient(y: Float64Array, exaggeration: number, gradient: Float64Array): void {
    const { P, y: place, attraction, repulsion } = this.#place(y)
    const total = this.#kernels.forces(
      P.byteOffset,
      place.byteOffset,
      this.#N,
      this.#stride,
      attraction.byteOffset,
      repulsion.byteOffset,
    )
    for (let at = 0; at < 2 * this.#N; at++) {
      const from = at < this.#N ? at : at - this.#N + this.#stride
      gradient[at] = 4 * (exaggeration * attraction[from]! - repulsion[from]! / total)
    }
  }

  /** KL(P‖Q) >= 0 in nats. y: 2 x N, axis by axis. */
  divergence(y: Float64Array): number {
    const { P, y: place, sums } = this.#place(y)
    const crossEntropy = this.#kernels.crossEntropy(
      P.byteOffset,
      place.byteOffset,
      this.#N,
      this.#stride,
      sums.byteOffset,
    )
    return crossEntropy + log(sums[0]!)
  }

  #place(y: Float64Array) {
    this.#buffers.y.set(y.subarray(0, this.#N))
    this.#buffers.y.set(y.subarray(this.#N), this.#stride)
    return this.#buffers
  }
}

/** Copies row i of squared distances without its own, less the least of the others; returns their mean. */
function otherDistances(row: Float64Array, i: number, d: Float64Array): number {
  d.set(row.subarray(0, i))
  d.set(row.subarray(i + 1), i)
  const others = row.length - 1
  let least = Number.POSITIVE_INFINITY
  for (let j = 0; j < others; j++) least = Math.min(least, d[j]!)
  let sum = 0
  for (let j = 0; j < others; j++) {
    d[j]! -= least
    sum += d[j]!
  }
  return sum / others
}

/**
 * Finds β with entropy H(β) = log S + β T / S = `target` (nats), where sums(β) = [S, T, U] = Σ w, Σ w d, Σ w d² for
 * w = exp(-β d). H falls with β: a bracket is bisected (β doubled while it is open) unless Newton's step in log β, by
 * dH / d log β = -β² (U / S - (T / S)²), stays inside it. The last call of `sums` is for the β found; returns its entropy.
 */
function fitBandwidth(target: number, start: number, sums: (beta: number) => Float64Array): number {
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let beta = start
  for (let trial = 1; ; trial++) {
    const [S, T, U] = sums(beta) as unknown as [number, number, number]
    const mean = T / S
    const entropy = log(S) + beta * mean
    const error = entropy - target
    // More points than wanted coincide, and have all the weight but for the least that the kernel gives: no β parts them.
    const inseparable = error > 0 && T < 1e-290
    if (Math.abs(error) <= PERPLEXITY_TOLERANCE || inseparable || trial === MAX_TRIALS) return entropy
    if (error > 0) low = beta
    else high = beta
    const newton = beta * exp(error / (beta * beta * (U / S - mean * mean)))
    if (newton > low && newton < high && newton < 8 * beta && newton > beta / 8) beta = newton
    else beta = high < Number.POSITIVE_INFINITY ? (low + high) / 2 : 2 * beta
  }
}

/** How t-SNE is run. */
export interface TsneOptions {
  /** N points x n units, row-major. */
  readonly x: Float32Array
  readonly N: number
  readonly n: number
  /** Effective number of neighbours; at most (N - 1) / 3. */
  readonly perplexity: number
  /** Gradient steps after the exaggerated ones. Default 500. */
  readonly iterations?: number
  /** Factor on all p in the first steps; 1 keeps the start's layout, for a frame that follows another. Default 12. */
  readonly exaggeration?: number
  /** Number of exaggerated steps. Default 250, none where the exaggeration is 1. */
  readonly exaggeratedIterations?: number
  /** Default max(N / (4 · exaggeration), 50): Belkina et al. 2019 with the gradient's factor 4 taken out. */
  readonly learningRate?: number
  /** N x 2, row-major, used as it is. Default: the first two principal components, the first scaled to deviation 1e-4. */
  readonly start?: Float64Array
  /** Uniform in [0, 1), to part coinciding points of the default start. */
  readonly random: () => number
}

export interface TsneResult {
  /** Embedding, N x 2, row-major, each axis of mean 0. */
  readonly y: Float64Array
  /** KL(P‖Q) of y in nats, without exaggeration. */
  readonly kl: number
  /** KL(P‖Q), without exaggeration, after every fiftieth step. */
  readonly history: { readonly iteration: number; readonly kl: number }[]
  /** N: the perplexity each row of P came to. */
  readonly perplexities: Float64Array
}

/** Steps between two records of KL. */
const RECORD = 50

/**
 * Gradient descent with momentum (.5 while exaggerated, then .8) and a gain for each coordinate: + .2 where gradient and
 * velocity point against each other, x .8 where not, never below .01 (van der Maaten & Hinton 2008, section 3.4 and
 * released code). Errors as `Affinities`.
 */
export function tsne(options: TsneOptions): TsneResult {
  const { x, N, n, perplexity, iterations = 500, exaggeration = 12, random } = options
  const { exaggeratedIterations = exaggeration === 1 ? 0 : 250 } = options
  const { learningRate = Math.max(N / (4 * exaggeration), 50) } = options
  const affinities = new Affinities(x, N, n, perplexity)
  const y = byAxis(options.start ?? principalStart(x, N, n, random), N)
  const gradient = new Float64Array(2 * N)
  const velocity = new Float64Array(2 * N)
  const gains = new Float64Array(2 * N).fill(1)
  const history: TsneResult["history"] = []
  for (let iteration = 1; iteration <= exaggeratedIterations + iterations; iteration++) {
    const exaggerated = iteration <= exaggeratedIterations
    affinities.gradient(y, exaggerated ? exaggeration : 1, gradient)
    const momentum = exaggerated ? 0.5 : 0.8
    for (let at = 0; at < 2 * N; at++) {
      const against = gradient[at]! * velocity[at]! < 0
      gains[at] = Math.max(against ? gains[at]! + 0.2 : gains[at]! * 0.8, 0.01)
      velocity[at] = momentum * velocity[at]! - learningRate * gains[at]! * gradient[at]!
      y[at]! += velocity[at]!
    }
    centreAxes(y, N)
    if (iteration % RECORD === 0) history.push({ iteration, kl: affinities.divergence(y) })
  }
  return { y: byPoint(y, N), kl: affinities.divergence(y), history, perplexities: affinities.perplexities }
}

/** The first two principal components in units in which the first deviates by 1e-4, with noise a hundredth of that. */
function principalStart(x: Float32Array, N: number, n: number, random: () => number): Float64Array {
  const { variances, components } = principalComponents(covariance(x, N, n), n, 2)
  const projection = projectTop(x, means(x, N, n), components, Math.min(2, n))
  const scale = variances[0]! > 0 ? 1e-4 / Math.sqrt(variances[0]!) : 0
  return Float64Array.from({ length: 2 * N }, (_, at) => {
    const coordinate = n > 1 ? projection[at]! : at % 2 === 0 ? projection[at / 2]! : 0
    return scale * coordinate + 1e-6 * (2 * random() - 1)
  })
}

const byAxis = (points: Float64Array, N: number): Float64Array =>
  points.map((_, at) => points[(at % N) * 2 + Math.floor(at / N)]!)

const byPoint = (axes: Float64Array, N: number): Float64Array =>
  axes.map((_, at) => axes[(at % 2) * N + Math.floor(at / 2)]!)

function centreAxes(y: Float64Array, N: number): void {
  for (const axis of [y.subarray(0, N), y.subarray(N)]) {
    const mean = axis.reduce((sum, value) => sum + value, 0) / N
    for (let i = 0; i < N; i++) axis[i]! -= mean
  }
}
