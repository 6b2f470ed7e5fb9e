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

/** Where a schedule stands between two epochs. */
export interface Standing {
  /** Learning rate of the next epoch. */
  readonly learningRate: number
  /** Least loss that was progress; infinite before the first epoch. */
  readonly best: number
  /** Epochs without progress since, or since the last reduction. */
  readonly waited: number
}

export const standingAt = (learningRate: number): Standing => ({
  learningRate,
  best: Number.POSITIVE_INFINITY,
  waited: 0,
})

/**
 * Where the schedule stands after an epoch with this loss. The first loss is always progress; after a reduction the count
 * of epochs without progress starts again, the best loss stays.
 */
export function plateau(
  { factor, patience, threshold }: Plateau,
  { learningRate, best, waited }: Standing,
  loss: number,
): Standing {
  if (loss < best - threshold) return { learningRate, best: loss, waited: 0 }
  if (waited < patience) return { learningRate, best, waited: waited + 1 }
  const lower = learningRate * factor
  return { learningRate: learningRate - lower > leastChange ? lower : learningRate, best, waited: 0 }
}
