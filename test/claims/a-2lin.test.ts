import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2lin.ts"
import type { Gathered } from "./judge.ts"
import { compressed, parts } from "./networks.ts"

/** A network with the ED 40 before training and `after` after it. */
const pair = (after: number, labels: object = {}): Gathered[] =>
  [false, true].map((trained) => compressed(trained ? after : 40, { trained, activation: "identity", ...labels }))

describe("A-2lin", () => {
  it("holds below .3", async () => {
    expect(await parts(claim, pair(11.9))).toEqual({ "g = 20": "0.2975 of 1, holds" })
    expect(await parts(claim, pair(12))).toEqual({ "g = 20": "0.3 of 1, fails" })
  })

  it("takes the median over the seeds", async () => {
    const tables = [1, 2, 30].flatMap((after, seed) => pair(after, { seed }))
    expect(await parts(claim, tables)).toEqual({ "g = 20": "0.05 of 3, holds" })
  })

  it("is not tested without linear networks at the edge of chaos", async () => {
    const baseline = [false, true].map((trained) => compressed(1, { trained }))
    const others = [{ g: 250 }, { d: 2 }, { loss: "mse" }].flatMap((labels) => pair(1, labels))
    expect(await parts(claim, [...baseline, ...others])).toEqual({ "g = 20": "0 of 0, not tested" })
  })
})
