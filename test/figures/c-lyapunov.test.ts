import { describe, expect, it } from "vitest"
import figure from "../../stages/figures/c-lyapunov.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { profiles, seeds, trained } from "./sequential.ts"
import { exponents } from "./variants.ts"

/** Three exponents an epoch, of which two are drawn. */
const lyapunov = profiles.flatMap((profile) =>
  seeds.map((seed) =>
    exponents(
      { ...trained(profile, seed), over: "training" },
      new Map([1, 10, 30].map((epoch) => [epoch, [seed / 100 - 1 / epoch, seed / 100 - 0.5 - 1 / epoch, -5]])),
    ),
  ),
)

describe("C-lyapunov", () => {
  it("draws the two largest exponents over the epochs of training", async () => {
    await expect(await draw(figure, { lyapunov })).toMatchFileSnapshot("__snapshots__/C-lyapunov.svg")
    const rows = await dataOf(figure, { lyapunov })
    expect(rows).toHaveLength(2 * 2 * 3)
    expect(rows.filter(({ series }) => series === "strong, second").map(({ x, y }) => [x, y.toFixed(3)])).toEqual([
      [1, "-1.490"],
      [10, "-0.590"],
      [30, "-0.523"],
    ])
  })

  it("gathers exponents over training alone", () => {
    const where = figure.gathers.lyapunov!.where
    const labels = trained("strong", 0)
    expect(
      [{ ...labels, over: "training" }, labels, { over: "training", d: 2, g: 20, seed: 0, trained: true }].map(where),
    ).toEqual([true, false, false])
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { lyapunov: [] })).message).toContain("figure C-lyapunov: no table `lyapunov`")
  })
})
