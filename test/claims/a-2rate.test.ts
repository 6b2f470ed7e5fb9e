import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2rate.ts"
import type { Gathered } from "./judge.ts"
import { chaotic, compressed, parts } from "./networks.ts"

const rates = [{ learningRate: 0.0005 }, {}, { learningRate: 0.002 }, { learningRate: 0.004 }]
/** A seed's exponents and EDs at t = 10, by rate. */
const swept = (le1: readonly number[], ed: readonly number[], labels: object = {}): Gathered[] =>
  rates.flatMap((rate, i) => {
    const of = { g: 250, ...rate, ...labels }
    return [chaotic(le1[i]!, of), compressed(ed[i]!, of)]
  })

describe("A-2rate", () => {
  it("holds where both fall with the rate", async () => {
    expect(await parts(claim, swept([0.5, 0.3, 0.1, -1], [9, 5, 3, 2]))).toEqual({
      "largest Lyapunov exponent": "-1 of 1, holds",
      "ED at t = 10": "-1 of 1, holds",
    })
  })

  it("bears one exchange of neighbours, and no more", async () => {
    expect(await parts(claim, swept([0.3, 0.5, 0.1, -1], [5, 9, 2, 3]))).toEqual({
      "largest Lyapunov exponent": "-0.8 of 1, holds",
      "ED at t = 10": "-0.6 of 1, fails",
    })
  })

  it("takes what is the same at every rate for no fall", async () => {
    expect(await parts(claim, swept([0.5, 0.3, 0.1, -1], [1, 1, 1, 1]))).toMatchObject({
      "ED at t = 10": "0 of 1, fails",
    })
  })

  it("takes the median over the seeds that have all rates", async () => {
    const down = [4, 3, 2, 1]
    const tables = [down, down, [1, 2, 3, 4]].flatMap((values, seed) => swept(values, values, { seed }))
    const partial = swept([1, 2, 3, 4], [1, 2, 3, 4], { seed: 3 }).filter(({ labels }) => "learningRate" in labels)
    expect(await parts(claim, [...tables, ...partial])).toEqual({
      "largest Lyapunov exponent": "-1 of 3, holds",
      "ED at t = 10": "-1 of 3, holds",
    })
  })

  it("is not tested without strongly chaotic networks in 200 dimensions", async () => {
    const down = [4, 3, 2, 1]
    const others = [{ d: 2 }, { g: 20 }, { trained: false }, { clusters: 120 }, { over: "training" }]
    expect(
      await parts(
        claim,
        others.flatMap((labels) => swept(down, down, labels)),
      ),
    ).toEqual({ "largest Lyapunov exponent": "0 of 0, not tested", "ED at t = 10": "0 of 0, not tested" })
  })
})
