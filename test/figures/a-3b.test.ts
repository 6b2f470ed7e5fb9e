import { describe, expect, it } from "vitest"
import { history } from "../../schemas/history.ts"
import { readout } from "../../schemas/readout.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-3b.ts"
import { dataOf, draw, failure, panelsOf } from "./draw.ts"

const network = (d: number, g: number, seed: number, accuracy: number) => ({
  labels: { d, g, seed, trained: true },
  value: fromRows(readout, [
    { rowsShown: 1, blankSteps: 10, t: 10, accuracy, loss: 0 },
    { rowsShown: 1, blankSteps: 30, t: 30, accuracy: 0.1, loss: 0 },
  ]),
})
const study = (accuracies: readonly number[]) =>
  [2, 200].flatMap((d) => [20, 250].flatMap((g) => accuracies.map((accuracy, seed) => network(d, g, seed, accuracy))))

/** Validation accuracy from .5 to that of the end in 4 epochs. */
const training = (d: number, g: number, seed: number, end: number) => ({
  labels: { d, g, seed },
  value: fromRows(
    history,
    [0, 1, 2, 3, 4].map((epoch) => ({
      ...{ epoch, loss: 1, validationLoss: 1, learningRate: 1, skipped: 0 },
      validationAccuracy: 0.5 + ((end - 0.5) * epoch) / 4,
    })),
  ),
})
const rises = (accuracies: readonly number[]) =>
  [20, 250].flatMap((g) => accuracies.map((accuracy, seed) => training(2, g, seed, accuracy)))

/** Dots of a panel; the legend's dot is not among them. */
const accuraciesOf = (svg: string) => panelsOf(svg).map(({ dots }) => dots.map(({ y }) => Number(y.toFixed(3))))

describe("A-3b", () => {
  it("draws a dot a seed at the evaluation step, and the median", async () => {
    const accuracies = [1, 0.75, 0.9, 0.95]
    const inputs = { readout: study(accuracies), history: rises(accuracies) }
    const svg = await draw(figure, inputs)
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-3b.svg")
    const strips = accuraciesOf(svg)
    expect([strips[0], strips[2]]).toEqual([0, 1].map(() => [...accuracies, ...accuracies]))
    expect(svg).toContain("<title>g = 20, seed 1: 0.75</title>")
    expect([...svg.matchAll(/>d = (\d+)[ ,]/g)].map(([, d]) => d)).toEqual(["2", "2", "200"])
    const rows = await dataOf(figure, inputs)
    const of = (panel: string, series: string) => rows.filter((row) => row.panel === panel && row.series === series)
    expect(of("d = 2", "g = 20, empirical")).toMatchObject([{ x: 0, y: 0.925, n: 4 }])
    expect(of("d = 200", "g = 250, seed 1")).toMatchObject([{ x: 1, y: 0.75, n: 1 }])
    expect(of("d = 2, by epoch", "g = 20, empirical").map(({ x, y }) => [x, y])).toEqual(
      [0, 1, 2, 3, 4].map((epoch) => [epoch, expect.closeTo(0.5 + (0.425 * epoch) / 4, 12)]),
    )
    const [median] = of("d = 200", "g = 20")
    expect(svg.split(`>${median!.y.toFixed(3)}<`)).toHaveLength(5)
  })

  it("keeps dots of equal accuracy apart", async () => {
    const svg = await draw(figure, { readout: study(Array.from({ length: 30 }, () => 1)), history: [] })
    expect(new Set(panelsOf(svg)[0]?.dots.map(({ cx }) => cx)).size).toBe(60)
  })

  it("lowers the axis below chance where a network does worse", async () => {
    const svg = await draw(figure, { readout: [network(2, 20, 0, 0.31)], history: [] })
    expect(svg).toContain(">0.3<")
    expect(await draw(figure, { readout: [network(2, 20, 0, 0.9)], history: [] })).not.toContain(">0.3<")
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { readout: [], history: [] })).message).toBe(
      "figure A-3b: no table `readout` of the study has a row with t = 10 and rowsShown = 1 of a trained network",
    )
  })
})
