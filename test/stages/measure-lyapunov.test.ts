import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import measureLyapunov from "../../stages/measure-lyapunov.ts"
import { decode, failure, run } from "./rig.ts"
import { randomNetwork, statesOf, weightsOf } from "./tables.ts"

/** R = H diag(λ) H with the reflection H = I - 2 u uᵀ. */
function reflected(lambda: readonly number[]) {
  const n = lambda.length
  const u = lambda.map((_, i) => (i + 1) / Math.sqrt((n * (n + 1) * (2 * n + 1)) / 6))
  const H = (i: number, j: number) => (i === j ? 1 : 0) - 2 * u[i]! * u[j]!
  return Float32Array.from({ length: n * n }, (_, at) =>
    lambda.reduce((sum, value, k) => sum + H(Math.floor(at / n), k) * value * H(k, at % n), 0),
  )
}

const eigenvalues = [1.5, -0.9, 0.4, 0.1]
const network = { ...randomNetwork({ n: 4, d: 2, classes: 2, epoch: 3 }), R: reflected(eigenvalues) }
const saturated = { ...network, epoch: 0, R: reflected([3, 0.5, 0.2, 0.1]), b1: new Float32Array(4) }
const weights = weightsOf(saturated, network)
const states = statesOf([[0.1, -0.2, 0.3, -0.4].map((x) => [x, 0.1, 0, x])], [0, 0, 1, 1])
const base = { transient: 200, steps: 200, conditions: 4, seed: 0 } as const
const measure = async (params: Partial<(typeof measureLyapunov.params)["Encoded"]> = {}) =>
  toRows((await run(measureLyapunov, { ...base, ...params }, { weights, states })).lyapunov)

test("a linear network has the logarithms of |λ| of R, in nats and bits, whatever the orbit", async () => {
  const rows = await measure({ activation: "identity" })
  expect(rows.map(({ epoch, exponent }) => [epoch, exponent])).toEqual([0, 1, 2, 3].map((i) => [3, i]))
  rows.forEach(({ nats, bits, standardError, spread, conditions, steps }, i) => {
    expect(nats).toBeCloseTo(Math.log(Math.abs(eigenvalues[i]!)), 6)
    expect(bits).toBeCloseTo(Math.log2(Math.abs(eigenvalues[i]!)), 6)
    expect([standardError, spread]).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6)])
    expect([conditions, steps]).toEqual([4, 200])
  })
  // ln 1.5 + ln .9 > 0 > ln 1.5 + ln .9 + ln .4.
  const dimension = 2 + Math.log(1.35) / -Math.log(0.4)
  for (const row of rows) expect(row.kaplanYorke).toBeCloseTo(dimension, 5)
  const [first] = await measure({ activation: "identity", exponents: 1 })
  expect([first!.kaplanYorke, first!.kaplanYorkeExact]).toEqual([1, false])
})

test("epochs: the last, a list, or all that were kept; each is the same by itself", async () => {
  const [last, kept, listed] = [await measure(), await measure({ epochs: "kept" }), await measure({ epochs: [0] })]
  expect(kept.map(({ epoch }) => epoch)).toEqual([0, 0, 0, 0, 3, 3, 3, 3])
  expect(kept).toEqual([...listed, ...last])
  expect((await failure(measureLyapunov, { ...base, epochs: [7] }, { weights, states })).message).toBe(
    "no weights of epoch 7: there are epochs 0, 3",
  )
})

test("recorded and random starts: all recorded ones at a fixed point differ from random ones that leave it", async () => {
  // h = 0 is an unstable fixed point of epoch 0: λ1 = ln 3 there, negative elsewhere.
  const zeros = statesOf([new Array(4).fill([0, 0, 0, 0])], [0, 0, 1, 1])
  const at = async (randomShare: number) => {
    const result = await run(measureLyapunov, { ...base, epochs: [0], randomShare }, { weights, states: zeros })
    return toRows(result.lyapunov)[0]!
  }
  const [recorded, mixed, random] = [await at(0), await at(0.5), await at(1)]
  expect(recorded.nats).toBeCloseTo(Math.log(3), 6)
  expect(recorded.spread).toBeCloseTo(0, 6)
  expect(random.nats).toBeLessThan(0)
  expect(mixed.nats).toBeCloseTo((recorded.nats + random.nats) / 2, 2)
  expect(mixed.spread).toBeGreaterThan(0.5)
})

test("the interval changes rounding alone, the seed the orbits; equal runs give equal bits", async () => {
  const every = await measure()
  expect(await measure()).toEqual(every)
  const rare = await measure({ interval: 7 })
  rare.forEach(({ nats }, i) => {
    expect(nats).toBeCloseTo(every[i]!.nats, 9)
  })
  expect((await measure({ seed: 1, transient: 0 }))[0]!.nats).not.toBe((await measure({ transient: 0 }))[0]!.nats)
})

test("more blocks than steps are refused", () => {
  expect(() => decode(measureLyapunov.params, { seed: 0, steps: 10 })).toThrow(/blocks = 20/)
})
