import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import recordStates from "../../stages/record-states.ts"
import { decode, failure, run } from "./rig.ts"
import { randomNetwork, randomPoints, weightsOf } from "./tables.ts"

const n = 13
const d = 3
const classes = 3
const network = randomNetwork({ n, d, classes })
const weights = weightsOf(network, randomNetwork({ n, d, classes, epoch: 5, seed: 1 }))
const points = randomPoints(8, 2 * d, classes)

/** h_t and o_t of one point in float64, by the formula. */
function unroll(x: Float32Array, T: number) {
  const { R, U, W, b1, b2 } = network
  let h = new Array<number>(n).fill(0)
  const dot = (a: Float32Array, row: number, v: ArrayLike<number>) => {
    let sum = 0
    for (let j = 0; j < v.length; j++) sum += a[row * v.length + j]! * v[j]!
    return sum
  }
  for (let t = 0; t < T; t++) {
    const input = x.subarray(t * d, (t + 1) * d)
    const before = h
    h = before.map((_, i) => Math.tanh(dot(R, i, before) + (input.length > 0 ? dot(U, i, input) : 0) + b1[i]!))
  }
  return { h, o: Array.from(b2, (b, c) => b + dot(W, c, h)) }
}

test("states and predictions follow the formula, with no input once the rows are shown", async () => {
  const times = [0, 1, 4]
  const { states } = await run(recordStates, { epoch: 0, times }, { weights, points })
  expect(states.length).toBe(24)
  const { t, point, label, cluster, prediction, h } = states.columns
  for (let at = 0; at < 24; at++) {
    const i = at % 8
    expect([t[at], point[at], label[at], cluster[at]]).toEqual([times[Math.floor(at / 8)], i, i % 3, i % 3])
    const expected = unroll(points.columns.x.values.subarray(i * 2 * d, (i + 1) * 2 * d), t[at]! + 1)
    for (let j = 0; j < n; j++) expect(h.values[at * n + j]).toBeCloseTo(expected.h[j]!, 5)
    expect(prediction[at]).toBe(expected.o.indexOf(Math.max(...expected.o)))
  }
})

test("a point's bits depend neither on the other points nor on the other steps", async () => {
  const many = { weights, points: randomPoints(2300, 2 * d, classes) }
  const all = (await run(recordStates, { times: [1, 3] }, many)).states.columns
  const few = (await run(recordStates, { times: [3], points: 1200 }, many)).states.columns
  expect(few.h.values).toEqual(all.h.values.subarray(2300 * n, 3500 * n))
  expect(few.prediction).toEqual(all.prediction.subarray(2300, 3500))
  // The last block is not full.
  const last = { weights, points: randomPoints(2300, 2 * d, classes) }
  expect((await run(recordStates, { times: [1, 3] }, last)).states.columns).toEqual(all)
})

test("`last` is the last saved epoch; an epoch that was not saved is refused with those there are", async () => {
  const of = (epoch: number | "last") => run(recordStates, { epoch, times: [1] }, { weights, points })
  expect(await of("last")).toEqual(await of(5))
  expect(await of(0)).not.toEqual(await of(5))
  const { message, advice } = await failure(recordStates, { epoch: 3, times: [1] }, { weights, points })
  expect(message).toBe("no weights of epoch 3: there are epochs 0, 5")
  expect(advice).toMatch(/keepEpochs/)
})

test("a frame is computed when it is asked for, once and in its order", async () => {
  const fractions: number[] = []
  const params = decode(recordStates.params, { times: [0, 1, 4] })
  const report = (fraction: number) => void fractions.push(fraction)
  const { states } = await Effect.runPromise(recordStates.run({ params, inputs: { weights, points }, report }))
  expect(states.frames.map(({ t, first, points }) => [t, first, points])).toEqual(
    [0, 1, 4].map((t, k) => [t, 8 * k, 8]),
  )
  expect(() => states.frame(1)).toThrow("frame 1 was asked for in the place of frame 0")
  for (const k of [0, 1, 2]) {
    expect(fractions.length).toBe(k)
    expect(states.frame(k).length).toBe(8)
  }
  expect(fractions.map((fraction) => 3 * fraction)).toEqual([1, 2, 3])
  expect(() => states.frame(2)).toThrow(RangeError)
  expect(() => states.frame(3)).toThrow("there is no frame 3")
})

test("points of another width and steps out of order are refused", async () => {
  const { message } = await failure(recordStates, { times: [1] }, { weights, points: randomPoints(4, 7, 3) })
  expect(message).toBe("points of 7 values do not divide into input rows of d = 3")
  for (const times of [[], [2, 1], [1, 1]])
    expect(() => decode(recordStates.params, { times })).toThrow("expected one or more steps in ascending order")
})
