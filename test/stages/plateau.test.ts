import { expect, test } from "vitest"
import { plateau, standingAt } from "../../stages/numerics/plateau.ts"

/** Learning rate after each of the losses. */
const rates = (losses: number[], patience: number, learningRate = 1) => {
  let standing = standingAt(learningRate)
  return losses.map((loss) => {
    standing = plateau({ factor: 0.5, patience, threshold: 0.1 }, standing, loss)
    return standing.learningRate
  })
}

test("the rate halves after more than `patience` epochs without progress, then waits again", () => {
  expect(rates([3, 3, 3, 3, 3, 3, 3], 2)).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25])
  expect(rates([3, 3, 3], 0)).toEqual([1, 0.5, 0.25])
})

test("progress is measured against the best loss less the threshold", () => {
  // 2.95 is no progress on 3 and does not become the best; 2.89 is.
  expect(rates([3, 2.95, 2.92, 2.91], 1)).toEqual([1, 1, 0.5, 0.5])
  expect(rates([3, 2.95, 2.89, 2.95], 1)).toEqual([1, 1, 1, 1])
  // A reduction does not forget the best.
  expect(rates([1, 5, 4, 3, 2], 1)).toEqual([1, 1, 0.5, 0.5, 0.25])
})

test("a step of 1e-8 or less is left out", () => {
  expect(rates([1, 1, 1], 0, 3e-8)).toEqual([3e-8, 1.5e-8, 1.5e-8])
})

test("a loss that is not a number is no progress", () => {
  expect(rates([1, Number.NaN], 0)).toEqual([1, 0.5])
})
