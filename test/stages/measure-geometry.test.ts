import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import measureGeometry from "../../stages/measure-geometry.ts"
import { stream } from "../../stages/numerics/random.ts"
import { failure, run } from "./rig.ts"
import { statesOf } from "./tables.ts"

const random = stream(0, "cloud")
const label = Array.from({ length: 60 }, (_, i) => i % 2)
/** Two clouds in five dimensions, `apart` along the third axis, wider along the fourth. */
const clouds = (apart: number) =>
  label.map((c) => Array.from({ length: 5 }, (_, j) => random.normal() * (j === 3 ? 3 : 1) + (j === 2 ? c * apart : 0)))
const geometryOf = async (frames: number[][][], params: Partial<(typeof measureGeometry.params)["Encoded"]> = {}) =>
  toRows((await run(measureGeometry, params, { states: statesOf(frames, label) })).geometry)

test("as the classes part, all that separates them grows; one row a step", async () => {
  const rows = await geometryOf([clouds(0), clouds(5), clouds(20)], { neighbours: 5 })
  expect(rows.map(({ t, points, duplicates, estimated }) => [t, points, duplicates, estimated])).toEqual(
    [0, 1, 2].map((t) => [t, 60, 0, true]),
  )
  for (const name of ["between", "gap", "silhouette", "separation"] as const)
    expect(rows[2]![name] > rows[1]![name] && rows[1]![name] > rows[0]![name]).toBe(true)
  expect(Math.abs(rows[0]!.silhouette)).toBeLessThan(0.1)
  expect(rows[0]!.separation).toBeLessThan(0.1)
  expect(rows[2]!.separation).toBeGreaterThan(0.95)
  expect(rows[2]!.within).toBeCloseTo(rows[0]!.within, 0)
  for (const { twoNN, mle } of rows) expect(twoNN > 2.5 && twoNN < 7 && mle > 2.5 && mle < 7).toBe(true)
})

test("classes that have shrunk to points: duplicates counted, nothing estimated, no NaN", async () => {
  const [row] = await geometryOf([label.map((c) => [c, 2 * c, 0])])
  expect(row).toMatchObject({
    within: 0,
    gap: Math.sqrt(5),
    between: expect.closeTo(Math.sqrt(5), 12),
    duplicates: 58,
    estimated: false,
  })
  expect(row).toMatchObject({ twoNN: 0, mle: 0, silhouette: 1, separation: expect.closeTo(1, 12) })
  const [all] = await geometryOf([label.map(() => [1, 1, 1])])
  expect(all).toMatchObject({ within: 0, between: 0, gap: 0, silhouette: 0, separation: 0, duplicates: 59 })
})

test("a single unit has a plane too; the first points alone", async () => {
  const [row] = await geometryOf([label.map((c, i) => [c + i / 1000])], { points: 30 })
  expect(row!.points).toBe(30)
  expect(row!.separation).toBeGreaterThan(0.99)
  const { message } = await failure(measureGeometry, { points: 1 }, { states: statesOf([clouds(0)], label) })
  expect(message).toBe("step 0 has 1 point: distances need 2 or more")
})
