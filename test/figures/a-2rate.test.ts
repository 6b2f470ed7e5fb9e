import { describe, expect, it } from "vitest"
import figure from "../../stages/figures/a-2rate.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { atRate, dimensions, exponents } from "./variants.ts"

const rates = [0.0005, 0.001, 0.002, 0.004]
/** Both fall with the rate; the middle one of three seeds is at the median. */
const swept = <A>(make: (seed: number, rate: number, i: number) => A) =>
  rates.flatMap((rate, i) => [0, 1, 2].map((seed) => make(seed, rate, i)))
const inputs = {
  lyapunov: swept((seed, rate, i) =>
    exponents(atRate(200, seed, rate), new Map([[40, [0.4 - 0.2 * i + 0.05 * seed, -2]]])),
  ),
  dimension: swept((seed, rate, i) =>
    dimensions(
      atRate(200, seed, rate),
      Array.from({ length: 12 }, (_, t) => (t === 10 ? 6 - i + 0.5 * seed : 40)),
    ),
  ),
}

describe("A-2rate", () => {
  it("draws the largest exponent and the dimension at the evaluation step over the learning rate", async () => {
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/A-2rate.svg")
    const rows = await dataOf(figure, inputs)
    const medians = (panel: string, series: string) =>
      rows
        .filter((row) => row.panel === panel && row.series === series)
        .map(({ x, y, n }) => [x, Number(y.toFixed(3)), n])
    expect(medians("d = 200: largest Lyapunov exponent", "g = 250")).toEqual(
      rates.map((rate, i) => [rate / 0.001, Number((0.45 - 0.2 * i).toFixed(3)), 3]),
    )
    expect(medians("d = 200: dimension at t = 10", "g = 250, empirical")).toEqual(
      rates.map((rate, i) => [rate / 0.001, 6.5 - i, 3]),
    )
  })

  it("gathers trained, strongly chaotic networks off the baseline by the rate alone", () => {
    const { where } = figure.gathers.lyapunov!
    expect(rates.map((rate) => where(atRate(200, 0, rate)))).toEqual([true, true, true, true])
    const others = [{ d: 2 }, { g: 20 }, { trained: false }, { clusters: 120 }, { over: "training" }]
    expect(others.map((labels) => where({ ...atRate(200, 0, 0.002), ...labels }))).toEqual(others.map(() => false))
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { ...inputs, lyapunov: [] })).message).toContain("no table `lyapunov`")
    expect((await failure(figure, { ...inputs, dimension: [] })).message).toContain("no table `dimension`")
  })
})
