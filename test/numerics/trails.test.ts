import { expect, test } from "vitest"
import { createRunner, type Weights } from "../../stages/numerics/kernel/network.ts"
import { stream } from "../../stages/numerics/random.ts"
import { trailsOf } from "../../stages/numerics/trails.ts"

const N = 24

/** n units without bias; each start has its own size, so that some settle sooner than others. */
function network(n: number, R: Float32Array) {
  const weights: Weights = {
    R,
    U: new Float32Array(n),
    W: new Float32Array(n),
    b1: new Float32Array(n),
    b2: new Float32Array(1),
  }
  const random = stream(0, "trails")
  const h = Float32Array.from({ length: N * n }, (_, at) => (random.uniform() - 0.5) * 0.1 ** (Math.floor(at / n) / 3))
  return { n, weights, h }
}

/** R of two units: the rows (a, b) and (c, d). */
const plane = (...R: [number, number, number, number]) => network(2, Float32Array.from(R))

function random(n: number, gain: number) {
  const R = new Float32Array(n * n)
  stream(1, "trails", "R").fillNormal(R, 0, gain / Math.sqrt(n))
  return network(n, R)
}

const turn = (angle: number) => {
  const [c, s] = [1.5 * Math.cos(angle), 1.5 * Math.sin(angle)]
  return plane(c, -s, s, c)
}
const networks = {
  "fixed points": plane(2, 0, 0, 2),
  "fixed points, and a cycle of both signs": plane(2, 0, 0, -2),
  "decay to 0": plane(0.5, 0, 0, -0.5),
  "a sixth of a turn": turn(Math.PI / 3),
  "a curve": turn(1),
  chaos: random(30, 4),
}

/** What a generator returns, and what it yields on the way. */
function drive<A>(steps: Generator<number, A>): { readonly result: A; readonly shares: number[] } {
  const shares: number[] = []
  for (;;) {
    const next = steps.next()
    if (next.done) return { result: next.value, shares }
    shares.push(next.value)
  }
}

test.each(
  Object.entries(networks).flatMap(([name, each]) => [1, 8, 64, 200, 1001].map((steps) => ({ name, steps, ...each }))),
)("$name: after $steps steps the trails have the bits of plain runs", ({ n, weights, h, steps }) => {
  const { result, shares } = drive(trailsOf(weights, "tanh", h, steps))
  expect(result.length).toBe(Math.min(16, Math.ceil(steps / 7)))
  expect(shares.every((share, i) => share <= 1 && share >= (shares[i - 1] ?? 0))).toBe(true)
  const runner = createRunner({ n, d: 1, classes: 1, points: N, activation: "tanh" })
  runner.load(weights)
  runner.reset(h)
  const expected = new Float32Array(result.values.length)
  for (let t = 1; t <= steps; t++) {
    const now = runner.step(null)
    const state = result.length - 1 - (steps - t) / 7
    if (state < 0 || !Number.isInteger(state)) continue
    for (let i = 0; i < N; i++) expected.set(now.subarray(i * n, (i + 1) * n), (i * result.length + state) * n)
  }
  expect(Buffer.compare(Buffer.from(result.values.buffer), Buffer.from(expected.buffer))).toBe(0)
})

test("what repeats is not run: a billion steps end at once, an odd number in the other phase", () => {
  const { weights, h } = networks["fixed points, and a cycle of both signs"]
  const endOf = (steps: number) => drive(trailsOf(weights, "tanh", h, steps)).result.values.slice(-2)
  const [even, odd] = [endOf(1e9), endOf(1e9 + 1)]
  expect(even[0]).toBe(odd[0])
  expect(even[1]).toBe(-odd[1]!)
  expect(even[1]).not.toBe(0)
})
