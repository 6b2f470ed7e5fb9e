import { describe, expect, it } from "vitest"
import { probes } from "../../schemas/probes.ts"
import reading from "../../stages/figures/b-info.ts"
import drifting from "../../stages/figures/c-1.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { pixels, seeds, tableOf, tablesOf, untrained } from "./sequential.ts"

/** Readers whose accuracies differ by a tenth; other splits are none of these figures' matter. */
const rowsOf = (best: number, steps: readonly number[]) =>
  steps.flatMap((t) => [
    ...["holdout", "knn", "readout"].map((probe, rank) => ({
      probe,
      t,
      split: 0,
      accuracy: best - rank / 10 - t / 1000,
    })),
    { probe: "readout", t, split: -1, accuracy: 0.01 },
    { probe: "train", t, split: 0, accuracy: 1 },
  ])
const steps = [7, 15, 27, 32, 127]
const inputs = {
  trained: tablesOf(probes, (_, seed) => rowsOf(0.9 + seed / 100, steps)),
  untrained: seeds.map((seed) => tableOf(probes, untrained(seed), rowsOf(0.5 + seed / 100, steps))),
  pixels: [tableOf(probes, pixels, rowsOf(0.8, [15, 27]))],
}
const curve = async (figure: typeof reading, panel: string, series: string) =>
  (await dataOf(figure, inputs))
    .filter((row) => row.panel === panel && row.series === series)
    .map(({ x, y }) => [x, y.toFixed(3)])

describe("B-info and C-1", () => {
  it("draw readers while the image is read, and while the dynamics drift", async () => {
    for (const one of [reading, drifting])
      await expect(await draw(one, inputs)).toMatchFileSnapshot(`__snapshots__/${one.id}.svg`)
    expect(await curve(reading, "profile “strong”", "refitted probe")).toEqual([
      [8, "0.903"],
      [16, "0.895"],
      [28, "0.883"],
    ])
    expect(await curve(drifting, "profile “matched”", "the network's readout")).toEqual([
      [0, "0.683"],
      [5, "0.678"],
      [100, "0.583"],
    ])
  })

  it("show controls: before training, and the images themselves", async () => {
    expect(await curve(reading, "profile “strong”", "nearest neighbours, before training")).toHaveLength(3)
    expect(await curve(reading, "profile “strong”", "the network's readout, before training")).toEqual([])
    expect(await curve(reading, "profile “strong”", "refitted probe, image rows")).toEqual([
      [16, "0.785"],
      [28, "0.773"],
    ])
    expect(await curve(drifting, "profile “strong”", "nearest neighbours, image rows")).toEqual([[0, "0.673"]])
  })

  it("fail with the table's name where there is nothing to draw", async () => {
    expect((await failure(reading, { ...inputs, trained: [] })).message).toBe(
      "figure B-info: no table `probes` of the study has rows with t < 28 of a trained network",
    )
    expect((await failure(drifting, { ...inputs, trained: [] })).message).toContain("figure C-1: no table `probes`")
  })
})
