import { describe, expect, it } from "vitest"
import { probes } from "../../schemas/probes.ts"
import { fromRows, type Row } from "../../schemas/table.ts"
import heldOut from "../../stages/figures/a-2c.ts"
import training from "../../stages/figures/a-3e.ts"
import planarHeldOut from "../../stages/figures/a-3f.ts"
import { dataOf, draw, failure, panelsOf } from "./draw.ts"

const row = (probe: string, t: number, accuracy: number, more: Partial<Row<typeof probes>> = {}) => ({
  ...{ probe, t, accuracy, C: 1, split: 0, iterations: 1, gradientNorm: 0, converged: true, margin: 0 },
  ...more,
})
/** Held out: .5 + t / 100 + seed / 50; in training .1 more. Other probes and splits are not for these figures. */
const network = (d: number, g: number, seed: number, trained: boolean) => ({
  labels: { d, g, seed, trained },
  value: fromRows(
    probes,
    [0, 5, 10, 15, 20].flatMap((t) => [
      row("holdout", t, 0.5 + t / 100 + seed / 50),
      row("holdout", t, 0, { split: 1 }),
      row("train", t, 0.6 + t / 100 + seed / 50, { split: -1 }),
      row("train", t, 0, { split: -1, C: 1e4 }),
      row("knn", t, 0),
    ]),
  ),
})
const study = (d: number) => [20, 250].flatMap((g) => [0, 1, 2, 3].map((seed) => network(d, g, seed, true)))

describe.each([
  ["A-2c", heldOut, 200, 0.5, "Fig. 2c"],
  ["A-3f", planarHeldOut, 2, 0.5, "Fig. 3f"],
  ["A-3e", training, 2, 0.6, "Fig. 3e"],
] as const)("%s", (id, figure, d, accuracy, inPaper) => {
  it("draws the accuracy of its probe", async () => {
    const svg = await draw(figure, { probes: study(d) })
    await expect(svg).toMatchFileSnapshot(`__snapshots__/${id}.svg`)
    expect(svg).toContain(`d = ${d} (paper: ${inPaper})`)
    const rows = await dataOf(figure, { probes: study(d) })
    const empirical = rows.filter(({ series }) => series === "g = 20, after, empirical")
    expect(empirical.map(({ x, y }) => [x, y])).toEqual(
      [0, 5, 10, 15].map((t) => [t, expect.closeTo(accuracy + t / 100 + 1.5 / 50, 12)]),
    )
  })

  it("lowers the axis to the lowest number", async () => {
    const [high, low] = await Promise.all(
      [0.8, 0.13].map((value) => {
        const labels = { d, g: 20, seed: 0, trained: true }
        const rows = ["holdout", "train"].flatMap((probe) => [0, 15].map((t) => row(probe, t, value)))
        return draw(figure, { probes: [{ labels, value: fromRows(probes, rows) }] })
      }),
    )
    expect([high, low].map((svg) => svg?.includes(">0.2<"))).toEqual([false, true])
    expect(panelsOf(low!)[0]?.lines[0]?.paths[0]?.map(({ y }) => y)).toEqual(
      [0.13, 0.13].map((y) => expect.closeTo(y, 2)),
    )
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { probes: [] })).message).toMatch(
      new RegExp(`^figure ${id}: no table \`probes\` of the study has rows with probe .* and t <= 15$`),
    )
  })
})

describe("A-3e", () => {
  it("puts two-dimensional inputs first, high-dimensional ones after", async () => {
    const svg = await draw(training, { probes: [200, 2].flatMap(study) })
    expect([...svg.matchAll(/>d = (\d+) \(/g)].map(([, d]) => d)).toEqual(["2", "200"])
  })
})
