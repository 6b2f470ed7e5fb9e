/**
 * The network, its exact gradients and the optimizers written down plainly in float64: documentation of what the
 * kernels compute, and the oracle of their tests. Sizes and layouts as in network.ts.
 */
import { exp, log, tanh } from "../elementary.ts"
import type { Optimizer, Shape } from "./network.ts"

/** The parameters, or anything of their shapes (gradients, moments), float64, row-major as in `Weights`. */
export interface Parameters {
  readonly R: Float64Array
  readonly U: Float64Array
  readonly W: Float64Array
  readonly b1: Float64Array
  readonly b2: Float64Array
}

const names = ["R", "U", "W", "b1", "b2"] as const

/** The same parameters as other kinds of arrays. */
export function mapParameters<From, To>(
  parameters: { readonly [name in keyof Parameters]: From },
  convert: (values: From) => To,
): { [name in keyof Parameters]: To } {
  const { R, U, W, b1, b2 } = parameters
  return { R: convert(R), U: convert(U), W: convert(W), b1: convert(b1), b2: convert(b2) }
}

/** y ← y + M v for a row-major rows × columns matrix. */
function addProduct(M: Float64Array, v: ArrayLike<number>, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) for (let j = 0; j < v.length; j++) y[i]! += M[i * v.length + j]! * v[j]!
}

/** y ← y + Mᵀ v. */
function addTransposedProduct(M: Float64Array, v: ArrayLike<number>, y: Float64Array): void {
  for (let i = 0; i < v.length; i++) for (let j = 0; j < y.length; j++) y[j]! += M[i * y.length + j]! * v[i]!
}

/** M ← M + u vᵀ. */
function addOuterProduct(u: ArrayLike<number>, v: ArrayLike<number>, M: Float64Array): void {
  for (let i = 0; i < u.length; i++) for (let j = 0; j < v.length; j++) M[i * v.length + j]! += u[i]! * v[j]!
}

/** Input row of sample b at step t, or nothing after the last input step; x is batch × inputSteps × d. */
const inputRow = ({ d, inputSteps }: Shape, x: Float32Array, b: number, t: number) =>
  t < inputSteps ? x.subarray((b * inputSteps + t) * d, (b * inputSteps + t + 1) * d) : undefined

/** States h_0 … h_{T-1} and output of one sample: h_t = φ(R h_{t-1} + U x_t + b1), o = W h_{T-1} + b2. */
export function run(
  shape: Shape,
  weights: Parameters,
  x: Float32Array,
  b: number,
): { h: Float64Array[]; o: Float64Array } {
  const h: Float64Array[] = []
  for (let t = 0; t < shape.steps; t++) {
    const state = weights.b1.slice()
    const input = inputRow(shape, x, b, t)
    if (input) addProduct(weights.U, input, state)
    if (t > 0) addProduct(weights.R, h[t - 1]!, state)
    h.push(shape.activation === "tanh" ? state.map(tanh) : state)
  }
  const o = weights.b2.slice()
  addProduct(weights.W, h[shape.steps - 1]!, o)
  return { h, o }
}

/** One sample's share of the mean loss, and its gradient with respect to the output. */
function lossOf(
  { loss, batch, classes }: Shape,
  o: Float64Array,
  label: number,
): { value: number; gradient: Float64Array } {
  if (loss === "mse") {
    const difference = o.map((value, c) => value - (c === label ? 0.7 : 0))
    const value = difference.reduce((sum, e) => sum + e * e, 0) / (batch * classes)
    return { value, gradient: difference.map((e) => (2 * e) / (batch * classes)) }
  }
  const largest = Math.max(...o)
  const e = o.map((value) => exp(value - largest))
  const sum = e.reduce((total, value) => total + value, 0)
  const value = (log(sum) - (o[label]! - largest)) / batch
  return { value, gradient: e.map((value, c) => (value / sum - (c === label ? 1 : 0)) / batch) }
}

/** Mean loss of the batch. */
export function meanLoss(shape: Shape, weights: Parameters, x: Float32Array, labels: ArrayLike<number>): number {
  let total = 0
  for (let b = 0; b < shape.batch; b++) total += lossOf(shape, run(shape, weights, x, b).o, labels[b]!).value
  return total
}

/** Gradient of the mean loss by backpropagation through time, sample by sample; zeros for what is not trained. */
export function gradients(shape: Shape, weights: Parameters, x: Float32Array, labels: ArrayLike<number>): Parameters {
  const g = mapParameters(weights, (values) => new Float64Array(values.length))
  for (let b = 0; b < shape.batch; b++) {
    const { h, o } = run(shape, weights, x, b)
    const output = lossOf(shape, o, labels[b]!).gradient
    addOuterProduct(output, h[shape.steps - 1]!, g.W)
    addOuterProduct(output, [1], g.b2)
    let delta = new Float64Array(shape.n)
    addTransposedProduct(weights.W, output, delta)
    for (let t = shape.steps - 1; t >= 0; t--) {
      if (shape.activation === "tanh") delta = delta.map((value, i) => value * (1 - h[t]![i]! * h[t]![i]!))
      const input = inputRow(shape, x, b, t)
      if (input) addOuterProduct(delta, input, g.U)
      addOuterProduct(delta, [1], g.b1)
      if (t > 0) addOuterProduct(delta, h[t - 1]!, g.R)
      const before = new Float64Array(shape.n)
      addTransposedProduct(weights.R, delta, before)
      delta = before
    }
  }
  for (const name of ["U", "b1", "b2"] as const) if (!shape.train[name]) g[name].fill(0)
  return g
}

/** An optimizer with its own moments; the returned function changes the weights in place. */
export function createOptimizer(
  optimizer: Optimizer,
  weights: Parameters,
): (gradient: Parameters, learningRate: number) => void {
  const first = mapParameters(weights, (values) => new Float64Array(values.length))
  const second = mapParameters(weights, (values) => new Float64Array(values.length))
  let power1 = 1
  let power2 = 1
  return (gradient, learningRate) => {
    if (optimizer.kind === "adam") {
      power1 *= optimizer.beta1
      power2 *= optimizer.beta2
    }
    for (const name of names) {
      const [w, m, v] = [weights[name], first[name], second[name]]
      for (const [i, g] of gradient[name].entries())
        if (optimizer.kind === "rmsprop") {
          v[i] = optimizer.decay * v[i]! + (1 - optimizer.decay) * g * g
          m[i] = optimizer.momentum * m[i]! + g / (Math.sqrt(v[i]!) + optimizer.epsilon)
          w[i]! -= learningRate * m[i]!
        } else {
          m[i] = optimizer.beta1 * m[i]! + (1 - optimizer.beta1) * g
          v[i] = optimizer.beta2 * v[i]! + (1 - optimizer.beta2) * g * g
          w[i]! -= (learningRate * (m[i]! / (1 - power1))) / (Math.sqrt(v[i]! / (1 - power2)) + optimizer.epsilon)
        }
    }
  }
}
