import { describe, expect, it } from "vitest"
import figure from "../../stages/figures/a-1.ts"
import high from "../../stages/figures/a-2a.ts"
import planar from "../../stages/figures/a-3a.ts"
import { task } from "./clouds.ts"
import { dataOf, draw, failure } from "./draw.ts"

/** The classes are as in an exclusive or: the nearest neighbour of each centre is of the other class. */
const plane = task(2, 3, [
  [1, 1],
  [1, -1.5],
  [-1, -1],
  [-1, 1.5],
])
/** Five dimensions; the third alone tells the classes, though no centre is near the origin. */
const space = task(
  5,
  3,
  [
    [1, 1, 2, 0, 0],
    [-1, 1, 1, 0, 0],
    [1, -1, 2, 0, 0],
    [1, 1, 1, 0, 0],
  ],
  0.125,
)
const later = task(2, 4, [
  [0, 0],
  [2, 2],
])

describe("A-1", () => {
  const inputs = { points: [...later.tables, ...space.tables, ...plane.tables.toReversed()] }

  it("draws the centres of the first seed, one trial, and the inputs in numbers", async () => {
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/A-1.svg")
    const rows = await dataOf(figure, inputs)
    const fact = (name: string) => rows.filter(({ series }) => series === name).map(({ x, y }) => [x, y])
    expect(fact("clusters")).toEqual([
      [2, 4],
      [5, 4],
    ])
    expect(fact("clusters of class 0")[0]).toEqual([2, 2])
    expect(fact("largest |x| of a centre")).toEqual([
      [2, 1.5],
      [5, 2],
    ])
    expect(fact("least distance of centres")).toEqual([
      [2, Math.sqrt(4.25)],
      [5, 1],
    ])
    expect(fact("standard deviation σ of a cluster")).toEqual([
      [2, 0.25],
      [5, 0.125],
    ])
    expect(rows.filter(({ series }) => series === "class 1").map(({ x, y }) => [x, y])).toEqual([
      [1, -1.5],
      [-1, 1.5],
    ])
  })

  it("gathers inputs at the defaults, and fails without any", async () => {
    const where = figure.gathers.points!.where
    expect([{ d: 2, seed: 0 }, { d: 2, seed: 0, profile: "code-2021" }, {}].map(where)).toEqual([true, false, false])
    expect((await failure(figure, { points: [] })).message).toBe(
      "figure A-1: no table `points` of the study has the centres and the samples of inputs with d > 1",
    )
  })
})

describe("A-2a", () => {
  it("finds a plane between the classes, and draws the distances from it", async () => {
    const svg = await draw(high, { points: space.tables })
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-2a.svg")
    expect(svg).toContain("8 of 8 points lie on the side of their class")
    const rows = (await dataOf(high, { points: space.tables })).filter(({ panel }) => panel.includes("across"))
    expect(rows.map(({ series, x }) => [series, x < 0])).toEqual([
      ...Array.from({ length: 4 }, () => ["class 0", true]),
      ...Array.from({ length: 4 }, () => ["class 1", false]),
    ])
    // Distances between points along a direction are at most those between the points.
    const [a, b] = rows
    expect(Math.abs(a!.x - b!.x)).toBeLessThanOrEqual(0.25 * Math.sqrt(5))
  })

  it("says how many points are on the wrong side where there is no plane", async () => {
    const exclusive = task(3, 0, [
      [1, 1, 0],
      [1, -1, 0],
      [-1, -1, 0],
      [-1, 1, 0],
    ])
    expect(await draw(high, { points: exclusive.tables })).not.toContain("8 of 8 points")
  })

  it("leaves inputs in a plane to A-3a", async () => {
    const where = (of: typeof high) => [2, 200].map((d) => of.gathers.points!.where({ d, seed: 0 }))
    expect(where(high)).toEqual([false, true])
    expect(where(planar)).toEqual([true, false])
    expect((await failure(high, { points: [] })).message).toContain("figure A-2a: no table `points`")
  })
})

describe("A-3a", () => {
  it("draws the samples, and counts centres that are nearest to the other class", async () => {
    const svg = await draw(planar, { points: plane.tables })
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-3a.svg")
    expect(svg).toContain("8 points around 4 centres. The nearest neighbour of 4 centres is of another class")
    const rows = await dataOf(planar, { points: plane.tables })
    expect(rows).toHaveLength(8)
    expect(rows[0]).toMatchObject({ series: "class 0", x: 1.25, y: 1.25 })
    expect((await failure(planar, { points: [] })).message).toContain("figure A-3a: no table `points`")
  })
})
