import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-end.ts"
import { judge } from "./judge.ts"
import { compressed, parts } from "./networks.ts"

describe("A-end", () => {
  it("reports the median dimension by d and number of clusters, and nothing more", async () => {
    const tables = [
      ...[1, 2, 3].map((ed, seed) => compressed(ed, { seed })),
      compressed(2.4, { d: 2 }),
      compressed(3.6, { d: 2, clusters: 120 }),
      compressed(3.4, { d: 2, g: 250 }),
      compressed(7, { d: 2, g: 250, clusters: 240 }),
    ]
    const found = await parts(claim, tables)
    expect(Object.entries(found).filter(([, text]) => text.endsWith("reported"))).toEqual([
      ["d = 200, g = 20", "2 of 3, reported"],
      ["d = 2, g = 20", "2.4 of 1, reported"],
      ["d = 2, g = 250", "3.4 of 1, reported"],
      ["d = 2, K = 120, g = 20", "3.6 of 1, reported"],
      ["d = 2, K = 240, g = 250", "7 of 1, reported"],
    ])
    expect(Object.values(found).filter((text) => text === "0 of 0, not tested")).toHaveLength(5)
    expect(new Set((await judge(claim, tables)).map(({ criterion }) => criterion))).toEqual(new Set(["reported"]))
  })

  it("leaves untrained networks and other variants out", async () => {
    const others = [{ trained: false }, { loss: "mse" }, { clusters: 120, inputGain: "unit" }]
    const found = await parts(
      claim,
      others.map((labels) => compressed(9, { d: 2, ...labels })),
    )
    expect(Object.values(found)).toEqual(Array(10).fill("0 of 0, not tested"))
  })
})
