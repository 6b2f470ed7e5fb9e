import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import measureDimension from "../../stages/measure-dimension.ts"
import { stream } from "../../stages/numerics/random.ts"
import { failure, run } from "./rig.ts"
import { statesOf } from "./tables.ts"

/** Unit vector j of `n`. */
const unit = (n: number, j: number) => Array.from({ length: n }, (_, i) => (i === j ? 1 : 0))

test("m equal orthogonal centres have dimension m - 1; a class has that of its own points", async () => {
  // Eight points on eight axes, class 1 on four of them; at t = 1 all points but two coincide.
  const label = [0, 0, 0, 0, 1, 1, 1, 1]
  const axes = label.map((_, i) => unit(8, i))
  const line = label.map((_, i) => unit(8, 0).map((x) => x * i))
  const { dimension, spectrum } = await run(measureDimension, {}, { states: statesOf([axes, line], label) })
  const rows = toRows(dimension)
  expect(rows.map(({ t, label, points }) => [t, label, points])).toEqual([
    [0, -1, 8],
    [0, 0, 4],
    [0, 1, 4],
    [1, -1, 8],
    [1, 0, 4],
    [1, 1, 4],
  ])
  expect(rows.map(({ ed }) => Math.round(ed * 1e6) / 1e6)).toEqual([7, 3, 3, 1, 1, 1])
  expect(rows.map(({ pca90 }) => pca90)).toEqual([7, 3, 3, 1, 1, 1])
  // Variance of 0 … 7 is 6.
  expect(rows[3]!.variance).toBeCloseTo(6, 10)

  const shares = toRows(spectrum)
  expect(shares.length).toBe(16)
  expect(shares.slice(0, 8).map(({ share }) => share)).toEqual(
    [1, 1, 1, 1, 1, 1, 1, 0].map((one) => expect.closeTo(one / 7, 10)),
  )
  expect(shares.slice(8, 10).map(({ component, variance }) => [component, variance])).toEqual([
    [0, expect.closeTo(6, 10)],
    [1, expect.closeTo(0, 10)],
  ])
})

test("points that all coincide have dimension 0 and no NaN", async () => {
  const label = [0, 0, 0, 0, 0]
  const { dimension, spectrum, snapshots } = await run(
    measureDimension,
    {},
    { states: statesOf([label.map(() => [0, 0, 0])], label) },
  )
  expect(toRows(dimension)[0]).toMatchObject({ ed: 0, edCorrected: 0, pca90: 0, variance: 0 })
  expect([...spectrum.columns.share]).toEqual([0, 0, 0])
  expect([...snapshots.columns.pc1]).toEqual([0, 0, 0, 0, 0])
})

test("snapshots: the leading plane of each step, axes turned to the step before", async () => {
  const random = stream(0, "cloud")
  const cloud = Array.from({ length: 40 }, () => [3, 1, 0.1, 0.1].map((sd) => sd * random.normal()))
  const mirrored = cloud.map((h) => h.map((x) => -x))
  const label = cloud.map((_, i) => i % 2)
  const states = statesOf([cloud, mirrored, cloud], label)
  const all = toRows((await run(measureDimension, {}, { states })).snapshots)
  expect(all.length).toBe(120)
  const frame = (t: number) => all.filter((row) => row.t === t).map(({ pc1, pc2 }) => [pc1, pc2])
  frame(0).forEach(([pc1, pc2], i) => {
    expect(frame(1)[i]).toEqual([expect.closeTo(pc1!, 6), expect.closeTo(pc2!, 6)])
  })
  const variance = (k: 0 | 1) => frame(0).reduce((sum, row) => sum + row[k]! ** 2 / 39, 0)
  expect(variance(0)).toBeGreaterThan(4)
  expect(variance(1)).toBeGreaterThan(0.4)
  const chosen = toRows((await run(measureDimension, { snapshotTimes: [0, 2] }, { states })).snapshots)
  expect([...new Set(chosen.map(({ t }) => t))]).toEqual([0, 2])
})

test("too few points and steps that were not recorded are refused", async () => {
  const states = statesOf([[0, 1, 2, 3, 4].map((i) => [i])], [0, 0, 0, 0, 1])
  expect((await failure(measureDimension, {}, { states })).message).toBe(
    "step 0: class 1 has 1 points, its dimension needs 4 or more",
  )
  const { message } = await failure(measureDimension, { snapshotTimes: [3] }, { states })
  expect(message).toBe("snapshotTimes holds step 3, which was not recorded: there are 0")
})
