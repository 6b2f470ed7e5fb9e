import { AwakeRows } from "./awake-rows.ts"
import { openKernels } from "./instance.ts"
import type { Optimizer, OptimizerState, Shape, Trainer, Weights } from "./network.ts"
import { addProduct, type Operand, packed, plain, transposed } from "./operands.ts"
import { PANEL, type Packed, pack, packedLength, padded, placeParameters, unpack } from "./panels.ts"
import { UsedColumns } from "./used-columns.ts"

/**
 * A trainer on the WebAssembly kernels, float32: exact gradients by backpropagation through time (Werbos 1990), no
 * clipping.
 *
 *   h_t = φ(R h_{t-1} + U x_t + b1), h_{-1} = 0;  o = W h_{T-1} + b2;
 *   δ_{T-1} = (Wᵀ ∂L/∂o) ∘ φ', δ_{t-1} = (Rᵀ δ_t) ∘ φ';
 *   ∂L/∂R = Σ_{t≥1,b} δ_t h_{t-1}ᵀ, ∂L/∂U = Σ_{t,b} δ_t x_tᵀ, ∂L/∂b1 = Σ_{t,b} δ_t,
 *   ∂L/∂W = Σ_b ∂L/∂o h_{T-1}ᵀ, ∂L/∂b2 = Σ_b ∂L/∂o.
 *
 * RangeError for impossible sizes; its methods throw one for arrays that do not fit the shape and labels that are no
 * class.
 */
export const createTrainer = (shape: Shape, optimizer: Optimizer): Trainer => new WasmTrainer(shape, optimizer)

const parameterNames = ["R", "W", "U", "b1", "b2"] as const

function check({ n, d, classes, steps, inputSteps, batch }: Shape): void {
  for (const [name, size] of Object.entries({ n, d, classes, steps, inputSteps, batch }))
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`${name} must be a positive integer, not ${size}`)
  if (inputSteps > steps) throw new RangeError(`${inputSteps} input steps do not fit into ${steps} steps`)
}

/**
 * Places and buffers. States h and δ are T × B × n, n padded with zeros to a multiple of 8, so that the sums over t
 * and b are single matrix products. The parameters share one buffer, trained ones first, so that an optimizer is one
 * pass over it.
 */
function open(shape: Shape, optimizer: Optimizer) {
  const { n, d, classes, steps, inputSteps, batch, train } = shape
  const isTrained = (name: keyof Weights) => name === "R" || name === "W" || train[name]
  const trained = parameterNames.filter(isTrained)
  const place = placeParameters(shape, [...trained, ...parameterNames.filter((name) => !isTrained(name))])
  const lengthOf = (names: readonly (keyof Weights)[]) =>
    names.reduce((sum, name) => sum + packedLength(place[name]), 0)
  const width = padded(n)
  const outputs = padded(classes)
  const opened = openKernels({
    x: batch * inputSteps * d,
    labels: batch,
    h: steps * batch * width,
    delta: steps * batch * width,
    left: batch * width,
    right: batch * width,
    o: batch * outputs,
    parameters: lengthOf(parameterNames),
    gradient: lengthOf(parameterNames),
    summand: lengthOf(trained),
    first: lengthOf(trained),
    second: optimizer.kind === "adam" || optimizer.momentum !== 0 ? lengthOf(trained) : 0,
    transposedR: width * width,
    transposedW: width * outputs,
  })
  return { ...opened, place, trained, width, outputs }
}

/** The trainer with its packed arrays open to who sums gradients of several. */
export class WasmTrainer implements Trainer {
  readonly x: Float32Array
  readonly labels: Int32Array
  /** All parameters, as `placeParameters` packs them; call `transpose` after writing them. */
  readonly parameters: Float32Array
  /** Gradient of the trained parameters, which come first. */
  readonly gradient: Float32Array
  private readonly shape: Shape
  private readonly optimizer: Optimizer
  private readonly memory: ReturnType<typeof open>
  private readonly moments: readonly Float32Array[]
  private readonly awake: AwakeRows
  private readonly used: UsedColumns
  /** Batch × n values at each step. */
  private readonly views: Readonly<Record<"h" | "delta", readonly Float32Array[]>>
  private updates = 0
  /** β₁^t and β₂^t by repeated multiplication: the bits of a power function depend on the engine. */
  private powers: readonly [number, number] = [1, 1]

