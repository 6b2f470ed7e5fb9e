import { describe, expect, it } from "vitest"
import { history as schema } from "../../schemas/history.ts"
import { learning as learningSchema } from "../../schemas/learning.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/b-acc.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { profiles, seeds } from "./sequential.ts"

/** Errors halve with each epoch, from one in two; the second profile makes half as many, later seeds a little more. */
const errorOf = (profile: string, seed: number, epoch: number) =>
  (profile === "strong" ? 0.25 : 0.5) * 0.5 ** epoch * (1 + seed / 100)
const networks = profiles.flatMap((profile) => seeds.map((seed) => ({ profile, seed })))
const history = networks.map(({ profile, seed }) => ({
  labels: { profile, seed },
  value: fromRows(
    schema,
    [0, 1, 2, 3].map((epoch) => ({
      ...{ epoch, loss: 99, learningRate: 99, skipped: 0 },
      validationLoss: 3 * errorOf(profile, seed, epoch),
      validationAccuracy: 1 - errorOf(profile, seed, epoch),
    })),
  ),
}))
const learning = networks.map(({ profile, seed }) => ({
  labels: { profile, seed, of: "training" },
  value: fromRows(
    learningSchema,
    [0, 3].map((epoch) => ({
      ...{ epoch, points: 9, loss: errorOf(profile, seed, epoch) },
      accuracy: 1 - 0.5 * errorOf(profile, seed, epoch),
    })),
  ),
}))

describe("B-acc", () => {
  it("draws accuracy and loss on test and training images by epoch", async () => {
    await expect(await draw(figure, { history, learning })).toMatchFileSnapshot("__snapshots__/B-acc.svg")
    const rows = await dataOf(figure, { history, learning })
    const of = (panel: string, series: string) =>
      rows.filter((row) => row.panel === panel && row.series === series).map(({ x, y }) => [x, Number(y.toFixed(4))])
    const middle = 1 + seeds[Math.floor(seeds.length / 2)]! / 100
    const rounded = (y: number) => Number(y.toFixed(4))
    expect(of("accuracy", "matched, test images")).toEqual(
      [0.5, 0.25, 0.125, 0.0625].map((error, epoch) => [epoch, rounded(1 - error * middle)]),
    )
    expect(of("accuracy", "strong, training images")).toEqual([
      [0, rounded(1 - 0.125 * middle)],
      [3, rounded(1 - 0.015625 * middle)],
    ])
    expect(of("cross-entropy (nats)", "strong, training images").map(([, y]) => y)).toEqual([
      rounded(0.25 * middle),
      rounded(0.03125 * middle),
    ])
  })

  it("gathers training at the defaults alone", () => {
    const { history, learning } = figure.gathers
    const labels = { profile: "strong", seed: 0 }
    expect([labels, { ...labels, of: "training" }, { d: 2, g: 20, seed: 0 }].map(history!.where)).toEqual([
      true,
      false,
      false,
    ])
    expect([labels, { ...labels, of: "training" }, { ...labels, of: "pixels" }].map(learning!.where)).toEqual([
      false,
      true,
      false,
    ])
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { history: [], learning })).message).toContain("figure B-acc: no table `history`")
  })
})
