import { describe, expect, it } from "vitest"
import { attractorDimension } from "../../schemas/attractor-dimension.ts"
import { dimension } from "../../schemas/dimension.ts"
import figure from "../../stages/figures/c-4.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { tableOf, tablesOf, trained } from "./sequential.ts"

/** A closed curve that most states end on, and a larger attractor. */
const curve = { kind: "curve", members: 600, states: 99, correlation: 1, twoNN: 1.1, mle: 1.2, estimated: true }
const other = { kind: "chaos", members: 400, states: 99, correlation: 7, twoNN: 7, mle: 7, estimated: true }
const states = tablesOf(dimension, () => [
  { t: 27, label: -1, pca90: 30 },
  { t: 27, label: 6, pca90: 4 },
  { t: 28, label: -1, pca90: 3 },
])
const inputs = {
  attractor: tablesOf(attractorDimension, (_, seed) => [
    { ...other, kaplanYorke: 7, pca90: 7 },
    { ...curve, kaplanYorke: 1, kaplanYorkeExact: seed > 0, pca90: 5 + seed },
  ]),
  states,
}
const numbersOf = async (rows: Parameters<typeof tableOf<typeof attractorDimension>>[2]) => {
  const attractor = [tableOf(attractorDimension, trained("strong", 3), rows)]
  const found = await dataOf(figure, { attractor, states: [] })
  return Object.fromEntries(found.map(({ series, y }) => [series.replace(/^strong, (.*), seed 3$/, "$1"), y]))
}

describe("C-4", () => {
  it("draws the dimension of the attractor with most members, and of the states at step 28", async () => {
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/C-4.svg")
    expect(await draw(figure, inputs)).toContain("dimension of 2 of 6 networks is a lower bound.")
    const rows = await dataOf(figure, inputs)
    const medians = rows.filter(({ series, n }) => series.startsWith("matched") && n === 3)
    expect(medians.map(({ series, y }) => [series, y])).toEqual([
      ["matched, correlation dimension", 1],
      ["matched, TwoNN", 1.1],
      ["matched, maximum likelihood", 1.2],
      ["matched, Kaplan-Yorke", 1],
      ["matched, PCA-90", 6],
      ["matched, PCA-90 at step 28", 30],
    ])
    expect(rows.filter(({ series }) => series === "strong, PCA-90, seed 2").map(({ y }) => y)).toEqual([7])
  })

  it("takes cycles as of dimension 0, and leaves out what was not estimated", async () => {
    expect(await numbersOf([{ kind: "cycle", members: 9, states: 99, pca90: 2 }])).toEqual({
      ...{ "correlation dimension": 0, TwoNN: 0, "maximum likelihood": 0, "Kaplan-Yorke": 0, "PCA-90": 2 },
    })
    expect(await numbersOf([{ kind: "chaos", members: 9, states: 99, kaplanYorke: 3, pca90: 2 }])).toEqual({
      ...{ "Kaplan-Yorke": 3, "PCA-90": 2 },
    })
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { attractor: [], states })).message).toContain("no table `attractor-dimension`")
    const unbounded = [tableOf(attractorDimension, trained("strong", 0), [{ kind: "unbounded", members: 9 }])]
    expect((await failure(figure, { attractor: unbounded, states })).message).toContain(
      "no table `attractor-dimension`",
    )
  })
})