  constructor(shape: Shape, optimizer: Optimizer) {
    check(shape)
    this.shape = shape
    this.optimizer = optimizer
    this.memory = open(shape, optimizer)
    const { x, labels, parameters, gradient, first, second } = this.memory.buffers
    this.x = x
    this.labels = new Int32Array(labels.buffer, labels.byteOffset, shape.batch)
    this.parameters = parameters
    this.gradient = gradient.subarray(0, first.length)
    this.moments = second.length > 0 ? [first, second] : [first]
    this.awake = new AwakeRows(shape, this.memory)
    this.used = new UsedColumns(shape, this.memory.kernels, x)
    const length = shape.batch * this.memory.width
    const viewsOf = (all: Float32Array) =>
      Array.from({ length: shape.steps }, (_, t) => all.subarray(t * length, (t + 1) * length))
    this.views = { h: viewsOf(this.memory.buffers.h), delta: viewsOf(this.memory.buffers.delta) }
  }

  load(weights: Weights): void {
    const { parameters } = this
    // The padding too: not-a-numbers spread into it.
    parameters.fill(0)
    for (const name of parameterNames) pack(weights[name], this.memory.place[name], parameters)
    this.transpose()
    for (const moment of this.moments) moment.fill(0)
    this.resetCount()
  }

  weights(): Weights {
    return this.unpackAll(this.parameters, parameterNames)
  }

  update(learningRate: number, options?: { readonly skipZeroLoss?: boolean }): number {
    const loss = this.forward()
    if (options?.skipZeroLoss && loss === 0) return loss
    this.backward()
    this.step(learningRate)
    return loss
  }

  gradients(): Weights {
    this.differentiate()
    return this.unpackGradient()
  }

  /** The mean loss L. The gradient of L / shards is then in `gradient`: what a shard adds to that of the whole batch. */
  differentiate(shards = 1): number {
    const loss = this.forward()
    const { o } = this.memory.buffers
    if (shards > 1) for (let i = 0; i < o.length; i++) o[i] = o[i]! / shards
    this.backward()
    return loss
  }

  /** Adds to `gradient` what has its layout. */
  addGradient(summand: Float32Array): void {
    const { kernels, buffers } = this.memory
    buffers.summand.set(summand)
    kernels.addRows(1, summand.length, buffers.summand.byteOffset, this.gradient.byteOffset)
  }

  /** A copy of the gradient, with zeros for what is not trained. */
  unpackGradient(): Weights {
    return this.unpackAll(this.gradient, this.memory.trained)
  }

  state(): OptimizerState {
    return {
      updates: this.updates,
      moments: this.moments.map((moment) => this.unpackAll(moment, this.memory.trained)),
    }
  }

  restore({ updates, moments }: OptimizerState): void {
    if (moments.length !== this.moments.length)
      throw new RangeError(`${this.optimizer.kind} keeps ${this.moments.length} moments here, not ${moments.length}`)
    for (const [i, moment] of this.moments.entries())
      for (const name of this.memory.trained) pack(moments[i]![name], this.memory.place[name], moment)
    this.resetCount()
    while (this.updates < updates) this.count()
  }

  /** Fills h and o, leaves ∂L/∂o in o, and returns L. */
  private forward(): number {
    const { n, classes, steps, inputSteps, batch, activation, loss } = this.shape
    const { kernels, buffers, width, outputs } = this.memory
    for (const label of this.labels)
      if (label < 0 || label >= classes) throw new RangeError(`label ${label} is none of ${classes} classes`)
    const transposedR = packed(buffers.transposedR.byteOffset, width)
    this.awake.begin(this.isBiased() ? undefined : this.x)
    this.used.begin()
    for (let t = 0; t < steps; t++) {
      const h = this.views.h[t]!
      kernels.fillRows(batch, width, this.parameter("b1").at, h.byteOffset)
      if (t < inputSteps) this.used.add(t, this.parameter("U"), this.rows("h", t), width)
      if (t > 0) this.awake.add(t - 1, this.views.h[t - 1]!, transposedR, h)
      if (activation === "tanh") kernels.tanh(h.length, h.byteOffset)
    }
    const o = plain(buffers.o.byteOffset, outputs)
    kernels.fillRows(batch, outputs, this.parameter("b2").at, o.at)
    const transposedW = packed(buffers.transposedW.byteOffset, width)
    addProduct(kernels, [batch, n, outputs], this.rows("h", steps - 1), transposedW, o)
    const measure = loss === "mse" ? kernels.squaredError : kernels.crossEntropy
    return measure(batch, classes, o.at, o.row, this.labels.byteOffset)
  }

