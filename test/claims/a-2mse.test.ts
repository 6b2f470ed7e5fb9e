import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2mse.ts"
import type { Gathered } from "./judge.ts"
import { compressed, parts } from "./networks.ts"

/** A network with the ED 40 before training and `after` after it. */
const pair = (g: number, after: number, labels: object = {}): Gathered[] =>
  [false, true].map((trained) => compressed(trained ? after : 40, { g, trained, loss: "mse", ...labels }))

describe("A-2mse", () => {
  it("holds below .1 at the edge of chaos and below .3 in strong chaos", async () => {
    expect(await parts(claim, [...pair(20, 3.9), ...pair(250, 11.9)])).toEqual({
      "g = 20": "0.0975 of 1, holds",
      "g = 250": "0.2975 of 1, holds",
    })
  })

  it("fails at these bounds", async () => {
    expect(await parts(claim, [...pair(20, 4), ...pair(250, 12)])).toEqual({
      "g = 20": "0.1 of 1, fails",
      "g = 250": "0.3 of 1, fails",
    })
  })

  it("takes the median over the seeds that were measured before and after", async () => {
    const tables = [1, 2, 30].flatMap((after, seed) => pair(20, after, { seed }))
    const single = compressed(40, { g: 20, seed: 3, loss: "mse" })
    expect((await parts(claim, [...tables, single]))["g = 20"]).toBe("0.05 of 3, holds")
  })

  it("is not tested without such networks: the baseline and other variants are none", async () => {
    const others = [{ loss: "cross-entropy" }, { d: 2 }, { clusters: 120 }].flatMap((labels) => pair(20, 1, labels))
    const baseline = [false, true].map((trained) => compressed(1, { trained }))
    expect(await parts(claim, [...others, ...baseline])).toEqual({
      "g = 20": "0 of 0, not tested",
      "g = 250": "0 of 0, not tested",
    })
  })
})
