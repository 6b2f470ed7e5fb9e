import { describe, expect, it } from "vitest"
import { dimension } from "../../schemas/dimension.ts"
import figure from "../../stages/figures/b-3.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { pixels, seeds, tableOf, tablesOf, untrained } from "./sequential.ts"

/** PCA-90 of all points and of digits 0 and 6: highest in the middle; of a step after the image too. */
const rowsOf = (most: number, steps: readonly number[]) =>
  [-1, 0, 6].flatMap((label) =>
    steps.map((t) => ({ t, label, pca90: label < 0 ? most - Math.abs(t - 15) : Math.floor(most / 2) })),
  )
const steps = [3, 15, 27, 37]
const inputs = {
  trained: tablesOf(dimension, (_, seed) => rowsOf(30 + seed, steps)),
  untrained: seeds.map((seed) => tableOf(dimension, untrained(seed), rowsOf(20 + seed, steps))),
  pixels: [tableOf(dimension, pixels, rowsOf(60, [3, 27]))],
}

describe("B-3", () => {
  it("draws all images, and each digit by itself", async () => {
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/B-3.svg")
    const rows = await dataOf(figure, inputs)
    expect(new Set(rows.map(({ panel }) => panel))).toEqual(new Set(["all images", "digit 0", "digit 6"]))
    const all = rows.filter(({ panel }) => panel === "all images")
    const of = (name: string) => all.filter(({ series }) => series === name).map(({ x, y }) => [x, y])
    expect(of("matched")).toEqual([
      [4, 19],
      [16, 31],
      [28, 19],
    ])
    expect(of("untrained")).toEqual([
      [4, 9],
      [16, 21],
      [28, 9],
    ])
    expect(of("image rows")).toEqual([
      [4, 48],
      [28, 48],
    ])
    expect(rows.find(({ panel, series }) => panel === "digit 6" && series === "strong")?.y).toBe(15)
  })

  it("does without controls", async () => {
    const rows = await dataOf(figure, { ...inputs, untrained: [], pixels: [] })
    expect(new Set(rows.map(({ series }) => series))).toEqual(new Set(["matched", "strong"]))
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { ...inputs, trained: [] })).message).toContain("figure B-3: no table `dimension`")
  })
})
