import { describe, expect, it } from "vitest"
import { snapshots } from "../../schemas/snapshots.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-2d.ts"
import { draw, failure } from "./draw.ts"

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
  [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="1.2" fill="([^"]+)"\/>/g)].map(([, x, y, fill]) => ({
    x: Number(x),
    y: Number(y),
    fill,
  }))

describe("A-2d", () => {
  it("draws a row for each dimension and gain, of the smallest seed, at the paper's steps", async () => {
    const steps = [0, 1, 2, 10, 15]
    const svg = await draw(figure, {
      snapshots: [network(2, 250, 4, steps), network(200, 20, 5, [0, 10], 9), network(200, 20, 3, steps, 7.04)],
    })
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-2d.svg")
    expect(circles(svg)).toHaveLength(2 * 4 * 4)
    expect(svg).toContain("seed 3, axes ± 7.0")
    expect(svg).toContain("seed 4, axes ± 1.0")
  })

  it("colours points by class and keeps one scale for both axes", async () => {
    const [a, b, c] = circles(await draw(figure, { snapshots: [network(2, 20, 0, [10], 5)] }))
    expect([a?.fill, b?.fill]).toEqual(["#f0a202", "#6a3d9a"])
    // From (5, 5) to (-5, 5), and from (5, 5) to (5, -5/3).
    expect((b!.y - a!.y) / (a!.x - c!.x)).toBeCloseTo(2 / 3, 4)
  })

  it("takes what steps there are where none is the paper's", async () => {
    const steps = Array.from({ length: 11 }, (_, i) => 101 + i)
    const svg = await draw(figure, { snapshots: [network(2, 20, 0, steps)] })
    expect([...svg.matchAll(/>t = (\d+)</g)].map(([, t]) => Number(t))).toEqual([101, 103, 105, 107, 109, 111])
  })

  it("draws points that all lie in one place", async () => {
    expect(circles(await draw(figure, { snapshots: [network(2, 20, 0, [0], 0)] }))).toHaveLength(4)
  })

  it("stays small with 600 points a snapshot", async () => {
    const value = fromRows(
      snapshots,
      [0, 2, 4, 6, 8, 10, 15, 30].flatMap((t) =>
        Array.from({ length: 600 }, (_, point) => ({ t, point, label: 0, pc1: point / 7, pc2: -point / 13 })),
      ),
    )
    const networks = [2, 200].flatMap((d) =>
      [20, 250].map((g) => ({ labels: { d, g, seed: 0, trained: true }, value })),
    )
    expect((await draw(figure, { snapshots: networks })).length).toBeLessThan(1.5e6)
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    const untrained = { ...network(2, 20, 0, [0]), labels: { d: 2, g: 20, seed: 0, trained: false } }
    expect((await failure(figure, { snapshots: [untrained] })).message).toBe(
      "figure A-2d: no table `snapshots` of the study has points of a trained network",
    )
  })
})
