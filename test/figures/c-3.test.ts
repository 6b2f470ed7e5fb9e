import { describe, expect, it } from "vitest"
import { eigenvalues } from "../../schemas/eigenvalues.ts"
import figure from "../../stages/figures/c-3.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { tablesOf } from "./sequential.ts"

/** A pair on the imaginary axis that grows by half an epoch, from .6 on, and a real eigenvalue. */
const inputs = {
  eigenvalues: tablesOf(eigenvalues, (_, seed) =>
    [0, 1, 2].flatMap((epoch) => {
      const modulus = 0.6 + epoch / 2 + seed / 100
      return [
        { epoch, index: 0, re: 0, im: modulus, modulus },
        { epoch, index: 1, re: 0, im: -modulus, modulus },
        { epoch, index: 2, re: 0.25, im: 0, modulus: 0.25 },
      ]
    }),
  ),
}

describe("C-3", () => {
  it("draws the spectral radius over epochs, and the eigenvalues before and after", async () => {
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/C-3.svg")
    const rows = await dataOf(figure, inputs)
    const radius = rows.filter(({ panel, series }) => panel === "spectral radius of R" && series === "strong")
    expect(radius.map(({ x, y, n }) => [x, y.toFixed(2), n])).toEqual([
      [0, "0.61", 3],
      [1, "1.11", 3],
      [2, "1.61", 3],
    ])
    const plane = rows.filter(({ panel }) => panel === "profile “matched”, seed 0")
    expect(plane.map(({ series, x, y }) => [series, x, y.toFixed(2)])).toEqual([
      ["epoch 0", 0, "0.60"],
      ["epoch 0", 0, "-0.60"],
      ["epoch 0", 0.25, "0.00"],
      ["epoch 2", 0, "1.60"],
      ["epoch 2", 0, "-1.60"],
      ["epoch 2", 0.25, "0.00"],
    ])
  })

  it("has a unit circle of radius 1 on the scale of both axes", async () => {
    const svg = await draw(figure, inputs)
    const [, ...planes] = svg.split('text-anchor="middle"><text').slice(1)
    expect(planes).toHaveLength(2)
    for (const plane of planes) {
      const circles = [...plane.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/g)].map((match) =>
        match.slice(1).map(Number),
      )
      const [[cx, cy, r], ...points] = circles as [number[], ...number[][]]
      // The leading eigenvalue of the last epoch is 1.6 above the origin.
      const top = Math.min(...points.map(([, y]) => y!))
      expect((cy! - top) / r!).toBeCloseTo(1.6, 3)
      const right = Math.max(...points.map(([x]) => x!))
      expect((right - cx!) / r!).toBeCloseTo(0.25, 3)
    }
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { eigenvalues: [] })).message).toContain("figure C-3: no table `eigenvalues`")
  })
})
