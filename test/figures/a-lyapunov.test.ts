import { describe, expect, it } from "vitest"
import figure from "../../stages/figures/a-lyapunov.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { exponents } from "./variants.ts"

/** Three exponents an epoch, of which two are drawn; the middle one of three seeds is at the median. */
const lyapunov = [200, 2].flatMap((d) =>
  [20, 250].flatMap((g) =>
    [0, 1, 2].map((seed) =>
      exponents(
        { d, g, seed, trained: true, over: "training" },
        new Map(
          [0, 1, 5, 40].map((epoch) => {
            const largest = (g === 20 ? -1 : 0.5) / (1 + 1 / (1 + epoch)) + 0.02 * seed
            return [epoch, [largest, largest - 0.1, largest - 5]]
          }),
        ),
      ),
    ),
  ),
)

describe("A-lyapunov", () => {
  it("draws the two largest exponents over the epochs of training", async () => {
    await expect(await draw(figure, { lyapunov })).toMatchFileSnapshot("__snapshots__/A-lyapunov.svg")
    const rows = await dataOf(figure, { lyapunov })
    expect(rows).toHaveLength(2 * 2 * 2 * 4)
    const curve = rows.filter(({ panel, series }) => panel === "d = 2" && series === "g = 250, second")
    expect(curve.map(({ x, y }) => [x, y.toFixed(3)])).toEqual([
      [0, "0.170"],
      [1, "0.253"],
      [5, "0.349"],
      [40, "0.408"],
    ])
  })

  it("gathers exponents over training of networks at the defaults", () => {
    const gathers = (labels: object) =>
      figure.gathers.lyapunov!.where({ d: 2, g: 20, seed: 0, trained: true, ...labels })
    expect([{ over: "training" }, {}, { over: "training", clusters: 120 }].map(gathers)).toEqual([true, false, false])
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { lyapunov: [] })).message).toContain("no table `lyapunov`")
  })
})
