import { describe, expect, it } from "vitest"
import type { Labels } from "../../artifacts/stage.ts"
import claim from "../../stages/claims/a-2lr.ts"
import { bothRegimes } from "./judge.ts"
import { parts } from "./networks.ts"
import { probed } from "./tables.ts"

/** Fits at t = 0 … 15 by both penalties, and worse ones that do not matter: at t = 20, and on held-out clusters. */
const fits = (labels: Labels, at7: { accuracy?: number; margin?: number; weak?: number } = {}, last = 15) => {
  const { accuracy = 1, margin = 0.25, weak = 1 } = at7
  const steps = Array.from({ length: last + 1 }, (_, t) => [
    { t, ...(t === 7 && { accuracy, margin }) },
    { t, C: 1e4, margin: -1, ...(t === 7 && { accuracy: weak }) },
    { t, probe: "holdout", split: 0, accuracy: 0.5, margin: -1 },
  ])
  return probed([...steps.flat(), { t: 20, accuracy: 0.5, margin: -1 }, { t: 20, C: 1e4, accuracy: 0.5 }], labels)
}

describe("A-2LR", () => {
  it("holds with perfect accuracy up to t = 15, and tells the margin", async () => {
    const found = await parts(
      claim,
      bothRegimes((g) => [fits({ g }), fits({ g, trained: false })]),
    )
    expect(found).toEqual(
      Object.fromEntries(
        [20, 250].flatMap((g) =>
          ["before", "after"].flatMap((when) => [
            [`g = ${g}, ${when}`, "1 of 1, holds"],
            [`g = ${g}, ${when}, C = 10000`, "1 of 1, reported"],
            [`g = ${g}, ${when}, margin`, "0.25 of 1, reported"],
          ]),
        ),
      ),
    )
  })

  it("fails by one point of one seed at one step; a weak penalty tells whether the states are separable", async () => {
    const seeds = [fits({}), fits({ seed: 1 }, { accuracy: 599 / 600, margin: -0.5 }), fits({ seed: 2 })]
    const found = await parts(claim, [...seeds, fits({ trained: false }, { weak: 0.9 })])
    expect(found["g = 20, after"]).toBe("0.998333 of 3, fails")
    expect(found["g = 20, after, C = 10000"]).toBe("1 of 3, reported")
    expect(found["g = 20, after, margin"]).toBe("0.25 of 3, reported")
    expect(found["g = 20, before"]).toBe("1 of 1, holds")
    expect(found["g = 20, before, C = 10000"]).toBe("0.9 of 1, reported")
  })

  it("is not tested without all steps, in 2 dimensions, or on variants", async () => {
    const tables = [fits({}, {}, 14), fits({ d: 2 }), fits({ strict: true })]
    expect(Object.values(await parts(claim, tables))).toEqual(Array(12).fill("0 of 0, not tested"))
  })
})
