import { describe, expect, it } from "vitest"
import { readout } from "../../schemas/readout.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/b-1.ts"
import { dataOf, draw, failure, panelsOf } from "./draw.ts"

/** Experiment 1 reaches m / 40 + seed / 100, experiment 2 half of that below m = 28; experiment 3 is not for this figure. */
const accuracyOf = (m: number, seed: number) => m / 40 + seed / 100
const network = (seed: number, profile?: string) => ({
  labels: { seed, trained: true, ...(profile !== undefined && { profile }) },
  value: fromRows(readout, [
    ...[4, 16, 28].map((m) => ({ rowsShown: m, blankSteps: 28 - m, t: 27, accuracy: accuracyOf(m, seed), loss: 0 })),
    ...[4, 16].map((m) => ({ rowsShown: m, blankSteps: 0, t: m - 1, accuracy: accuracyOf(m, seed) / 2, loss: 0 })),
    { rowsShown: 28, blankSteps: 5, t: 32, accuracy: 0, loss: 0 },
  ]),
})
const medians = (svg: string) =>
  panelsOf(svg)[0]?.lines.map(({ paths }) => paths.map((path) => path.map(({ x, y }) => [x.toFixed(1), y.toFixed(3)])))

describe("B-1", () => {
  it("draws both experiments of each profile", async () => {
    const svg = await draw(figure, {
      readout: ["strong", "matched"].flatMap((profile) => [0, 1, 2].map((seed) => network(seed, profile))),
    })
    await expect(svg).toMatchFileSnapshot("__snapshots__/B-1.svg")
    expect(panelsOf(svg).map(({ bands, lines }) => [bands.length, lines.length])).toEqual([
      [2, 2],
      [2, 2],
    ])
    // The medians are those of seed 1.
    expect(medians(svg)).toEqual([
      [
        [
          ["4.0", "0.110"],
          ["16.0", "0.410"],
          ["28.0", "0.710"],
        ],
      ],
      [
        [
          ["4.0", "0.055"],
          ["16.0", "0.205"],
          ["28.0", "0.710"],
        ],
      ],
    ])
  })

  it("draws one network without a profile", async () => {
    const svg = await draw(figure, { readout: [network(0)] })
    expect(svg).not.toContain("profile")
    expect(medians(svg)?.map((paths) => paths.length)).toEqual([1, 1])
    const rows = await dataOf(figure, { readout: [network(0)] })
    expect(rows.filter(({ x }) => x === 4)).toEqual(
      [1, 2].map((experiment) => {
        const y = accuracyOf(4, 0) / experiment
        return { panel: "all", series: `experiment ${experiment}, seed 0`, x: 4, y, low: y, high: y, n: 1 }
      }),
    )
  })

  it("gathers trained networks, and none of a sweep", () => {
    const where = figure.gathers.readout!.where
    expect(where({ seed: 1, trained: true })).toBe(true)
    expect(where({ seed: 1, trained: true, profile: "strong" })).toBe(true)
    expect(where({ seed: 1, trained: false })).toBe(false)
    expect(where({ seed: 1, trained: true, n: 100 })).toBe(false)
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { readout: [] })).message).toBe(
      "figure B-1: no table `readout` of the study has rows with t = 27 or blankSteps = 0 of a trained network",
    )
  })
})
