/** Runs a trained network over a table of inputs, a block of points at a time. */
import { type Activation, createRunner, type Weights } from "./kernel/network.ts"

/** Rows of float32, row-major. */
interface Rows {
  readonly width: number
  readonly values: Float32Array
}

/** Sizes of a network, read off its weights. */
export interface Sizes {
  readonly n: number
  readonly d: number
  readonly classes: number
}

export const sizesOf = ({ U, b1, b2 }: Weights): Sizes => ({
  n: b1.length,
  d: U.length / b1.length,
  classes: b2.length,
})

/** Columns of a weights table: one saved epoch a row. */
interface WeightsColumns extends Readonly<Record<keyof Weights, Rows>> {
  readonly epoch: Int32Array
}

/** Weights in row `row`, as views. */
export function weightsAt(columns: WeightsColumns, row: number): Weights {
  const view = ({ width, values }: Rows) => values.subarray(row * width, (row + 1) * width)
  return {
    R: view(columns.R),
    U: view(columns.U),
    W: view(columns.W),
    b1: view(columns.b1),
    b2: view(columns.b2),
  }
}

/** Why there is no such network, and what to do. */
export interface NoNetwork {
  readonly message: string
  readonly advice: string
}

/** The weights of a saved epoch, if it was saved and its input rows divide points of `width` values. */
export function networkFor(columns: WeightsColumns, epoch: number | "last", width: number): Weights | NoNetwork {
  const row = epoch === "last" ? columns.epoch.length - 1 : columns.epoch.indexOf(epoch)
  if (row < 0)
    return {
      message: `no weights of epoch ${epoch}: there are epochs ${columns.epoch.join(", ")}`,
      advice: "choose one of them, or add the epoch to keepEpochs of the training",
    }
  const network = weightsAt(columns, row)
  const { d } = sizesOf(network)
  if (width % d === 0) return network
  return {
    message: `points of ${width} values do not divide into input rows of d = ${d}`,
    advice: "use points made for this network",
  }
}

/** Points that run together: enough to fill the kernel, few enough to stay in the cache. */
const blockSize = 1000

/** A run of consecutive points, at h = 0 when it is handed out. */
export interface Block {
  /** Index of its first point. */
  readonly first: number
  readonly points: number
  /** One step with input row `row` of each point, or without input; a view, points × n, good until the next step. */
  step(row: number | null): Float32Array
  /** o = W h + b2 of the present states, points × classes, good until the next step. */
  logits(): Float32Array
  /** Copy of the present states. */
  save(): Float32Array
  /** Back to saved states. */
  restore(saved: Float32Array): void
}

/**
 * The first `points` rows of `inputs` in blocks. Each input row holds the d values of step 0, then those of step 1, and
 * so on: width = steps × d. One block is in use at a time. States and outputs do not depend on the size of the blocks.
 */
export function* blocks(weights: Weights, activation: Activation, inputs: Rows, points: number): Generator<Block> {
  const { n, d, classes } = sizesOf(weights)
  const size = Math.min(blockSize, points)
  const runner = createRunner({ n, d, classes, points: size, activation })
  runner.load(weights)
  const x = new Float32Array(size * d)
  for (let first = 0; first < points; first += size) {
    const count = Math.min(size, points - first)
    runner.reset()
    let h: Float32Array = new Float32Array(count * n)
    yield {
      first,
      points: count,
      step(row) {
        if (row !== null) copyRow(x, inputs, { first, count, from: row * d, d })
        h = runner.step(row === null ? null : x).subarray(0, count * n)
        return h
      },
      logits: () => runner.logits().subarray(0, count * classes),
      save: () => h.slice(),
      restore(saved) {
        runner.reset(padded(saved, size * n))
        h = saved
      },
    }
  }
}

/** x[i] = values from `from` to `from + d` of point first + i; rows of x beyond `count` keep what they hold. */
function copyRow(
  x: Float32Array,
  inputs: Rows,
  { first, count, from, d }: { first: number; count: number; from: number; d: number },
): void {
  for (let i = 0; i < count; i++) {
    const start = (first + i) * inputs.width + from
    for (let j = 0; j < d; j++) x[i * d + j] = inputs.values[start + j]!
  }
}

function padded(states: Float32Array, length: number): Float32Array {
  if (states.length === length) return states
  const full = new Float32Array(length)
  full.set(states)
  return full
}
