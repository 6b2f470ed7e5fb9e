import { describe, expect, it } from "vitest"
import figure from "../../stages/figures/a-3rate.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { atRate, dimensions, exponents } from "./variants.ts"

const rates = [0.0005, 0.001, 0.002]
/** Expands by the less and compresses by the more, the higher the rate; the middle one of three seeds is at the median. */
const swept = <A>(make: (seed: number, rate: number, i: number) => A) =>
  rates.flatMap((rate, i) => [0, 1, 2].map((seed) => make(seed, rate, i)))
const hump = [2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 4.5, 3.5, 3, 2.5, 2.4, 2.4, 2.5, 2.7]
const inputs = {
  lyapunov: swept((seed, rate, i) =>
    exponents(atRate(2, seed, rate), new Map([[80, [0.4 - 0.2 * i + 0.05 * seed, -2]]])),
  ),
  dimension: swept((seed, rate, i) =>
    dimensions(
      atRate(2, seed, rate),
      hump.map((ed) => 1 + (ed - 1) * (1.2 - 0.2 * i) + 0.1 * seed),
    ),
  ),
}

describe("A-3rate", () => {
  it("draws the dimension over time, a curve a rate, and the largest exponent over the rate", async () => {
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/A-3rate.svg")
    const rows = await dataOf(figure, inputs)
    const peaks = rows.filter(({ series, x }) => series.endsWith(", empirical") && x === 7)
    expect(peaks.map(({ series, y }) => [series, Number(y.toFixed(3))])).toEqual([
      ["rate × 0.5, empirical", 5.9],
      ["rate × 1, empirical", 5.1],
      ["rate × 2, empirical", 4.3],
    ])
    const exponentRows = rows.filter(({ panel }) => panel === "d = 2: largest Lyapunov exponent")
    expect(exponentRows.map(({ x, y }) => [x, Number(y.toFixed(3))])).toEqual([
      [0.5, 0.45],
      [1, 0.25],
      [2, 0.05],
    ])
  })

  it("gathers two-dimensional inputs alone", () => {
    const { where } = figure.gathers.dimension!
    expect([where(atRate(2, 0, 0.001)), where(atRate(200, 0, 0.001))]).toEqual([true, false])
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { ...inputs, lyapunov: [] })).message).toContain("no table `lyapunov`")
    expect((await failure(figure, { ...inputs, dimension: [] })).message).toContain("no table `dimension`")
  })
})
