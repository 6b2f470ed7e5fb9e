import type { Optimizer, OptimizerState, Shape, Trainer, Weights } from "./network.ts"
import { WasmTrainer } from "./trainer.ts"

/** Threads that compute shards beside the caller's. */
export interface ShardThreads {
  /** How many may be at work in the next update, the caller's included. */
  readonly granted: () => number
  /** Has another thread call `computeShards` with this. */
  readonly start: (order: ShardOrder) => void
}

/** What a thread needs to take part. */
export interface ShardOrder {
  /** Of one shard. */
  readonly shape: Shape
  readonly optimizer: Optimizer
  /** 0 for the first thread that was started, and so on: it takes part in updates for which more than that are granted. */
  readonly index: number
  readonly shared: Shared
}

/** In shared memory, of a batch in S shards. Threads write each their shards of `gradients` and `losses`, and `cells`. */
interface Shared {
  readonly cells: Int32Array
  /** Batch × inputSteps × d. */
  readonly x: Float32Array
  readonly labels: Int32Array
  /** As the kernels pack them. */
  readonly parameters: Float32Array
  /** S × the packed gradient. */
  readonly gradients: Float32Array
  /** S. */
  readonly losses: Float32Array
}

// Places in `cells`.
/** Number of the update, modulo 2³²: which parameters are the present ones. */
const UPDATE = 0
/** Threads besides the caller's that take part. */
const ASSISTING = 1
/** Next shard that is nobody's yet; from S on there is none. */
const NEXT = 2
/** Shards that are computed; the caller waits for it. */
const DONE = 3
/** Counts what was opened to all threads; they wait for it. Last to be written: who saw it sees the rest. */
const OPENED = 4

const shareFloats = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length))
const shareInts = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length))

/**
 * A trainer whose batch is split into S = `shards` equal parts, the first with the first samples, and so on. Of each, a
 * kernel (trainer.ts) computes the mean loss L_s and the gradient of L_s / S, and the update follows
 *
 *   L = 1/S Σ_s L_s, ∂L/∂w = Σ_s ∂(L_s / S)/∂w,
 *
 * the gradients added in float32, in the order of the shards. So the bits depend on S, and not on how many threads there
 * are nor on which of them computes what: a thread takes the next shard that is nobody's, the caller's thread too, which
 * would compute them all if no other came.
 *
 * RangeError as `createTrainer`, and for a number of shards that does not divide the batch.
 */
export function createShardedTrainer(
  shape: Shape,
  optimizer: Optimizer,
  { shards, threads = alone }: { readonly shards: number; readonly threads?: ShardThreads | undefined },
): Trainer {
  if (!Number.isInteger(shards) || shards < 1 || shape.batch % shards !== 0)
    throw new RangeError(`a batch of ${shape.batch} does not divide into ${shards} equal shards`)
  return new ShardedTrainer({ ...shape, batch: shape.batch / shards }, optimizer, { shards, threads })
}

const alone: ShardThreads = { granted: () => 1, start: () => {} }

/** Computes shards on a thread that `createShardedTrainer` has started; returns only by the end of the thread. */
export function computeShards({ shape, optimizer, index, shared }: ShardOrder): void {
  const { cells, parameters } = shared
  const kernel = new WasmTrainer(shape, optimizer)
  let loaded = 0
  const loadParameters = () => {
    const update = Atomics.load(cells, UPDATE)
    if (update === loaded) return
    kernel.parameters.set(parameters)
    kernel.transpose()
    loaded = update
  }
  while (true) {
    // Read before any shard is sought, so that nothing that is opened meanwhile is slept through.
    const opened = Atomics.load(cells, OPENED)
    if (index < Atomics.load(cells, ASSISTING)) takeShards(kernel, shared, loadParameters)
    Atomics.wait(cells, OPENED, opened)
  }
}

