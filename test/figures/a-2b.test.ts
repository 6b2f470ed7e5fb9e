import { describe, expect, it } from "vitest"
import { dimension } from "../../schemas/dimension.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-2b.ts"
import planar from "../../stages/figures/a-3d.ts"
import { dimensionLaw, gammaSpread } from "../../stages/figures/bands.ts"
import { dataOf, draw, failure, panelsOf } from "./draw.ts"

/** ED of seed s at step t: 1, 3, 5, … in the order of the seeds, rising by 1 a step. */
const edOf = (seed: number, t: number) => 1 + 2 * seed + t
const network = (d: number, g: number, seed: number, trained: boolean, steps = [0, 10, 15]) => ({
  labels: { d, g, seed, trained },
  value: fromRows(
    dimension,
    steps.flatMap((t) =>
      [-1, 0].map((label) => {
        const ed = label === -1 ? edOf(seed, t) : 99
        return { t, label, points: 9, ed, edCorrected: ed, pca90: 1, variance: 1 }
      }),
    ),
  ),
})
const nine = Array.from({ length: 9 }, (_, seed) => seed)

describe("A-2b", () => {
  it("draws a panel a dimension, both gains, before and after training", async () => {
    const networks = [10, 200].flatMap((d) =>
      [250, 20].flatMap((g) => [true, false].flatMap((trained) => nine.map((seed) => network(d, g, seed, trained)))),
    )
    const svg = await draw(figure, { dimension: networks })
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-2b.svg")
    expect(await draw(figure, { dimension: networks.toReversed() })).toBe(svg)
  })

  it("bounds the band by the gamma fit, tells its numbers, and keeps the empirical band in its data", async () => {
    const dimension = nine.map((seed) => network(200, 20, seed, true))
    const svg = await draw(figure, { dimension })
    const [{ bands, lines, dots }] = panelsOf(svg) as [ReturnType<typeof panelsOf>[number]]
    const steps = [0, 10, 15]
    const fits = steps.map(
      (t) =>
        gammaSpread(
          nine.map((seed) => edOf(seed, t)),
          dimensionLaw,
        )!,
    )
    const along = (bound: "low" | "median" | "high") => steps.map((x, i) => ({ x, y: fits[i]![bound] }))
    const expected = (points: readonly { x: number; y: number }[]) =>
      points.map(({ x, y }) => ({ x: expect.closeTo(x, 2), y: expect.closeTo(y, 1) }))
    expect(lines.map(({ paths }) => paths)).toEqual([[expected(along("median"))]])
    expect(bands.map(({ paths }) => paths)).toEqual([[expected([...along("high"), ...along("low").toReversed()])]])
    expect(dots.map(({ y }) => y)).toEqual(fits.map(({ median }) => expect.closeTo(median, 1)))
    const [first] = fits
    const brief = (x: number) => String(Math.round(x * 1000) / 1000)
    expect(svg).toContain(
      `<title>g = 20, after, t = 0: median ${brief(first!.median)}, central 75&#160;% ${brief(first!.low)} to ${brief(first!.high)}, n = 9</title>`,
    )
    // Of 9 seeds the quantiles .125, .5, .875 are those of rank 2, 5 and 8.
    expect(await dataOf(figure, { dimension })).toEqual(
      steps.flatMap((x, i) => {
        const { low, median, high, n } = fits[i]!
        return [
          { panel: "d = 200", series: "g = 20, after", x, y: median, low, high, n },
          {
            panel: "d = 200",
            series: "g = 20, after, empirical",
            x,
            y: edOf(4, x),
            low: edOf(1, x),
            high: edOf(7, x),
            n,
          },
        ]
      }),
    )
  })

  it("draws a line a seed where there are fewer than 3, and says so", async () => {
    const dimension = [0, 1].map((seed) => network(200, 20, seed, true))
    const svg = await draw(figure, { dimension })
    const [panel] = panelsOf(svg)
    expect(panel?.bands).toEqual([])
    expect(panel?.lines.map(({ paths }) => paths.length)).toEqual([2])
    expect(svg).toContain("Below 3 seeds each line is one seed")
    expect(svg).not.toContain("before training")
    const series = (await dataOf(figure, { dimension })).map(({ series, x, y }) => [series, x, y])
    expect(series).toHaveLength(6)
    expect(series[5]).toEqual(["g = 20, after, seed 1", 15, edOf(1, 15)])
  })

  it("dashes lines before training, and names a gain without a name by its number", async () => {
    const svg = await draw(figure, { dimension: nine.map((seed) => network(5, 60, seed, false)) })
    expect(panelsOf(svg)[0]?.lines[0]?.style).toContain('stroke-dasharray="5,4"')
    expect(svg).toContain(">g = 60<")
    expect(svg).not.toContain("after training")
  })

  it("leaves out later steps and networks of a sweep", async () => {
    const svg = await draw(figure, { dimension: nine.map((seed) => network(200, 20, seed, true, [0, 15, 30])) })
    expect(panelsOf(svg)[0]?.lines[0]?.paths[0]?.map(({ x }) => Math.round(x))).toEqual([0, 15])
    const labels = { d: 200, g: 20, seed: 0, trained: true }
    expect(figure.gathers.dimension?.where(labels)).toBe(true)
    expect(figure.gathers.dimension?.where({ ...labels, learningRate: 2e-3 })).toBe(false)
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect(await failure(figure, { dimension: [] })).toMatchObject({
      _tag: "StageError",
      message: "figure A-2b: no table `dimension` of the study has rows with label -1 and t <= 15",
    })
  })
})

describe("A-3d", () => {
  it("is the same for two-dimensional inputs", async () => {
    const svg = await draw(planar, {
      dimension: [20, 250].flatMap((g) => nine.map((seed) => network(2, g, seed, true))),
    })
    await expect(svg).toMatchFileSnapshot("__snapshots__/A-3d.svg")
    expect(svg).toContain("d = 2 (paper: Fig. 3d)")
    const where = planar.gathers.dimension!.where
    const labels = { g: 20, seed: 0, trained: false }
    expect([2, 200].map((d) => where({ d, ...labels }))).toEqual([true, false])
    expect([2, 200].map((d) => figure.gathers.dimension!.where({ d, ...labels }))).toEqual([false, true])
  })
})
