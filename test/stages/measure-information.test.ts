import { expect, test } from "vitest"
import { attractorMembers } from "../../schemas/attractor-members.ts"
import { attractors } from "../../schemas/attractors.ts"
import { fromRows, toRows } from "../../schemas/table.ts"
import measureInformation from "../../stages/measure-information.ts"
import { stream } from "../../stages/numerics/random.ts"
import { failure, run } from "./rig.ts"

const attractorsOf = (mirrors: readonly number[], periods: readonly number[] = mirrors.map(() => 0)) =>
  fromRows(
    attractors,
    mirrors.map((mirror, attractor) => ({
      ...{ attractor, mirror, kind: "curve", period: periods[attractor]!, members: 0, label: 0, purity: 1 },
      ...{ residual: 0, radius: 0, le1: 0, le2: -1, pca90: 2, twoNN: 1, mle: 1, estimated: true },
    })),
  )

const N = 480
const membersOf = (of: (i: number) => { label: number; attractor: number; phase: number }) =>
  fromRows(
    attractorMembers,
    Array.from({ length: N }, (_, point) => ({ point, ...of(point) })),
  )

async function informationOf(
  tables: { attractors: ReturnType<typeof attractorsOf>; members: ReturnType<typeof membersOf> },
  params: { bins?: number; seed?: number } = {},
) {
  const rows = toRows((await run(measureInformation, { seed: 0, shuffles: 50, ...params }, tables)).information)
  return Object.fromEntries(rows.map(({ variable, ...row }) => [variable, row]))
}

test("labels told by the attractor up to its sign: one bit of two, the phase tells none", async () => {
  // Labels 0 … 3; attractor and mirror are one pair for 0, 1 and another for 2, 3.
  const members = membersOf((i) => ({ label: i % 4, attractor: i % 4, phase: ((i * 7919) % 480) / 480 }))
  const found = await informationOf({ attractors: attractorsOf([1, 0, 3, 2]), members })
  expect(found.attractor).toMatchObject({ values: 4, points: N, bits: expect.closeTo(2, 12), entropy: 2 })
  expect(found["attractor-mod-sign"]).toMatchObject({ values: 2, bits: expect.closeTo(1, 12) })
  expect(found.phase).toMatchObject({ values: 16, bits: expect.closeTo(0, 12), entropy: expect.closeTo(0, 12) })
  expect(found["attractor-and-phase"]!.bits).toBeCloseTo(2, 12)
  // 3 · 3 / 2N nats of bias.
  expect(found.attractor!.chance).toBeCloseTo(9 / (2 * N) / Math.LN2, 2)
  expect(found.attractor!.chanceSd).toBeGreaterThan(0)
})

test("labels told by the phase on one attractor, by as many bins as there are", async () => {
  const members = membersOf((i) => ({ label: Math.floor(i / 60), attractor: 0, phase: i / N }))
  const tables = { attractors: attractorsOf([0]), members }
  const found = await informationOf(tables)
  expect(found.attractor).toMatchObject({ values: 1, bits: expect.closeTo(0, 12), chance: expect.closeTo(0, 12) })
  expect(found.phase).toMatchObject({ values: 16, bits: expect.closeTo(3, 12), entropy: expect.closeTo(3, 12) })
  expect(found.phase!.corrected).toBeLessThan(found.phase!.bits + 0.2)
  expect((await informationOf(tables, { bins: 4 })).phase!.bits).toBeCloseTo(2, 12)
})

test("chance: labels that are not related exceed 0 by what the shuffles say", async () => {
  const random = stream(0, "labels")
  const labels = Array.from({ length: N }, () => random.integer(8))
  const members = membersOf((i) => ({ label: labels[i]!, attractor: 0, phase: i / N }))
  const { phase } = await informationOf({ attractors: attractorsOf([0]), members })
  expect(phase!.bits).toBeGreaterThan(0.1)
  expect(Math.abs(phase!.bits - phase!.chance)).toBeLessThan(4 * phase!.chanceSd)
  expect(Math.abs(phase!.corrected)).toBeLessThan(4 * phase!.chanceSd)
})

test("each state of a cycle is a bin of its own where there are enough, whatever the rounding", async () => {
  const members = membersOf((i) => ({ label: 0, attractor: 0, phase: (i % 49) / 49 }))
  const cycle = { attractors: attractorsOf([0], [49]), members }
  expect((await informationOf(cycle, { bins: 49 })).phase!.values).toBe(49)
  expect((await informationOf(cycle, { bins: 7 })).phase!.values).toBe(7)
})

test("the same bits twice, other shuffles by another seed", async () => {
  const members = membersOf((i) => ({ label: i % 10, attractor: i % 2, phase: (i % 97) / 97 }))
  const tables = { attractors: attractorsOf([-1, -1]), members }
  const first = await informationOf(tables)
  expect(await informationOf(tables)).toEqual(first)
  expect((await informationOf(tables, { seed: 1 })).phase!.chance).not.toBe(first.phase!.chance)
})

test("tables that do not belong together, and no points, are refused", async () => {
  const members = membersOf(() => ({ label: 0, attractor: 2, phase: 0 }))
  expect((await failure(measureInformation, { seed: 0 }, { attractors: attractorsOf([0]), members })).message).toBe(
    "a point ends on attractor 2, but there are only 1",
  )
  const none = fromRows(attractorMembers, [])
  expect(
    (await failure(measureInformation, { seed: 0 }, { attractors: attractorsOf([0]), members: none })).message,
  ).toBe("no point ends on an attractor: expected one or more")
})
