import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3b.ts"
import type { Gathered } from "./judge.ts"
import { parts, read, seeds } from "./networks.ts"

/** Accuracies of the seeds 0, 1, … at the edge of chaos and in strong chaos. */
const both = (edge: readonly number[], strong: readonly number[], labels: object = {}): Gathered[] => [
  ...seeds(edge, read, { d: 2, g: 20, ...labels }),
  ...seeds(strong, read, { d: 2, g: 250, ...labels }),
]
const stated = "stated regime, clusters = 120"
const ten = (value: number) => Array.from({ length: 10 }, () => value)

describe("A-3b", () => {
  it("holds where nine seeds of ten are better in strong chaos, at the baseline and in the stated regime", async () => {
    const strong = ten(0.99).with(0, 0.9)
    expect(await parts(claim, [...both(ten(0.9), strong), ...both(ten(0.9), strong, { clusters: 120 })])).toMatchObject(
      {
        baseline: "0.9 of 10, holds",
        [stated]: "0.9 of 10, holds",
        "baseline, accuracy": "0.99 of 10, holds",
        "stated regime, accuracy": "0.99 of 10, holds",
      },
    )
  })

  it("fails with fewer: a tie is not better", async () => {
    const strong = ten(0.99).with(0, 0.9).with(1, 0.8)
    expect(
      await parts(claim, [...both(ten(0.9), ten(0.99)), ...both(ten(0.9), strong, { clusters: 120 })]),
    ).toMatchObject({
      baseline: "1 of 10, holds",
      [stated]: "0.8 of 10, fails",
    })
  })

  it("compares networks of one seed", async () => {
    const tables = [...seeds([0.9, 0.5, 0.7], read, { d: 2, g: 20 }), ...seeds([0.8, 0.6], read, { d: 2, g: 250 })]
    expect((await parts(claim, tables)).baseline).toBe("0.5 of 2, fails")
  })

  it("reports share and gap at every point of the map, and mixes none with another", async () => {
    const fine = { learningRate: 0.0001, inputGain: "unit", clusters: 120 }
    const rows = await parts(claim, [...both([0.6, 0.7, 0.9], [0.9, 0.9, 0.8], fine), ...both([0.5], [0.6])])
    const map = Object.entries(rows).filter(([part]) => part.startsWith("map, "))
    expect(map).toHaveLength(2 * 18)
    expect(map.filter(([, row]) => row !== "0 of 0, not tested")).toEqual([
      ["map, baseline, share", "1 of 1, reported"],
      ["map, baseline, gap", "0.1 of 1, reported"],
      ["map, learningRate = 0.0001, inputGain = unit, clusters = 120, share", "0.666667 of 3, reported"],
      ["map, learningRate = 0.0001, inputGain = unit, clusters = 120, gap", "0.133333 of 3, reported"],
    ])
  })

  it("is not tested without pairs of trained networks in 2 dimensions", async () => {
    const others = [{ d: 200 }, { trained: false }, { loss: "mse" }].flatMap((labels) => both([0], [1], labels))
    expect(await parts(claim, [...others, ...seeds([1], read, { d: 2, g: 250 })])).toMatchObject({
      baseline: "0 of 0, not tested",
      [stated]: "0 of 0, not tested",
    })
  })
})
