import { describe, expect, it } from "vitest"
import { readout } from "../../schemas/readout.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-3b.ts"
import { draw, failure, panelsOf } from "./draw.ts"

const network = (d: number, g: number, seed: number, accuracy: number) => ({
  labels: { d, g, seed, trained: true },
  value: fromRows(readout, [
    { rowsShown: 1, blankSteps: 10, t: 10, accuracy, loss: 0 },
    { rowsShown: 1, blankSteps: 30, t: 30, accuracy: 0.1, loss: 0 },
  ]),
})
const study = (accuracies: readonly number[]) =>
  [2, 200].flatMap((d) => [20, 250].flatMap((g) => accuracies.map((accuracy, seed) => network(d, g, seed, accuracy))))

/** Dots of a panel; the legend's dot is not among them. */
const accuraciesOf = (svg: string) => panelsOf(svg).map(({ dots }) => dots.map(({ y }) => Number(y.toFixed(3))))

describe("A-3b", () => {
  it("draws a dot a seed at the evaluation step, and the median", async () => {
    const accuracies = [1, 0.75, 0.9, 0.95]
    const svg = await draw(figure, { readout: study(accuracies) })
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-3b.svg")
    expect(accuraciesOf(svg)).toEqual([0, 1].map(() => [...accuracies, ...accuracies]))
    expect(svg.match(/>0\.925</g)).toHaveLength(4)
  })

  it("keeps dots of equal accuracy apart", async () => {
    const svg = await draw(figure, { readout: study(Array.from({ length: 30 }, () => 1)) })
    expect(new Set(panelsOf(svg)[0]?.dots.map(({ cx }) => cx)).size).toBe(60)
  })

  it("lowers the axis below chance where a network does worse", async () => {
    const svg = await draw(figure, { readout: [network(2, 20, 0, 0.31)] })
    expect(svg).toContain(">0.3<")
    expect(await draw(figure, { readout: [network(2, 20, 0, 0.9)] })).not.toContain(">0.3<")
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { readout: [] })).message).toBe(
      "figure A-3b: no table `readout` of the study has a row with t = 10 and rowsShown = 1 of a trained network",
    )
  })
})
