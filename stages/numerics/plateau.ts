/** When the learning rate falls: PyTorch's ReduceLROnPlateau in mode `min` with an absolute threshold and no cooldown. */
export interface Plateau {
  /** The rate is multiplied by it, in (0, 1). */
  readonly factor: number
  /** Epochs without progress that are let pass; the next one lowers the rate. */
  readonly patience: number
  /** Progress is a loss < best - threshold. */
  readonly threshold: number
}

/** A step that would change the rate by no more than this is left out, as in PyTorch. */
const leastChange = 1e-8

/**
 * Learning rate of the next epoch as a function of the loss of the last: call the result once an epoch, in order. The
 * first loss is always progress; after a reduction the count of epochs without progress starts again, the best loss stays.
 */
export function plateau({ factor, patience, threshold }: Plateau, learningRate: number): (loss: number) => number {
  let rate = learningRate
  let best = Number.POSITIVE_INFINITY
  let waited = 0
  return (loss) => {
    if (loss < best - threshold) {
      best = loss
      waited = 0
    } else waited++
    if (waited > patience) {
      waited = 0
      if (rate - rate * factor > leastChange) rate *= factor
    }
    return rate
  }
}
