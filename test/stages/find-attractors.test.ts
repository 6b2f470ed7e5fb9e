import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import findAttractors from "../../stages/find-attractors.ts"
import { stream } from "../../stages/numerics/random.ts"
import { failure, run } from "./rig.ts"
import { randomNetwork, statesOf, weightsOf } from "./tables.ts"

/** A network of two units with recurrent weights R and bias b1. */
const network = (R: readonly number[], b1: readonly number[] = [0, 0]) =>
  weightsOf({
    ...randomNetwork({ n: 2, d: 1, classes: 2 }),
    R: Float32Array.from(R),
    b1: Float32Array.from(b1),
  })

const random = stream(0, "starts")
const starts = Array.from({ length: 40 }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1])
/** Labels tell the sign of the first unit; one is wrong. */
const label = starts.map(([h], i) => (h! > 0 === i > 0 ? 1 : 0))
const states = statesOf([starts.map(() => [0, 0]), starts], label)

async function find(
  weights: ReturnType<typeof network>,
  params: Partial<(typeof findAttractors.params)["Encoded"]> = {},
) {
  const tables = await run(findAttractors, { orbit: 1024, steps: 300, ...params }, { weights, states })
  return { attractors: toRows(tables.attractors), members: toRows(tables.members) }
}

test("four fixed points, one a quadrant, from the last recorded step; purity by label", async () => {
  const { attractors, members } = await find(network([2, 0, 0, 2]))
  expect(
    attractors.map(({ kind, period, le1, radius, residual }) => ({ kind, period, le1, radius, residual })),
  ).toEqual(
    attractors.map(() => ({
      kind: "fixed-point",
      period: 1,
      // a = tanh 2a = .9575; slope 2 (1 - a²).
      le1: expect.closeTo(Math.log(0.1664), 3),
      radius: expect.closeTo(0.1664, 4),
      residual: expect.closeTo(0, 20),
    })),
  )
  const quadrant = ([x, y]: readonly number[]) => `${x! > 0} ${y! > 0}`
  const of = new Map(members.map(({ attractor, point }) => [quadrant(starts[point]!), attractor]))
  expect(of.size).toBe(4)
  for (const { point, attractor, label: own, phase } of members) {
    expect([attractor, own, phase]).toEqual([of.get(quadrant(starts[point]!)), label[point], 0])
  }
  expect(attractors.reduce((sum, row) => sum + row.members, 0)).toBe(40)
  for (const { attractor, members: count, mirror, purity, label: common } of attractors) {
    const own = members.filter((member) => member.attractor === attractor)
    expect(own.length).toBe(count)
    expect(purity).toBe(own.filter((member) => member.label === common).length / count)
    expect(purity === 1).toBe(!own.some(({ point }) => point === 0))
    expect(attractors[mirror]!.mirror).toBe(attractor)
    expect(mirror).not.toBe(attractor)
  }
})

test("a bias breaks the symmetry: mirrors are not looked for", async () => {
  const { attractors } = await find(network([2, 0, 0, 2], [0.01, 0]))
  expect(attractors.map(({ mirror }) => mirror)).toEqual([-1, -1, -1, -1])
})

test("a cycle of period 2 and its phases", async () => {
  const { attractors, members } = await find(network([-2, 0, 0, -2]))
  expect(new Set(attractors.map(({ kind, period }) => `${kind} ${period}`))).toEqual(new Set(["cycle 2"]))
  expect(attractors.length).toBe(2)
  expect(new Set(members.map(({ phase }) => phase))).toEqual(new Set([0, 0.5]))
})

test("an invariant curve: λ1 = 0, one-dimensional, its own mirror, points all round it", async () => {
  const [c, s] = [1.2 * Math.cos(1), 1.2 * Math.sin(1)]
  const { attractors, members } = await find(network([c, -s, s, c]), { orbit: 4096 })
  expect(attractors.length).toBe(1)
  expect(attractors[0]).toMatchObject({ kind: "curve", period: 0, members: 40, mirror: 0, pca90: 2, estimated: true })
  expect(Math.abs(attractors[0]!.le1)).toBeLessThan(1e-3)
  expect(attractors[0]!.le2).toBeLessThan(-0.1)
  expect(Math.abs(attractors[0]!.mle - 1)).toBeLessThan(0.2)
  const phases = members.map(({ phase }) => phase)
  expect(phases.every((phase) => phase >= 0 && phase < 1)).toBe(true)
  expect(new Set(phases.map((phase) => Math.floor(4 * phase))).size).toBe(4)
})

test("a linear network with an eigenvalue beyond 1 has no attractor, and its table no NaN", async () => {
  const { attractors, members } = await find(network([1.5, 0, 0, 0.5]), { activation: "identity" })
  expect(attractors.length).toBe(1)
  expect(attractors[0]).toMatchObject({ kind: "unbounded", residual: 0, le1: expect.closeTo(Math.log(1.5), 6) })
  for (const row of [...attractors, ...members])
    expect(Object.values(row).some((cell) => typeof cell === "number" && Number.isNaN(cell))).toBe(false)
})

test("the first points alone, and epochs that were not saved", async () => {
  const { members } = await find(network([2, 0, 0, 2]), { points: 5 })
  expect(members.map(({ point }) => point)).toEqual([0, 1, 2, 3, 4])
  const problem = await failure(findAttractors, { epoch: 4 }, { weights: network([2, 0, 0, 2]), states })
  expect(problem.message).toBe("no weights of epoch 4: there are epochs 0")
})
