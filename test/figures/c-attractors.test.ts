import { describe, expect, it } from "vitest"
import { attractors } from "../../schemas/attractors.ts"
import figure from "../../stages/figures/c-attractors.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { tableOf, tablesOf, trained } from "./sequential.ts"

/** `matched` ends on two cycles and a fixed point, `strong` on a closed curve. */
const inputs = {
  attractors: tablesOf(attractors, (profile) =>
    profile === "strong"
      ? [{ kind: "curve", members: 10 }]
      : [
          { kind: "cycle", period: 7, members: 4 },
          { kind: "fixed-point", period: 1, members: 2 },
          { kind: "cycle", period: 5, members: 4 },
        ],
  ),
}

describe("C-attractors", () => {
  it("draws the share of end states on each kind, and the number of attractors", async () => {
    const svg = await draw(figure, inputs)
    await expect(svg).toMatchFileSnapshot("__snapshots__/C-attractors.svg")
    expect(svg).toContain("seed 0, cycle: 2, with 80&#160;% of the states, of period 5, 7")
    expect(svg).not.toContain("chaos")
    const rows = await dataOf(figure, inputs)
    expect(
      rows.filter(({ panel, x }) => panel === "profile “matched”" && x === 1).map(({ series, y }) => [series, y]),
    ).toEqual([
      ["fixed point", 0.2],
      ["cycle", 0.8],
      ["attractors", 3],
    ])
    expect(rows.find(({ panel, series }) => panel === "profile “strong”" && series === "closed curve")?.y).toBe(1)
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { attractors: [] })).message).toContain("figure C-attractors: no table `attractors`")
    const empty = [tableOf(attractors, trained("strong", 0), [])]
    expect((await failure(figure, { attractors: empty })).message).toContain("no table `attractors`")
  })
})
