import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3c.ts"
import { parts } from "./networks.ts"
import { shaped } from "./tables.ts"

/** Separation and silhouette of one seed in both regimes. */
const pair = (strong: [number, number], edge: [number, number], labels: object) =>
  [
    { g: 250, of: strong },
    { g: 20, of: edge },
  ].map(({ g, of: [separation, silhouette] }) => shaped({ separation, silhouette }, { d: 2, g, ...labels }))
const pairs = (better: number, of: number) =>
  Array.from({ length: of }, (_, seed) => pair([seed < better ? 0.9 : 0.4, 0.2], [0.4, 0.1], { seed })).flat()

describe("A-3c", () => {
  it("holds when the separation is larger in 24 of 30 seeds", async () => {
    expect(await parts(claim, pairs(24, 30))).toEqual({
      separation: "0.8 of 30, holds",
      silhouette: "1 of 30, reported",
      "g = 20": "0.4 of 30, reported",
      "g = 250": "0.9 of 30, reported",
    })
  })

  it("fails in 23 of 30, whatever the silhouette", async () => {
    expect((await parts(claim, pairs(23, 30))).separation).toBe("0.766667 of 30, fails")
  })

  it("is not tested without a seed in both regimes, and looks at trained networks in 2 dimensions alone", async () => {
    const others = [{ d: 200 }, { trained: false }, { loss: "mse" }].flatMap((labels) => pair([1, 1], [0, 0], labels))
    const found = await parts(claim, [pairs(1, 1)[0]!, ...others])
    expect([found.separation, found.silhouette]).toEqual(["0 of 0, not tested", "0 of 0, not tested"])
    expect([found["g = 20"], found["g = 250"]]).toEqual(["0 of 0, not tested", "0.9 of 1, reported"])
  })
})