  /** From h, x and ∂L/∂o to δ and the gradient. */
  private backward(): void {
    const { classes, steps, inputSteps, batch, activation, train } = this.shape
    const { kernels, buffers, width, outputs } = this.memory
    const last = steps - 1
    const o = plain(buffers.o.byteOffset, outputs)
    buffers.delta.fill(0)
    addProduct(kernels, [batch, classes, width], o, this.parameter("W"), this.rows("delta", last))
    // δ_0 serves U and b1 only.
    const earliest = train.U || train.b1 ? 0 : 1
    for (let t = last; t >= earliest; t--) {
      const delta = this.views.delta[t]!
      if (activation === "tanh") kernels.tanhGradient(delta.length, delta.byteOffset, this.rows("h", t).at)
      if (t > earliest) this.awake.add(t - 1, delta, this.parameter("R"), this.views.delta[t - 1]!)
    }
    buffers.gradient.fill(0)
    this.awake.addOuter(buffers.delta, buffers.h, this.gradientOf("R"))
    addProduct(kernels, [classes, batch, width], transposed(o), this.rows("h", last), this.gradientOf("W"))
    for (let t = 0; train.U && t < inputSteps; t++)
      this.used.addOuter(t, this.rows("delta", t), this.gradientOf("U"), width)
    if (train.b1) kernels.addRows(steps * batch, width, buffers.delta.byteOffset, this.gradientOf("b1").at)
    if (train.b2) kernels.addRows(batch, outputs, o.at, this.gradientOf("b2").at)
  }

  /** Whether states differ from zero without input. */
  private isBiased(): boolean {
    const { offset, columns } = this.memory.place.b1
    return this.shape.train.b1 || this.parameters.subarray(offset, offset + columns).some((bias) => bias !== 0)
  }

  /** One step of the optimizer along `gradient`. */
  step(rate: number): void {
    const { optimizer } = this
    const { kernels, buffers } = this.memory
    const { length } = buffers.first
    const [w, g] = [buffers.parameters.byteOffset, buffers.gradient.byteOffset]
    const [first, second] = [buffers.first.byteOffset, buffers.second.byteOffset]
    this.count()
    if (optimizer.kind === "adam") {
      const { beta1, beta2, epsilon } = optimizer
      const corrected = rate / (1 - this.powers[0])
      const root = 1 / Math.sqrt(1 - this.powers[1])
      kernels.adam(length, w, g, first, second, corrected, root, beta1, 1 - beta1, beta2, 1 - beta2, epsilon)
    } else {
      const { decay, momentum, epsilon } = optimizer
      kernels.rmsprop(length, w, g, first, second, rate, decay, 1 - decay, momentum, epsilon)
    }
    this.transpose()
  }

  private count(): void {
    this.updates++
    if (this.optimizer.kind === "adam")
      this.powers = [this.powers[0] * this.optimizer.beta1, this.powers[1] * this.optimizer.beta2]
  }

  private resetCount(): void {
    this.updates = 0
    this.powers = [1, 1]
  }

  /** The forward pass multiplies by Rᵀ and Wᵀ; made once an update, both orientations are read in order. */
  transpose(): void {
    const { kernels, buffers, width, outputs } = this.memory
    kernels.transpose(width, width / PANEL, this.parameter("R").at, buffers.transposedR.byteOffset)
    kernels.transpose(outputs, width / PANEL, this.parameter("W").at, buffers.transposedW.byteOffset)
  }

  private parameter(name: keyof Weights): Operand {
    return this.packedIn(this.memory.buffers.parameters, this.memory.place[name])
  }

  private gradientOf(name: keyof Weights): Operand {
    return this.packedIn(this.memory.buffers.gradient, this.memory.place[name])
  }

  private packedIn(buffer: Float32Array, { offset, height }: Packed): Operand {
    return packed(buffer.byteOffset + 4 * offset, height)
  }

  /** States at step t, to multiply. */
  private rows(name: "h" | "delta", t: number): Operand {
    return plain(this.views[name][t]!.byteOffset, this.memory.width)
  }

  private unpackAll(buffer: Float32Array, names: readonly (keyof Weights)[]): Weights {
    const copy = (name: keyof Weights) => {
      const place = this.memory.place[name]
      return names.includes(name) ? unpack(place, buffer) : new Float32Array(place.rows * place.columns)
    }
    return { R: copy("R"), U: copy("U"), W: copy("W"), b1: copy("b1"), b2: copy("b2") }
  }
}
