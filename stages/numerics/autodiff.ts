import type * as Tfjs from "@tensorflow/tfjs"
import type { Optimizer, OptimizerState, Shape, Trainer, Weights } from "./kernel/network.ts"

/**
 * Engines that tensorflow.js may run on, the fastest first: its C library, where the optional package is installed,
 * WebAssembly, JavaScript.
 */
const backends = ["tensorflow", "wasm", "cpu"] as const
export type AutodiffBackend = (typeof backends)[number]

type Library = typeof Tfjs

const load = {
  tensorflow: () => import("@tensorflow/tfjs-node"),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
  cpu: () => import("@tensorflow/tfjs"),
}

/**
 * Starts one engine; undefined where it is missing. The union package is loaded with each, for it alone registers
 * the gradients.
 */
async function openWith(backend: AutodiffBackend): Promise<Library | undefined> {
  try {
    await load[backend]()
    const tf = await import("@tensorflow/tfjs")
    return (await tf.setBackend(backend)) ? tf : undefined
  } catch {
    return undefined
  }
}

/**
 * The library with the first of the wanted engines that starts; it becomes the engine of every autodiff trainer of
 * the process.
 */
async function open(wanted: readonly AutodiffBackend[]): Promise<Library> {
  for (const backend of wanted) {
    const tf = await openWith(backend)
    if (tf) return tf
  }
  throw new Error(`tensorflow.js starts with none of the backends ${wanted.join(", ")}`)
}

/**
 * Name and version of the engine that `createAutodiffTrainer` uses: its bits depend on them, so they belong in a
 * stage's runtime.
 */
export async function autodiffBackend(
  wanted: readonly AutodiffBackend[] = backends,
): Promise<{ readonly name: string; readonly version: string }> {
  const tf = await open(wanted)
  return { name: `tfjs-${tf.getBackend()}`, version: tf.version.tfjs }
}

/**
 * The trainer of kernel/network.ts by automatic differentiation: the network is unrolled over T steps with tensor
 * operations, reverse mode gives the gradients, and the optimizers are written with tensor operations. An
 * independent check of the kernels (they agree to about 1e-5), and a way to other hardware. Differs from them in the
 * last bits, which depend on the engine.
 */
export async function createAutodiffTrainer(
  shape: Shape,
  optimizer: Optimizer,
  wanted: readonly AutodiffBackend[] = backends,
): Promise<Trainer> {
  return new AutodiffTrainer(await open(wanted), shape, optimizer)
}

const parameterNames = ["R", "U", "W", "b1", "b2"] as const
type Name = (typeof parameterNames)[number]
type Tensors = Readonly<Record<Name, Tfjs.Tensor>>

function mapNames<T>(make: (name: Name) => T): Record<Name, T> {
  return { R: make("R"), U: make("U"), W: make("W"), b1: make("b1"), b2: make("b2") }
}

/** Everything is kept in plain arrays between calls, so that nothing is left behind in the library's memory. */
class AutodiffTrainer implements Trainer {
  readonly x: Float32Array
  readonly labels: Int32Array
  private readonly tf: Library
  private readonly shape: Shape
  private readonly optimizer: Optimizer
  private readonly sizes: Readonly<Record<Name, readonly number[]>>
  private readonly trained: readonly Name[]
  private values: Weights
  private moments: readonly Weights[]
  private updates = 0

  constructor(tf: Library, shape: Shape, optimizer: Optimizer) {
    this.tf = tf
    this.shape = shape
    this.optimizer = optimizer
    const { n, d, classes, batch, inputSteps, train } = shape
    this.sizes = { R: [n, n], U: [n, d], W: [classes, n], b1: [n], b2: [classes] }
    this.trained = parameterNames.filter((name) => name === "R" || name === "W" || train[name])
    this.x = new Float32Array(batch * inputSteps * d)
    this.labels = new Int32Array(batch)
    this.values = this.zeros()
    this.moments = this.noMoments()
  }

  load(weights: Weights): void {
    this.values = this.copy(weights)
    this.moments = this.noMoments()
    this.updates = 0
  }

  weights(): Weights {
    return this.copy(this.values)
  }

  update(learningRate: number, options?: { readonly skipZeroLoss?: boolean }): number {
    const { value, gradient } = this.differentiate()
    if (options?.skipZeroLoss && value === 0) return value
    this.updates++
    for (const name of this.trained) this.step(name, gradient[name], learningRate)
    return value
  }

  gradients(): Weights {
    return this.differentiate().gradient
  }

  state(): OptimizerState {
    return { updates: this.updates, moments: this.moments.map((moment) => this.copy(moment)) }
  }

