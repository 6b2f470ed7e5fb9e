import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2b4.ts"
import { compressed, parts } from "./networks.ts"

/** ED at t = 10 of one seed in both regimes. */
const pair = (strong: number, edge: number, seed: number, labels: object = {}) => [
  compressed(strong, { g: 250, seed, ...labels }),
  compressed(edge, { g: 20, seed, ...labels }),
]
const pairs = (larger: number, of: number) =>
  Array.from({ length: of }, (_, seed) => (seed < larger ? pair(3, 1, seed) : pair(1, 1, seed))).flat()

describe("A-2b4", () => {
  it("holds when the strongly chaotic network keeps more in 27 of 30 seeds", async () => {
    expect(await parts(claim, pairs(27, 30))).toEqual({
      "g = 250 above g = 20": "0.9 of 30, holds",
      ratio: "3 of 30, reported",
    })
  })

  it("fails in 26 of 30, and does not count equal ones", async () => {
    expect((await parts(claim, pairs(26, 30)))["g = 250 above g = 20"]).toBe("0.866667 of 30, fails")
  })

  it("does not count a seed whose states all coincide at the edge of chaos", async () => {
    expect(await parts(claim, pair(3, 0, 0))).toEqual({
      "g = 250 above g = 20": "0 of 1, fails",
      ratio: "0 of 1, reported",
    })
  })

  it("is not tested without a seed in both regimes, and looks at trained networks in 200 dimensions alone", async () => {
    const others = [{ trained: false }, { d: 2 }, { loss: "mse" }].flatMap((labels) => pair(3, 1, 2, labels))
    expect(await parts(claim, [pair(3, 1, 0)[0]!, pair(3, 1, 1)[1]!, ...others])).toEqual({
      "g = 250 above g = 20": "0 of 0, not tested",
      ratio: "0 of 0, not tested",
    })
  })
})
