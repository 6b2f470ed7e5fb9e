import { describe, expect, it } from "vitest"
import { readout } from "../../schemas/readout.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-3map.ts"
import { dataOf, draw, failure } from "./draw.ts"

const rates = [{}, { learningRate: 0.0005 }, { learningRate: 0.0001 }]
const gains = [{}, { inputGain: "unit" }]
const counts = [{}, { clusters: 120 }, { clusters: 240 }]
/** Three seeds at every point; the accuracy falls with each setting, and faster at the edge of chaos. */
const map = rates.flatMap((rate, i) =>
  gains.flatMap((gain, j) =>
    counts.flatMap((count, k) =>
      [20, 250].flatMap((g) =>
        [0, 1, 2].map((seed) => ({
          labels: { d: 2, g, seed, trained: true, ...rate, ...gain, ...count },
          value: fromRows(readout, [
            {
              ...{ rowsShown: 1, blankSteps: 10, t: 10, loss: 0 },
              accuracy: 1 - 0.02 * seed - (g === 20 ? 0.06 : 0.015) * (i + j + k),
            },
          ]),
        })),
      ),
    ),
  ),
)

describe("A-3map", () => {
  it("draws a panel for each input gain and learning rate, and a point a number of clusters", async () => {
    await expect(await draw(figure, { readout: map })).toMatchFileSnapshot("__snapshots__/A-3map.svg")
    const rows = (await dataOf(figure, { readout: map })).filter(({ series }) => series === "g = 20, empirical")
    expect(new Set(rows.map(({ panel }) => panel))).toEqual(
      new Set(
        ["code", "unit"].flatMap((gain) =>
          [".001", ".0005", ".0001"].map((rate) => `learning rate ${rate}, inputGain = ${gain}`),
        ),
      ),
    )
    const last = rows.filter(({ panel }) => panel === "learning rate .0001, inputGain = unit")
    expect(last.map(({ x, y }) => [x, Number(y.toFixed(3))])).toEqual([
      [60, 0.8],
      [120, 0.74],
      [240, 0.68],
    ])
  })

  it("leaves out the points of other sweeps, of which there is no whole map", () => {
    const gathers = (labels: object) =>
      figure.gathers.readout!.where({ d: 2, g: 20, seed: 0, trained: true, ...labels })
    expect([{}, { clusters: 240, learningRate: 0.0001, inputGain: "unit" }].map(gathers)).toEqual([true, true])
    expect([{ clusters: 40 }, { learningRate: 0.002 }, { loss: "mse" }, { d: 200 }].map(gathers)).toEqual(
      Array(4).fill(false),
    )
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { readout: [] })).message).toBe(
      "figure A-3map: no table `readout` of the study has a row with t = 10 of a trained network, d = 2",
    )
  })
})
