/** How well a network tells the classes of points. */
import type { PointColumns } from "./draws.ts"
import type { Activation, Weights } from "./kernel/network.ts"
import { addScore, crossEntropy, noScore, squaredError } from "./scores.ts"
import { blocks, sizesOf } from "./unroll.ts"

/** What is read, and when. */
export interface Reading {
  /** Hidden states h_0 … h_{T-1}, of which the last is read. */
  readonly steps: number
  readonly activation: Activation
  readonly loss: keyof typeof lossOf
}

const lossOf = { "cross-entropy": crossEntropy, mse: squaredError }

/** Mean loss and accuracy at the last step. */
export function evaluate({ steps, activation, loss }: Reading, network: Weights, { label, x }: PointColumns) {
  const { d, classes } = sizesOf(network)
  const score = noScore()
  for (const block of blocks(network, activation, x, label.length)) {
    for (let t = 0; t < steps; t++) block.step(t * d < x.width ? t : null)
    addScore(score, { logits: block.logits(), labels: label, first: block.first, classes }, lossOf[loss])
  }
  return { loss: score.loss / score.points, accuracy: score.right / score.points }
}
