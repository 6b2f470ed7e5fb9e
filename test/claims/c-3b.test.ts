import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/c-3b.ts"
import { parts } from "./networks.ts"
import { ending, labelled, others } from "./sequences.ts"

describe("C-3b", () => {
  it("reports on what the states end, and sets no bar", async () => {
    const tables = [
      ending([
        { kind: "fixed-point", period: 1, members: 50, le1: -1 },
        { kind: "cycle", period: 6, members: 75, le1: -0.2, le2: -0.3 },
        { members: 75 },
      ]),
      ending([{ kind: "fixed-point", period: 1, members: 200, le1: -1, le2: -2 }], { seed: 1 }),
    ]
    const found = await parts(claim, tables)
    expect(Object.fromEntries(Object.entries(found).filter(([part]) => part.startsWith("matched")))).toEqual({
      "matched, not trivial": "0.5 of 2, reported",
      "matched, fixed-point": "0.625 of 2, reported",
      "matched, cycle": "0.1875 of 2, reported",
      "matched, curve": "0.1875 of 2, reported",
      "matched, neutral": "0 of 2, reported",
      "matched, chaos": "0 of 2, reported",
      "matched, unsettled": "0 of 2, reported",
      "matched, period": "6 of 1, reported",
      "matched, LE1": "-0.6 of 2, reported",
      "matched, LE2": "-1.15 of 2, reported",
    })
    expect(found["strong, curve"]).toBe("0 of 0, not tested")
  })

  it("is not tested without attractors, or on others", async () => {
    const found = await parts(claim, [ending([]), ...others.map((labels) => labelled(labels, ending([{}])))])
    expect(new Set(Object.values(found))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
