/** How well outputs o tell the classes. Sums run over the points in order, in float64. */
import { logSumExp } from "./elementary.ts"

/** Index of the largest of `count` values from `from` on; the first of equal ones. */
export function argmax(values: Float32Array, from: number, count: number): number {
  let best = 0
  for (let c = 1; c < count; c++) if (values[from + c]! > values[from + best]!) best = c
  return best
}

/** Softmax cross-entropy ln Σ_c exp(o_c) - o_y of one output, in nats. o: classes values; y: its class. */
export const crossEntropy = (o: Float32Array, y: number): number => logSumExp(o) - o[y]!

/** Height of the one-hot target of the squared loss (Farrell et al. 2019). */
const targetHeight = 0.7

/** Mean over the classes of (o_c - .7 [c = y])². */
export function squaredError(o: Float32Array, y: number): number {
  let sum = 0
  for (let c = 0; c < o.length; c++) {
    const error = o[c]! - (c === y ? targetHeight : 0)
    sum += error * error
  }
  return sum / o.length
}

/** Points scored so far. */
export interface Score {
  points: number
  /** Points whose largest output is that of their class. */
  right: number
  /** Sum of the losses. */
  loss: number
}

export const noScore = (): Score => ({ points: 0, right: 0, loss: 0 })

/** Adds outputs to a score. logits: points × classes, row-major; labels: the classes, that of the first at `first`. */
export function addScore(
  score: Score,
  a: { logits: Float32Array; labels: Int32Array; first: number; classes: number },
  lossOf: (o: Float32Array, y: number) => number = crossEntropy,
): void {
  const points = a.logits.length / a.classes
  for (let i = 0; i < points; i++) {
    const o = a.logits.subarray(i * a.classes, (i + 1) * a.classes)
    const y = a.labels[a.first + i]!
    if (argmax(o, 0, a.classes) === y) score.right++
    score.loss += lossOf(o, y)
  }
  score.points += points
}