/** Computes shards until there is none left. `prepare` is called with each, once it is ours: until it is done, all stays. */
function takeShards(kernel: WasmTrainer, { cells, x, labels, gradients, losses }: Shared, prepare: () => void): void {
  while (true) {
    const shard = Atomics.add(cells, NEXT, 1)
    if (shard >= losses.length) return
    prepare()
    kernel.x.set(part(x, shard, losses.length))
    kernel.labels.set(part(labels, shard, losses.length))
    losses[shard] = kernel.differentiate(losses.length)
    part(gradients, shard, losses.length).set(kernel.gradient)
    Atomics.add(cells, DONE, 1)
    Atomics.notify(cells, DONE)
  }
}

/** The i-th of `count` equal parts, a view. */
function part<A extends Float32Array | Int32Array>(of: A, i: number, count: number): A {
  const length = of.length / count
  return of.subarray(i * length, (i + 1) * length) as A
}

class ShardedTrainer implements Trainer {
  readonly x: Float32Array
  readonly labels: Int32Array
  /** Shape of a shard. */
  private readonly shape: Shape
  private readonly optimizer: Optimizer
  private readonly threads: ShardThreads
  /** Holds the network and the optimizer's state, and computes the shards of this thread. */
  private readonly kernel: WasmTrainer
  private readonly shared: Shared
  private started = 0

  constructor(
    shape: Shape,
    optimizer: Optimizer,
    { shards, threads }: { readonly shards: number; readonly threads: ShardThreads },
  ) {
    this.shape = shape
    this.optimizer = optimizer
    this.threads = threads
    this.kernel = new WasmTrainer(shape, optimizer)
    const { x, labels, parameters, gradient } = this.kernel
    this.shared = {
      cells: shareInts(OPENED + 1),
      x: shareFloats(shards * x.length),
      labels: shareInts(shards * labels.length),
      parameters: shareFloats(parameters.length),
      gradients: shareFloats(shards * gradient.length),
      losses: shareFloats(shards),
    }
    this.shared.cells[NEXT] = shards
    this.x = this.shared.x
    this.labels = this.shared.labels
  }

  load(weights: Weights): void {
    this.kernel.load(weights)
  }

  weights(): Weights {
    return this.kernel.weights()
  }

  update(learningRate: number, options?: { readonly skipZeroLoss?: boolean }): number {
    const loss = this.differentiate()
    if (!options?.skipZeroLoss || loss !== 0) this.kernel.step(learningRate)
    return loss
  }

  gradients(): Weights {
    this.differentiate()
    return this.kernel.unpackGradient()
  }

  state(): OptimizerState {
    return this.kernel.state()
  }

  restore(state: OptimizerState): void {
    this.kernel.restore(state)
  }

  /** Mean loss of the batch; leaves its gradient in the kernel. */
  private differentiate(): number {
    const { kernel, shared } = this
    this.open()
    takeShards(kernel, shared, () => {})
    const { cells, losses } = shared
    for (let done = Atomics.load(cells, DONE); done < losses.length; done = Atomics.load(cells, DONE))
      Atomics.wait(cells, DONE, done)
    return this.collect()
  }

  /** Opens an update to all threads. Every shard of the one before is done, so nobody reads what is written here. */
  private open(): void {
    const { shared, threads, shape, optimizer } = this
    const { cells, parameters, losses } = shared
    const assisting = Math.min(threads.granted(), losses.length) - 1
    while (this.started < assisting) threads.start({ shape, optimizer, index: this.started++, shared })
    parameters.set(this.kernel.parameters)
    Atomics.add(cells, UPDATE, 1)
    Atomics.store(cells, ASSISTING, assisting)
    Atomics.store(cells, DONE, 0)
    // From here on shards are taken.
    Atomics.store(cells, NEXT, 0)
    Atomics.add(cells, OPENED, 1)
    Atomics.notify(cells, OPENED)
  }

  private collect(): number {
    const { gradients, losses } = this.shared
    const shards = losses.length
    this.kernel.gradient.set(part(gradients, 0, shards))
    for (let s = 1; s < shards; s++) this.kernel.addGradient(part(gradients, s, shards))
    return Math.fround(losses.reduce((sum, loss) => sum + loss, 0) / shards)
  }
}
