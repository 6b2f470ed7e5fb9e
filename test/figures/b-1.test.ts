import { describe, expect, it } from "vitest"
import { readout } from "../../schemas/readout.ts"
import figure from "../../stages/figures/b-1.ts"
import { dataOf, draw, failure, panelsOf } from "./draw.ts"
import { tableOf, tablesOf, trained } from "./sequential.ts"

/** Experiment 1 reaches m / 40 + seed / 100, experiment 2 half of that below m = 28; experiment 3 halves it every blank row. */
const accuracyOf = (m: number, seed: number) => m / 40 + seed / 100
const rowsOf = (_: string, seed: number) => [
  ...[4, 16].flatMap((m) => [
    { rowsShown: m, blankSteps: 28 - m, t: 27, accuracy: accuracyOf(m, seed) },
    { rowsShown: m, blankSteps: 0, t: m - 1, accuracy: accuracyOf(m, seed) / 2 },
  ]),
  ...[0, 1, 2].map((k) => ({ rowsShown: 28, blankSteps: k, t: 27 + k, accuracy: accuracyOf(28, seed) / (1 + k) })),
]

describe("B-1", () => {
  const inputs = { readout: tablesOf(readout, rowsOf) }

  it("draws experiments 1 and 2 beside experiment 3, and the latter of one seed", async () => {
    const svg = await draw(figure, inputs)
    await expect(svg).toMatchFileSnapshot("__snapshots__/B-1.svg")
    expect(panelsOf(svg).map(({ bands, lines }) => [bands.length, lines.length])).toEqual([
      [4, 4],
      [2, 2],
      [2, 2],
    ])
  })

  it("keeps medians in its data, those of seed 1, and the first seed", async () => {
    const rows = await dataOf(figure, inputs)
    const of = (series: string) => rows.filter((row) => row.series === series).map(({ x, y }) => [x, y.toFixed(3)])
    expect(of("strong, experiment 1")).toEqual([
      [4, "0.110"],
      [16, "0.410"],
      [28, "0.710"],
    ])
    expect(of("strong, experiment 2")).toEqual([
      [4, "0.055"],
      [16, "0.205"],
      [28, "0.710"],
    ])
    expect(of("matched, experiment 3")).toEqual([
      [0, "0.710"],
      [1, "0.355"],
      [2, "0.237"],
    ])
    expect(of("matched, experiment 3, seed 0").map(([, y]) => y)).toEqual(["0.700", "0.350", "0.233"])
  })

  it("draws one network once", async () => {
    const rows = await dataOf(figure, { readout: [tableOf(readout, trained("strong", 4), rowsOf("strong", 4))] })
    expect(new Set(rows.map(({ panel }) => panel))).toEqual(new Set(["experiments 1 and 2", "experiment 3"]))
  })

  it("gathers trained networks, and none of a sweep", () => {
    const where = figure.gathers.readout!.where
    expect(where(trained("strong", 1))).toBe(true)
    expect(where({ seed: 1, trained: false })).toBe(false)
    expect(where({ ...trained("strong", 1), n: 100 })).toBe(false)
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { readout: [] })).message).toBe(
      "figure B-1: no table `readout` of the study has rows of a trained network",
    )
  })
})
