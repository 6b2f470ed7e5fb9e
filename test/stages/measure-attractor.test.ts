import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import findAttractors from "../../stages/find-attractors.ts"
import measureAttractor from "../../stages/measure-attractor.ts"
import { stream } from "../../stages/numerics/random.ts"
import { failure, run } from "./rig.ts"
import { randomNetwork, statesOf, weightsOf } from "./tables.ts"

const network = (R: readonly number[]) => {
  const n = Math.sqrt(R.length)
  return weightsOf({
    ...randomNetwork({ n, d: 1, classes: 2 }),
    R: Float32Array.from(R),
    b1: new Float32Array(n),
  })
}

const statesOfWidth = (n: number, N = 12) => {
  const random = stream(0, "starts")
  const starts = Array.from({ length: N }, () => Array.from({ length: n }, () => 2 * random.uniform() - 1))
  return statesOf(
    [starts.map((h) => h.map(() => 0)), starts],
    starts.map((_, i) => i % 2),
  )
}

const quick = { transient: 500, steps: 10000, references: 400, exponentSteps: 1000, sample: 500, seed: 0 }

async function measured(
  weights: ReturnType<typeof network>,
  n: number,
  params: Partial<(typeof measureAttractor.params)["Encoded"]> = {},
) {
  const states = statesOfWidth(n)
  const activation = params.activation ?? "tanh"
  const found = await run(findAttractors, { steps: 500, orbit: 1024, activation }, { weights, states })
  const inputs = { weights, states, attractors: found.attractors, members: found.members }
  const { dimension } = await run(measureAttractor, { ...quick, ...params }, inputs)
  return { rows: toRows(dimension), inputs }
}

/** Turns a plane by `angle` and stretches it. */
const turn = (angle: number) => [1.2 * Math.cos(angle), 1.2 * Math.sin(angle)] as const

test("a closed curve is one-dimensional by every measure", async () => {
  const [c, s] = turn(Math.PI * (3 - Math.sqrt(5)))
  const { rows } = await measured(network([c, -s, s, c]), 2)
  expect(rows.length).toBe(1)
  const [row] = rows
  expect(row).toMatchObject({ attractor: 0, kind: "curve", members: 12, states: 10000, pca90: 2, estimated: true })
  expect(row!.ed).toBeGreaterThan(1.9)
  for (const dimension of [row!.correlation, row!.twoNN, row!.mle]) expect(Math.abs(dimension - 1)).toBeLessThan(0.25)
  expect(row!.correlationError).toBeLessThan(0.1)
  expect(row!.radiusLow).toBeLessThan(row!.radiusHigh)
  // λ1 = 0 up to what the steps leave.
  expect(Math.abs(row!.kaplanYorke - 1) < 0.1 || row!.kaplanYorke === 0).toBe(true)
})

test("two planes that turn at unrelated rates: a torus, of dimension 2", async () => {
  const [c, s] = turn(1)
  const [e, f] = turn(Math.SQRT2)
  const { rows } = await measured(network([c, -s, 0, 0, s, c, 0, 0, 0, 0, e, -f, 0, 0, f, e]), 4)
  expect(rows[0]).toMatchObject({ pca90: 4, kaplanYorke: expect.closeTo(2, 1) })
  expect(Math.abs(rows[0]!.correlation - 2)).toBeLessThan(0.15)
  expect(Math.abs(rows[0]!.mle - 2)).toBeLessThan(0.2)
})

test("fixed points and cycles have dimension 0, though the states of a cycle span some", async () => {
  const point = await measured(network([2, 0, 0, 2]), 2)
  expect(point.rows.length).toBe(3)
  const zero = { correlation: 0, twoNN: 0, mle: 0, duplicates: 0, estimated: false, kaplanYorke: 0 }
  for (const row of point.rows)
    expect(row).toMatchObject({ kind: "fixed-point", states: 10000, pca90: 0, ed: 0, ...zero })
  // The attractors with most members, the largest first.
  const members = point.rows.map((row) => row.members)
  const all = [...point.inputs.attractors.columns.members].sort((a, b) => b - a)
  expect(members).toEqual(all.slice(0, 3))
  const cycle = await measured(network([-2, 0, 0, -2]), 2, { attractors: 1 })
  expect(cycle.rows).toEqual([expect.objectContaining({ kind: "cycle", pca90: 1, ed: expect.closeTo(1, 6), ...zero })])
})

test("an orbit without bounds is not measured", async () => {
  const { rows } = await measured(network([1.5, 0, 0, 0.5]), 2, { activation: "identity" })
  expect(rows).toEqual([expect.objectContaining({ kind: "unbounded", states: 0, pca90: 0, ed: 0, correlation: 0 })])
})

test("what does not belong together is refused", async () => {
  const { inputs } = await measured(network([2, 0, 0, 2]), 2)
  const message = async (other: Partial<typeof inputs>, params = {}) =>
    (await failure(measureAttractor, { ...quick, ...params }, { ...inputs, ...other })).message
  expect(await message({ states: statesOfWidth(3) })).toBe("states of 3 units cannot start a network of 2")
  expect(await message({ states: statesOf([[[9, 9]]], [0]) })).toMatch(
    /^attractor \d: no point that ends on it is among the states of step 0$/,
  )
  expect(await message({}, { epoch: 7 })).toBe("no weights of epoch 7: there are epochs 0")
  expect(() => run(measureAttractor, { ...quick, theiler: 2500 }, inputs)).toThrow("less than a quarter of steps")
  expect(() => run(measureAttractor, { ...quick, theiler: 0, steps: 4000 }, inputs)).toThrow("a tenth of steps")
})
