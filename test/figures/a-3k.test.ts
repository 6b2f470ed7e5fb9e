import { describe, expect, it } from "vitest"
import { readout } from "../../schemas/readout.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-3k.ts"
import { dataOf, draw, failure } from "./draw.ts"

const network = (g: number, seed: number, accuracy: number, labels: object) => ({
  labels: { d: 2, g, seed, trained: true, ...labels },
  value: fromRows(readout, [
    { rowsShown: 1, blankSteps: 10, t: 10, accuracy, loss: 0 },
    { rowsShown: 1, blankSteps: 30, t: 30, accuracy: 0.1, loss: 0 },
  ]),
})
const counts = [{ clusters: 40 }, {}, { clusters: 120 }, { clusters: 240 }]
/** Four seeds a gain: the edge of chaos fails from 120 clusters on. */
const swept = counts.flatMap((labels, i) =>
  [0, 1, 2, 3].flatMap((seed) => [
    network(20, seed, [1, 0.98, 0.84, 0.66][i]! - 0.02 * seed, labels),
    network(250, seed, [1, 1, 0.99, 0.95][i]! - 0.01 * seed, labels),
  ]),
)

describe("A-3K", () => {
  it("draws the accuracy at the evaluation step of each gain over the number of clusters, 60 at the baseline", async () => {
    await expect(await draw(figure, { readout: swept })).toMatchFileSnapshot("__snapshots__/A-3K.svg")
    const rows = await dataOf(figure, { readout: swept })
    expect(
      rows.filter(({ series }) => series === "g = 20, empirical").map(({ x, y, n }) => [x, y.toFixed(3), n]),
    ).toEqual([
      [40, "0.970", 4],
      [60, "0.950", 4],
      [120, "0.810", 4],
      [240, "0.630", 4],
    ])
  })

  it("gathers networks that differ from the baseline by the number of clusters alone", () => {
    const gathers = (labels: object) =>
      figure.gathers.readout!.where({ d: 2, g: 20, seed: 0, trained: true, ...labels })
    expect([{}, { clusters: 40 }].map(gathers)).toEqual([true, true])
    const { needed } = figure.gathers.readout!
    expect([{}, { clusters: 40 }].map((labels) => needed({ d: 2, g: 20, seed: 0, trained: true, ...labels }))).toEqual([
      false,
      true,
    ])
    const others = [{ d: 200 }, { trained: false }, { learningRate: 0.0005 }, { inputGain: "unit" }, { loss: "mse" }]
    expect(others.map((labels) => gathers({ clusters: 120, ...labels }))).toEqual(others.map(() => false))
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { readout: [] })).message).toBe(
      "figure A-3K: no table `readout` of the study has a row with t = 10 of a trained network, d = 2",
    )
  })
})
