import { describe, expect, it } from "vitest"
import { snapshots } from "../../schemas/snapshots.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-2d.ts"
import chaotic from "../../stages/figures/a-2e.ts"
import planar from "../../stages/figures/a-3c.ts"
import { dataOf, draw, failure } from "./draw.ts"

/** Four points on a square of half side `reach`, two of each class. */
const network = (d: number, g: number, seed: number, steps: readonly number[], reach = 1) => ({
  labels: { d, g, seed, trained: true },
  value: fromRows(
    snapshots,
    steps.flatMap((t) =>
      [0, 1, 2, 3].map((point) => ({
        t,
        point,
        label: point % 2,
        pc1: point < 2 ? reach : -reach,
        pc2: point % 2 === 0 ? reach : -reach / 3,
      })),
    ),
  ),
})
const circles = (svg: string) =>
  [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="1.3" fill="([^"]+)"\/>/g)].map(([, x, y, fill]) => ({
    x: Number(x),
    y: Number(y),
    fill,
  }))

describe("A-2d", () => {
  it("draws a row for each dimension and gain, of the smallest seed, at the paper's steps", async () => {
    const steps = [0, 1, 2, 10, 15]
    const svg = await draw(figure, {
      snapshots: [network(10, 60, 4, steps), network(200, 20, 5, [0, 10], 9), network(200, 20, 3, steps, 7.04)],
    })
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-2d.svg")
    expect(circles(svg)).toHaveLength(2 * 4 * 4)
    expect(svg).toContain("seed 3, axes ± 7.0")
    expect(svg).toContain("seed 4, axes ± 1.0")
  })

  it("colours points by class and keeps one scale for both axes", async () => {
    const [a, b, c] = circles(await draw(figure, { snapshots: [network(200, 20, 0, [10], 5)] }))
    expect([a?.fill, b?.fill]).toEqual(["#f0a202", "#6a3d9a"])
    // From (5, 5) to (-5, 5), and from (5, 5) to (5, -5/3).
    expect((b!.y - a!.y) / (a!.x - c!.x)).toBeCloseTo(2 / 3, 4)
  })

  it("keeps the coordinates of the states in its data", async () => {
    const rows = await dataOf(figure, { snapshots: [network(200, 20, 3, [0, 10], 6)] })
    expect(rows).toHaveLength(8)
    const series = "d = 200, g = 20, seed 3, t = 10, class 1"
    expect(rows[7]).toEqual({ panel: "components 1 and 2", series, x: -6, y: -2, low: -2, high: -2, n: 1 })
  })

  it("takes what steps there are where none is the paper's", async () => {
    const steps = Array.from({ length: 11 }, (_, i) => 101 + i)
    const svg = await draw(figure, { snapshots: [network(200, 20, 0, steps)] })
    expect([...svg.matchAll(/>t = (\d+)</g)].map(([, t]) => Number(t))).toEqual([101, 103, 105, 107, 109, 111])
  })

  it("draws points that all lie in one place", async () => {
    expect(circles(await draw(figure, { snapshots: [network(200, 20, 0, [0], 0)] }))).toHaveLength(4)
  })

  it("stays small with 600 points a snapshot", async () => {
    const value = fromRows(
      snapshots,
      [0, 2, 4, 6, 8, 10, 15, 30].flatMap((t) =>
        Array.from({ length: 600 }, (_, point) => ({ t, point, label: 0, pc1: point / 7, pc2: -point / 13 })),
      ),
    )
    const networks = [20, 30].map((g) => ({ labels: { d: 200, g, seed: 0, trained: true }, value }))
    expect((await draw(figure, { snapshots: networks })).length).toBeLessThan(0.75e6)
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    const untrained = { ...network(200, 20, 0, [0]), labels: { d: 2, g: 20, seed: 0, trained: false } }
    expect((await failure(figure, { snapshots: [untrained] })).message).toBe(
      "figure A-2d: no table `snapshots` of the study has points of a trained network",
    )
  })
})

describe("A-2e and A-3c", () => {
  it("show what A-2d does not: strong chaos, and two-dimensional inputs", () => {
    const shown = ({ gathers }: typeof figure) =>
      [2, 200].flatMap((d) =>
        [20, 250].filter((g) => gathers.snapshots!.where({ d, g, seed: 0, trained: true })).map((g) => [d, g]),
      )
    expect(shown(figure)).toEqual([[200, 20]])
    expect(shown(chaotic)).toEqual([[200, 250]])
    expect(shown(planar)).toEqual([
      [2, 20],
      [2, 250],
    ])
    for (const { gathers } of [figure, chaotic, planar])
      expect(gathers.snapshots!.where({ d: 2, g: 20, seed: 0, trained: false })).toBe(false)
  })

  it("have the gain nearest the edge of chaos on top", async () => {
    const svg = await draw(planar, { snapshots: [network(2, 250, 0, [0, 10]), network(2, 20, 0, [0, 10])] })
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-3c.svg")
    expect(svg.indexOf("g = 20")).toBeLessThan(svg.indexOf("g = 250"))
    const other = await draw(chaotic, { snapshots: [network(200, 250, 0, [0, 10])] })
    await expect(other).toMatchFileSnapshot("__snapshots__/A-2e.svg")
  })
})
