import { describe, expect, it } from "vitest"
import { information } from "../../schemas/information.ts"
import figure from "../../stages/figures/c-5.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { tablesOf } from "./sequential.ts"

const variables = ["attractor", "attractor-mod-sign", "phase", "attractor-and-phase"]
const inputs = {
  information: tablesOf(information, (_, seed) =>
    variables.map((variable, i) => ({
      variable,
      bits: i / 2 + seed / 100,
      corrected: 9,
      chance: i / 8,
      entropy: 3.25,
    })),
  ),
}

describe("C-5", () => {
  it("draws information against chance and entropy", async () => {
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/C-5.svg")
    const rows = await dataOf(figure, inputs)
    const medians = rows.filter(({ panel, n }) => panel === "profile “matched”" && n === 3)
    expect(medians.map(({ series, y }) => [series, y])).toEqual([
      ["attractor up to sign, observed", 0.51],
      ["attractor up to sign, by chance", 0.125],
      ["attractor up to sign, at most", 3.25],
      ["attractor, observed", 0.01],
      ["attractor, by chance", 0],
      ["attractor, at most", 3.25],
      ["phase, beyond the attractor, observed", 1.01],
      ["phase, beyond the attractor, by chance", 0.25],
      ["phase, beyond the attractor, at most", 3.25],
      ["attractor and phase, observed", 1.51],
      ["attractor and phase, by chance", 0.375],
      ["attractor and phase, at most", 3.25],
    ])
    // A dot a seed beside each median.
    expect(rows).toHaveLength(2 * 12 * 4)
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { information: [] })).message).toContain("figure C-5: no table `information`")
  })
})
