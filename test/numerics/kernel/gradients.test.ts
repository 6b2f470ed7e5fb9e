import { expect, test } from "vitest"
import { createTrainer, type Shape } from "../../../stages/numerics/kernel/network.ts"
import { gradients, meanLoss } from "../../../stages/numerics/kernel/reference.ts"
import { everyShape, load, parameterNames, relativeError, toFloat64 } from "./problem.ts"

const rmsprop = { kind: "rmsprop", decay: 0.9, momentum: 0, epsilon: 1e-8 } as const

test("kernel and reference agree on loss and gradients of every kind of problem", () => {
  for (const shape of everyShape()) {
    const trainer = createTrainer(shape, rmsprop)
    const weights = toFloat64(load(trainer, shape, shape.n))
    const gradient = trainer.gradients()
    expect(relativeError(gradient, gradients(shape, weights, trainer.x, trainer.labels))).toBeLessThan(1e-5)
    expect(trainer.update(0)).toBeCloseTo(meanLoss(shape, weights, trainer.x, trainer.labels), 5)
  }
})

test("gradients at the sizes of the studies", () => {
  const sizes = { n: 200, classes: 2, activation: "tanh", loss: "cross-entropy" } as const
  const shapes: Shape[] = [
    { ...sizes, d: 200, steps: 11, inputSteps: 1, batch: 10, train: { U: false, b1: true, b2: true } },
    { ...sizes, d: 28, steps: 28, inputSteps: 28, batch: 6, train: { U: true, b1: false, b2: true } },
    // More rows than one block of the matrix product takes.
    { ...sizes, n: 41, d: 2, steps: 9, inputSteps: 9, batch: 43, train: { U: true, b1: true, b2: true } },
  ]
  for (const shape of shapes) {
    const trainer = createTrainer(shape, rmsprop)
    const weights = toFloat64(load(trainer, shape, 5))
    expect(relativeError(trainer.gradients(), gradients(shape, weights, trainer.x, trainer.labels))).toBeLessThan(1e-4)
  }
})

test("the reference's gradients are central differences of its loss", () => {
  const trainAll = ({ train }: Shape) => train.U && train.b1 && train.b2
  for (const shape of everyShape().filter(trainAll)) {
    const trainer = createTrainer(shape, rmsprop)
    const weights = toFloat64(load(trainer, shape, 3))
    const { x, labels } = trainer
    const gradient = gradients(shape, weights, x, labels)
    for (const name of parameterNames)
      for (let i = 0; i < weights[name].length; i += 5) {
        const values = weights[name]
        const kept = values[i]!
        values[i] = kept + 1e-5
        const above = meanLoss(shape, weights, x, labels)
        values[i] = kept - 1e-5
        const below = meanLoss(shape, weights, x, labels)
        values[i] = kept
        expect(Math.abs((above - below) / 2e-5 - gradient[name][i]!)).toBeLessThan(1e-8)
      }
  }
})

test("one unit, one step, by hand: L = log(1 + e^(o_0 - o_1)), h = tanh(u x + b1)", () => {
  const shape = { n: 1, d: 1, classes: 2, steps: 1, inputSteps: 1, batch: 1, activation: "tanh" } as const
  const trainer = createTrainer({ ...shape, loss: "cross-entropy", train: { U: true, b1: true, b2: true } }, rmsprop)
  const one = (...values: number[]) => Float32Array.from(values)
  trainer.load({ R: one(5), U: one(0.5), W: one(2, -1), b1: one(0.25), b2: one(0, 1) })
  trainer.x[0] = 3
  trainer.labels[0] = 1
  const h = Math.tanh(1.75)
  const p = 1 / (1 + Math.exp(-h - 2 * h + 1))
  const delta = (2 * p - -1 * p) * (1 - h * h)
  const expected = { R: [0], U: [3 * delta], W: [h * p, -h * p], b1: [delta], b2: [p, -p] }
  expect(relativeError(trainer.gradients(), expected)).toBeLessThan(1e-6)
  expect(trainer.update(0)).toBeCloseTo(Math.log1p(Math.exp(3 * h - 1)), 6)
})
