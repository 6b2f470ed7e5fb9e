import { describe, expect, it } from "vitest"
import figure from "../../stages/figures/a-2mse.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { dimensions } from "./variants.ts"

const variants = [
  { d: 200, g: 20, loss: "mse" },
  { d: 200, g: 250, loss: "mse" },
  { d: 2, g: 20, loss: "mse" },
  { d: 200, g: 20, activation: "identity" },
]
/** Falls twice as fast after training. */
const study = variants.flatMap((labels, i) =>
  [false, true].flatMap((trained) =>
    [0, 1, 2].map((seed) =>
      dimensions(
        { ...labels, seed, trained },
        Array.from({ length: 16 }, (_, t) => 40 - (trained ? 2 : 1) * t + i + 0.2 * seed),
      ),
    ),
  ),
)

describe("A-2mse", () => {
  it("draws ED over time before and after training, a panel a variant", async () => {
    await expect(await draw(figure, { dimension: study })).toMatchFileSnapshot("__snapshots__/A-2mse.svg")
    const rows = (await dataOf(figure, { dimension: study })).filter(
      ({ series, x }) => series.endsWith("empirical") && x === 10,
    )
    expect(rows.map(({ panel, series, y }) => `${panel}: ${series} ${y.toFixed(1)}`)).toEqual([
      "d = 200, mean squared error: g = 20, before, empirical 30.2",
      "d = 200, mean squared error: g = 20, after, empirical 20.2",
      "d = 200, mean squared error: g = 250, before, empirical 31.2",
      "d = 200, mean squared error: g = 250, after, empirical 21.2",
      "d = 200, linear units: g = 20, before, empirical 33.2",
      "d = 200, linear units: g = 20, after, empirical 23.2",
      "d = 2, mean squared error: g = 20, before, empirical 32.2",
      "d = 2, mean squared error: g = 20, after, empirical 22.2",
    ])
  })

  it("gathers these variants alone", () => {
    const gathers = (labels: object) =>
      figure.gathers.dimension!.where({ d: 200, g: 20, seed: 0, trained: true, ...labels })
    expect(variants.map(gathers)).toEqual(variants.map(() => true))
    const others = [{}, { clusters: 120 }, { loss: "mse", clusters: 120 }, { loss: "mse", activation: "identity" }]
    expect(others.map(gathers)).toEqual(others.map(() => false))
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { dimension: [] })).message).toContain("no table `dimension`")
  })
})
