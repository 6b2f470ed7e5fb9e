import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3f.ts"
import { parts } from "./networks.ts"
import { probed } from "./tables.ts"

/** Accuracy on held-out clusters at t = 10 by split, the fixed one first; .2 at other steps. */
const heldOut = (accuracies: readonly number[], labels: object, last = 10) =>
  probed(
    Array.from({ length: last + 1 }, (_, t) =>
      accuracies.map((accuracy, split) => ({ probe: "holdout", t, split, accuracy: t === 10 ? accuracy : 0.2 })),
    )
      .flat()
      .concat([{ probe: "knn", t: 10, split: 0, accuracy: 0.1 }]),
    { d: 2, ...labels },
  )

describe("A-3f", () => {
  it("holds from a mean of .95 on, and tells of the random splits", async () => {
    const strong = [heldOut([0.9, 1, 0.8], { g: 250 }), heldOut([1, 0.7, 0.5], { g: 250, seed: 1 })]
    expect(await parts(claim, [...strong, heldOut([0.6, 0.5], { g: 20 })])).toEqual({
      "g = 250": "0.95 of 2, holds",
      "g = 20": "0.6 of 1, reported",
      "g = 20, random splits": "0.5 of 1, reported",
      "g = 250, random splits": "0.75 of 2, reported",
    })
  })

  it("fails below", async () => {
    expect((await parts(claim, [heldOut([0.949], { g: 250 })]))["g = 250"]).toBe("0.949 of 1, fails")
  })

  it("is not tested without networks or t = 10; the random splits need not be there", async () => {
    const others = [{ trained: false }, { d: 200 }, { clusters: 120 }].map((labels) =>
      heldOut([1, 1], { g: 250, ...labels }),
    )
    expect(Object.values(await parts(claim, [heldOut([1, 1], { g: 250 }, 9), ...others]))).toEqual(
      Array(4).fill("0 of 0, not tested"),
    )
    const alone = await parts(claim, [heldOut([1], { g: 250 })])
    expect([alone["g = 250"], alone["g = 250, random splits"]]).toEqual(["1 of 1, holds", "0 of 0, not tested"])
  })
})
