import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { createTrainer, type Optimizer, type Shape } from "../../../stages/numerics/kernel/network.ts"
import { createOptimizer, gradients, mapParameters } from "../../../stages/numerics/kernel/reference.ts"
import { load, parameterNames, relativeError, toFloat64 } from "./problem.ts"

const optimizers: Optimizer[] = [
  { kind: "rmsprop", decay: 0.9, momentum: 0, epsilon: 1e-8 },
  { kind: "rmsprop", decay: 0.99, momentum: 0.9, epsilon: 1e-8 },
  { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
]
const [rmsprop, withMomentum, adam] = optimizers as [Optimizer, Optimizer, Optimizer]

const shape: Shape = {
  n: 13,
  d: 3,
  classes: 3,
  steps: 5,
  inputSteps: 5,
  batch: 7,
  activation: "tanh",
  loss: "cross-entropy",
  train: { U: true, b1: true, b2: true },
}

/**
 * A linear unit with o = W h, h = 1, W = 0, mean squared error: ∂L/∂W = 2 (W - 0.7), so that optimizers can be
 * followed by hand.
 */
function trainOneWeight(optimizer: Optimizer, learningRate: number, updates: number): number[] {
  const train = { U: false, b1: false, b2: false }
  const sizes = { n: 1, d: 1, classes: 1, steps: 1, inputSteps: 1, batch: 1 }
  const trainer = createTrainer({ ...sizes, activation: "identity", loss: "mse", train }, optimizer)
  const one = (value: number) => Float32Array.of(value)
  trainer.load({ R: one(0), U: one(1), W: one(0), b1: one(0), b2: one(0) })
  trainer.x[0] = 1
  return Array.from({ length: updates }, () => {
    trainer.update(learningRate)
    return trainer.weights().W[0]!
  })
}

test("rmsprop by hand: the first step is η / √(1-a), the second from v = a(1-a)g₁² + (1-a)g₂²", () => {
  const first = 0.01 / Math.sqrt(0.1)
  const [g1, g2] = [-1.4, 2 * (first - 0.7)]
  const step2 = g2 / Math.sqrt(0.1 * (0.9 * g1 * g1 + g2 * g2))
  const [w1, w2] = trainOneWeight(rmsprop, 0.01, 2)
  expect(w1).toBeCloseTo(first, 7)
  expect(w2).toBeCloseTo(first - 0.01 * step2, 7)
})

test("momentum by hand: buf = g₁/√v₁, then .9 buf + g₂/√v₂", () => {
  const first = 0.01 / Math.sqrt(0.01)
  const [g1, g2] = [-1.4, 2 * (first - 0.7)]
  const buf = 0.9 * -10 + g2 / Math.sqrt(0.01 * (0.99 * g1 * g1 + g2 * g2))
  const [w1, w2] = trainOneWeight(withMomentum, 0.01, 2)
  expect(w1).toBeCloseTo(first, 6)
  expect(w2).toBeCloseTo(first - 0.01 * buf, 6)
})

test("adam by hand: with bias correction the first step is η", () => {
  const [g1, g2] = [-1.4, 2 * (0.01 - 0.7)]
  const m = (0.09 * g1 + 0.1 * g2) / (1 - 0.81)
  const v = (0.000999 * g1 * g1 + 0.001 * g2 * g2) / (1 - 0.999 * 0.999)
  const [w1, w2] = trainOneWeight(adam, 0.01, 2)
  expect(w1).toBeCloseTo(0.01, 7)
  expect(w2).toBeCloseTo(0.01 - (0.01 * m) / Math.sqrt(v), 7)
})

test("updates follow the reference optimizers", () => {
  for (const optimizer of optimizers) {
    const trainer = createTrainer(shape, optimizer)
    const weights = toFloat64(load(trainer, shape, 1))
    const step = createOptimizer(optimizer, weights)
    for (let i = 0; i < 5; i++) {
      trainer.update(1e-3)
      step(gradients(shape, weights, trainer.x, trainer.labels), 1e-3)
    }
    expect(relativeError(trainer.weights(), weights)).toBeLessThan(1e-5)
  }
})

test("ten updates match an independent NumPy program", () => {
  const file = new URL("../../fixtures/ten-updates/data.json", import.meta.url)
  for (const run of JSON.parse(readFileSync(file, "utf8"))) {
    const trainer = createTrainer(run.shape, run.optimizer)
    trainer.load(mapParameters<number[], Float32Array>(run.before, (values) => Float32Array.from(values)))
    const losses = run.x.map((x: number[], i: number) => {
      trainer.x.set(x)
      trainer.labels.set(run.labels[i])
      return trainer.update(run.rate)
    })
    expect(relativeError(trainer.weights(), run.after)).toBeLessThan(1e-5)
    for (const [i, loss] of losses.entries()) expect(Math.abs(loss / run.losses[i] - 1)).toBeLessThan(1e-5)
  }
})

test("what is not trained keeps its bits; R and W always change", () => {
  for (const mask of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const train = { U: (mask & 1) > 0, b1: (mask & 2) > 0, b2: (mask & 4) > 0 }
    const trainer = createTrainer({ ...shape, train }, adam)
    const before = load(trainer, shape, 4)
    trainer.update(1e-3)
    const after = trainer.weights()
    for (const name of parameterNames)
      expect(after[name].every((value, i) => value === before[name][i])).toBe(
        name !== "R" && name !== "W" && !train[name],
      )
  }
})

test("training goes on with the same bits from saved weights and state", () => {
  for (const optimizer of optimizers) {
    const straight = createTrainer(shape, optimizer)
    load(straight, shape, 2)
    for (let i = 0; i < 3; i++) straight.update(1e-3)
    const [weights, state] = [straight.weights(), straight.state()]
    expect(state.updates).toBe(3)
    for (let i = 0; i < 4; i++) straight.update(1e-3)

    const resumed = createTrainer(shape, optimizer)
    load(resumed, shape, 2)
    resumed.update(0.5)
    resumed.load(weights)
    resumed.restore(state)
    for (let i = 0; i < 4; i++) resumed.update(1e-3)
    expect(resumed.weights()).toEqual(straight.weights())
    expect(resumed.state()).toEqual(straight.state())

    // Loading alone forgets the state, so it is not the same run.
    resumed.load(weights)
    for (let i = 0; i < 4; i++) resumed.update(1e-3)
    expect(resumed.weights()).not.toEqual(straight.weights())
  }
})

test("a loss of exactly 0 is skipped on demand, and only then", () => {
  const trainer = createTrainer(shape, rmsprop)
  const weights = load(trainer, shape, 6)
  const sure = { ...weights, b2: Float32Array.of(0, 40, 0) }
  trainer.labels.fill(1)
  trainer.load(sure)
  expect(trainer.update(1e-3, { skipZeroLoss: true })).toBe(0)
  expect(trainer.weights()).toEqual(sure)
  expect(trainer.state().updates).toBe(0)
  trainer.update(1e-3)
  expect(trainer.weights()).not.toEqual(sure)
  trainer.load(weights)
  expect(trainer.update(1e-3, { skipZeroLoss: true })).toBeGreaterThan(0)
  expect(trainer.weights()).not.toEqual(weights)
})

test("views stay valid, gradients change nothing, equal runs give equal bits", () => {
  const [a, b] = [createTrainer(shape, adam), createTrainer(shape, adam)]
  const { x } = a
  load(a, shape, 8)
  load(b, shape, 8)
  a.gradients()
  expect([a.update(1e-3), a.update(1e-3)]).toEqual([b.update(1e-3), b.update(1e-3)])
  expect(a.weights()).toEqual(b.weights())
  expect(x.length).toBe(shape.batch * shape.inputSteps * shape.d)
  expect(x).toBe(a.x)
})

test.each([
  { bias: 0, b1: false },
  { bias: 0, b1: true },
  { bias: 0.3, b1: false },
])("samples that sleep until their first input change no bit: biases $bias, trained $b1", ({ bias, b1 }) => {
  const ragged: Shape = { ...shape, n: 24, steps: 6, train: { U: true, b1, b2: true } }
  const after = (blank: number) => {
    const trainer = createTrainer(ragged, adam)
    const { R, U, W, b2 } = load(trainer, ragged, 4)
    trainer.load({ R, U: U.map((value) => 0.4 * value), W, b2, b1: new Float32Array(ragged.n).fill(bias) })
    // Sample b sleeps for b rows, two of them for ever.
    const row = (i: number) => Math.floor(i / ragged.d) % ragged.inputSteps
    const sample = (i: number) => Math.floor(i / (ragged.d * ragged.inputSteps))
    trainer.x.forEach((_, i) => {
      if (row(i) < sample(i)) trainer.x[i] = blank
    })
    const gradients = trainer.gradients()
    return { gradients, losses: [1, 2, 3].map(() => trainer.update(1e-3)), weights: trainer.weights() }
  }
  // Products with the smallest number vanish, but it is not zero: nobody sleeps.
  expect(after(0)).toEqual(after(2 ** -149))
  expect(after(0)).not.toEqual(after(2 ** -9))
})

test("columns of the input that are blank throughout a batch change no bit", () => {
  const framed: Shape = { ...shape, d: 9, n: 24, train: { U: true, b1: true, b2: true } }
  const after = (blank: number) => {
    const trainer = createTrainer(framed, adam)
    const weights = load(trainer, framed, 5)
    trainer.load({ ...weights, U: weights.U.map((value) => 0.4 * value) })
    // The first two columns and the last one, the middle one too, all of step 1.
    trainer.x.forEach((_, i) => {
      const step = Math.floor(i / framed.d) % framed.inputSteps
      if (step === 1 || [0, 1, 4, 8].includes(i % framed.d)) trainer.x[i] = blank
    })
    const gradients = trainer.gradients()
    return { gradients, losses: [1, 2, 3].map(() => trainer.update(1e-3)), weights: trainer.weights() }
  }
  expect(after(0)).toEqual(after(2 ** -149))
  expect(after(0)).not.toEqual(after(2 ** -9))
})

test("the bits of twenty updates are pinned: equal on every machine and Node version", () => {
  const sizes = { n: 45, d: 6, steps: 7, inputSteps: 7, batch: 12 }
  const digests = optimizers.map((optimizer) => {
    const trainer = createTrainer({ ...shape, ...sizes }, optimizer)
    load(trainer, { ...shape, ...sizes }, 3)
    for (let i = 0; i < 20; i++) trainer.update(1e-3)
    const { R, W } = trainer.weights()
    return createHash("sha256").update(R).update(W).digest("hex").slice(0, 16)
  })
  expect(digests).toEqual(["f761d65150b75eda", "cc16c49f9854bb62", "1b06be3814638e51"])
})

test("loading after weights have diverged leaves no trace", () => {
  const trainer = createTrainer(shape, rmsprop)
  const weights = load(trainer, shape, 9)
  const expected = trainer.gradients()
  trainer.update(Number.POSITIVE_INFINITY)
  trainer.update(1)
  expect(trainer.weights().R.some(Number.isNaN)).toBe(true)
  trainer.load(weights)
  expect(trainer.gradients()).toEqual(expected)
})

test("mistakes are refused", () => {
  expect(() => createTrainer({ ...shape, n: 0 }, adam)).toThrow(new RangeError("n must be a positive integer, not 0"))
  expect(() => createTrainer({ ...shape, inputSteps: 6 }, adam)).toThrow(RangeError)
  const trainer = createTrainer(shape, adam)
  const weights = load(trainer, shape, 1)
  expect(() => trainer.load({ ...weights, U: new Float32Array(3) })).toThrow(/13 × 3|3 × 13/)
  expect(() => trainer.restore({ updates: 1, moments: [weights] })).toThrow(/keeps 2 moments here, not 1/)
  trainer.labels[2] = 3
  expect(() => trainer.update(1e-3)).toThrow(/label 3 is none of 3 classes/)
})