  restore({ updates, moments }: OptimizerState): void {
    if (moments.length !== this.moments.length)
      throw new RangeError(`${this.optimizer.kind} keeps ${this.moments.length} moments here, not ${moments.length}`)
    this.moments = moments.map((moment) => this.copy(moment))
    this.updates = updates
  }

  /** Mean loss of the batch and its gradient; zeros for what is not trained. */
  private differentiate(): { readonly value: number; readonly gradient: Weights } {
    const { tf } = this
    const gradient = this.zeros()
    const value = tf.tidy(() => {
      const all = mapNames((name) => tf.tensor(this.values[name], [...this.sizes[name]]))
      // With a single step R takes no part, and there is nothing to differentiate.
      const names = this.trained.filter((name) => name !== "R" || this.shape.steps > 1)
      const loss = (...chosen: Tfjs.Tensor[]) =>
        this.loss({ ...all, ...Object.fromEntries(names.map((name, i) => [name, chosen[i]])) })
      const result = tf.valueAndGrads(loss)(names.map((name) => all[name]))
      for (const [i, name] of names.entries()) gradient[name].set(result.grads[i]!.dataSync())
      return result.value.dataSync()[0]!
    })
    return { value, gradient }
  }

  /** h_t = φ(R h_{t-1} + U x_t + b1), o = W h_{T-1} + b2, states as rows; the mean loss. */
  private loss({ R, U, W, b1, b2 }: Tensors): Tfjs.Scalar {
    const { tf, shape } = this
    const { d, classes, steps, inputSteps, batch, activation, loss } = shape
    const x = tf.tensor(this.x, [batch, inputSteps, d])
    let h = tf.zeros([batch, shape.n])
    for (let t = 0; t < steps; t++) {
      let a = b1.add(tf.zeros([batch, shape.n]))
      if (t < inputSteps) a = a.add(x.slice([0, t, 0], [batch, 1, d]).reshape([batch, d]).matMul(U, false, true))
      if (t > 0) a = a.add(h.matMul(R, false, true))
      h = activation === "tanh" ? a.tanh() : a
    }
    const o = h.matMul(W, false, true).add(b2)
    const target = tf.oneHot(tf.tensor1d(this.labels, "int32"), classes).toFloat()
    return loss === "mse"
      ? tf.losses.meanSquaredError(target.mul(0.7), o).asScalar()
      : tf.losses.softmaxCrossEntropy(target, o).asScalar()
  }

  /** One parameter's step; formulas as in kernel/reference.ts. */
  private step(name: Name, gradient: Float32Array, rate: number): void {
    const { tf, optimizer, moments } = this
    tf.tidy(() => {
      const [g, w] = [tf.tensor1d(gradient), tf.tensor1d(this.values[name])]
      const [first, second] = moments.map((moment) => tf.tensor1d(moment[name]))
      const write = (tensor: Tfjs.Tensor, to: Weights) => to[name].set(tensor.dataSync())
      if (optimizer.kind === "adam") {
        const { beta1, beta2, epsilon } = optimizer
        const m = first!.mul(beta1).add(g.mul(1 - beta1))
        const v = second!.mul(beta2).add(g.square().mul(1 - beta2))
        const root = v.div(1 - this.power(beta2)).sqrt()
        write(m, moments[0]!)
        write(v, moments[1]!)
        write(w.sub(m.mul(rate / (1 - this.power(beta1))).div(root.add(epsilon))), this.values)
      } else {
        const v = first!.mul(optimizer.decay).add(g.square().mul(1 - optimizer.decay))
        let step = g.div(v.sqrt().add(optimizer.epsilon))
        if (second) step = second.mul(optimizer.momentum).add(step)
        write(v, moments[0]!)
        if (second) write(step, moments[1]!)
        write(w.sub(step.mul(rate)), this.values)
      }
    })
  }

  /** β^updates. */
  private power(beta: number): number {
    let power = 1
    for (let i = 0; i < this.updates; i++) power *= beta
    return power
  }

  private zeros(): Record<Name, Float32Array> {
    return mapNames((name) => new Float32Array(this.sizes[name].reduce((product, size) => product * size, 1)))
  }

  private noMoments(): Weights[] {
    const two = this.optimizer.kind === "adam" || this.optimizer.momentum !== 0
    return two ? [this.zeros(), this.zeros()] : [this.zeros()]
  }

  private copy(weights: Weights): Weights {
    const copies = this.zeros()
    for (const name of parameterNames) {
      if (weights[name].length !== copies[name].length)
        throw new RangeError(`${name} must have ${copies[name].length} elements, not ${weights[name].length}`)
      copies[name].set(weights[name])
    }
    return copies
  }
}
