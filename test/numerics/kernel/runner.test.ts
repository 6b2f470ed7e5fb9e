import { expect, test } from "vitest"
import { createRunner, type Weights } from "../../../stages/numerics/kernel/network.ts"
import { run } from "../../../stages/numerics/kernel/reference.ts"
import { randomArray, randomWeights, toFloat64, uniform } from "./problem.ts"

const sizes = { n: 13, d: 3, classes: 3 }
const activation = "tanh"

/** The bytes of an array: quick to compare, and told apart where -0 and 0 are not. */
const bits = (values: Float32Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("latin1")

/** States after each of the steps, input rows at the first two, and the final outputs. */
function trajectory(weights: Weights, x: Float32Array[], points: number, steps: number, n: number, d: number) {
  const runner = createRunner({ n, d, classes: 3, points, activation })
  runner.load(weights)
  runner.reset()
  const states = Array.from({ length: steps }, (_, t) => runner.step(x[t] ?? null).slice())
  return { states, logits: runner.logits().slice() }
}

test("states and outputs agree with the reference, for both activations and any width", () => {
  for (const activation of ["tanh", "identity"] as const)
    for (const [n, points] of [
      [13, 47],
      [16, 3],
      [1, 1],
      [40, 41],
    ] as const) {
      const weights = randomWeights({ n, d: 3, classes: 3 }, n)
      const x = [randomArray(points * 3, 1, uniform(2)), randomArray(points * 3, 1, uniform(3))]
      const runner = createRunner({ n, d: 3, classes: 3, points, activation })
      runner.load(weights)
      runner.reset()
      const steps = [0, 1, 2, 3].map((t) => runner.step(x[t] ?? null).slice())
      const shape = { n, d: 3, classes: 3, steps: 4, inputSteps: 2, batch: points, activation, loss: "mse" } as const
      for (let b = 0; b < points; b++) {
        const rows = Float32Array.from([0, 1].flatMap((t) => Array.from(x[t]!.subarray(3 * b, 3 * b + 3))))
        const problem = { ...shape, batch: 1, train: { U: true, b1: true, b2: true } }
        const { h, o } = run(problem, toFloat64(weights), rows, 0)
        for (let t = 0; t < 4; t++)
          for (let i = 0; i < n; i++) expect(Math.abs(steps[t]![b * n + i]! - h[t]![i]!)).toBeLessThan(3e-6)
        for (let c = 0; c < 3; c++) expect(Math.abs(runner.logits()[3 * b + c]! - o[c]!)).toBeLessThan(1e-5)
      }
    }
})

test("a point's bits do not depend on the points run with it", () => {
  for (const [n, d] of [
    [200, 28],
    [13, 3],
  ] as const) {
    const weights = randomWeights({ n, d, classes: 3 }, 3)
    const x = [0, 1].map((t) => randomArray(300 * d, 1, uniform(t)))
    const all = trajectory(weights, x, 300, 5, n, d)
    for (const [first, points] of [
      [0, 1],
      [299, 1],
      [3, 7],
      [37, 41],
      [0, 299],
    ] as const) {
      const some = trajectory(
        weights,
        x.map((rows) => rows.subarray(first * d, (first + points) * d)),
        points,
        5,
        n,
        d,
      )
      for (const [t, states] of some.states.entries())
        expect(bits(states)).toEqual(bits(all.states[t]!.subarray(first * n, (first + points) * n)))
      expect(bits(some.logits)).toEqual(bits(all.logits.subarray(first * 3, (first + points) * 3)))
    }
  }
})

test("without biases and input, 0 stays exactly 0 and f(-h) = -f(h) to the last bit", () => {
  const weights = { ...randomWeights(sizes, 4), b1: new Float32Array(13), b2: new Float32Array(3) }
  const still = createRunner({ ...sizes, points: 9, activation })
  still.load(weights)
  still.reset()
  for (let t = 0; t < 3; t++) expect(still.step(null).every((value) => value === 0)).toBe(true)
  expect(still.step(new Float32Array(27)).every((value) => value === 0)).toBe(true)

  const h = randomArray(9 * 13, 1, uniform(1))
  const after = (states: Float32Array) => {
    still.reset(states)
    return still.step(null).slice()
  }
  expect(after(h.map((value) => -value))).toEqual(after(h).map((value) => -value))
})

test("points that sleep until their first input change no bit of the others", () => {
  const { R, U, W, b2 } = randomWeights(sizes, 6)
  const weights = { R, W, b2, U: U.map((value) => 0.4 * value), b1: new Float32Array(13) }
  const points = 47
  const after = (blank: number) => {
    // Every third point sleeps for one step, every fifth for two.
    const x = [0, 1].map((t) =>
      randomArray(points * 3, 1, uniform(t)).map((value, at) => {
        const point = Math.floor(at / 3)
        return point % 5 === 0 || (t === 0 && point % 3 === 0) ? blank : value
      }),
    )
    return trajectory(weights, x, points, 5, 13, 3)
  }
  // Products with the smallest number vanish, but it is not zero: nobody sleeps.
  const [sleeping, awake] = [after(0), after(2 ** -149)]
  expect(sleeping.states.map(bits)).toEqual(awake.states.map(bits))
  expect(sleeping.states[1]!.some((value) => value === 0)).toBe(true)
  expect(after(2 ** -9).states.map(bits)).not.toEqual(awake.states.map(bits))
})

test("it starts from given states, and from rest again after reset", () => {
  const weights = randomWeights(sizes, 5)
  const x = randomArray(6 * 3, 1, uniform(7))
  const runner = createRunner({ ...sizes, points: 6, activation })
  runner.load(weights)
  runner.reset()
  const first = runner.step(x).slice()
  const second = runner.step(null).slice()
  runner.reset(first)
  expect(runner.step(null)).toEqual(second)
  runner.reset()
  expect(runner.step(x)).toEqual(first)
  runner.reset(first)
  const o = runner.logits().slice()
  runner.reset()
  runner.step(x)
  expect(runner.logits()).toEqual(o)
})

test("mistakes are refused", () => {
  expect(() => createRunner({ ...sizes, points: 0, activation })).toThrow(RangeError)
  const runner = createRunner({ ...sizes, points: 2, activation })
  expect(() => runner.step(new Float32Array(5))).toThrow(/2 × 3 inputs expected, not 5/)
  expect(() => runner.reset(new Float32Array(5))).toThrow(/2 × 13 states/)
  expect(() => runner.load({ ...randomWeights(sizes, 1), W: new Float32Array(4) })).toThrow(RangeError)
})
