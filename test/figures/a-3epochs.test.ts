import { describe, expect, it } from "vitest"
import { history } from "../../schemas/history.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-3epochs.ts"
import { dataOf, draw, failure } from "./draw.ts"

const epochs = [0, 20, 40, 80]
/** Three seeds; slower rates, more clusters and the edge of chaos learn later, and unit gain sooner. */
const map = [{}, { learningRate: 0.0005 }, { learningRate: 0.0001 }].flatMap((rate, i) =>
  [{}, { inputGain: "unit" }].flatMap((gain, j) =>
    [{}, { clusters: 120 }, { clusters: 240 }].flatMap((count, k) =>
      [20, 250].flatMap((g) =>
        [0, 1, 2].map((seed) => ({
          labels: { d: 2, g, seed, ...rate, ...gain, ...count },
          value: fromRows(
            history,
            epochs.map((epoch) => ({
              ...{ epoch, loss: 9, validationLoss: 9, learningRate: 9, skipped: 0 },
              validationAccuracy: 0.5 + (0.5 * epoch) / (epoch + 4 * (1 + i + k + seed) * (g === 20 ? 3 : 1) * (2 - j)),
            })),
          ),
        })),
      ),
    ),
  ),
)

describe("A-3epochs", () => {
  it("draws a panel for each number of clusters and learning rate, and a curve a gain and input gain", async () => {
    await expect(await draw(figure, { history: map })).toMatchFileSnapshot("__snapshots__/A-3epochs.svg")
    const rows = await dataOf(figure, { history: map })
    expect([...new Set(rows.map(({ panel }) => panel))]).toEqual(
      [60, 120, 240].flatMap((K) => [".001", ".0005", ".0001"].map((rate) => `learning rate ${rate}, K = ${K}`)),
    )
    const last = rows.filter(
      ({ panel, series }) => panel === "learning rate .0001, K = 240" && series === "g = 250, inputGain = unit",
    )
    expect(last.map(({ x, y, n }) => [x, Number(y.toFixed(4)), n])).toEqual([
      [0, 0.5, 3],
      [20, 0.7273, 3],
      [40, 0.8125, 3],
      [80, 0.8846, 3],
    ])
  })

  it("leaves out what is no point of the map, and is left out where there is nothing but the baseline", () => {
    const { where, needed } = figure.gathers.history!
    const of = (labels: object) => ({ d: 2, g: 20, seed: 0, ...labels })
    expect([{}, { clusters: 240, learningRate: 0.0001, inputGain: "unit" }].map((l) => where(of(l)))).toEqual([
      true,
      true,
    ])
    expect([{ clusters: 40 }, { learningRate: 0.002 }, { loss: "mse" }, { d: 200 }].map((l) => where(of(l)))).toEqual(
      Array(4).fill(false),
    )
    expect([{}, { clusters: 120 }].map((l) => needed(of(l)))).toEqual([false, true])
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { history: [] })).message).toBe(
      "figure A-3epochs: no table `history` of the study has rows of a network, d = 2",
    )
  })
})
