import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/b-3osc.ts"
import { parts } from "./networks.ts"
import { labelled, others, periodic } from "./sequences.ts"

const oscillating = (accuracy: number, recurrence: number, eigenvalue: number, share = 1) =>
  periodic([
    { method: "accuracy", period: accuracy },
    { method: "recurrence", period: recurrence, share },
    { method: "eigenvalue", period: eigenvalue },
  ])
const verdictOn = async (table: ReturnType<typeof oscillating>) => (await parts(claim, [table]))["matched, one period"]

describe("B-3osc", () => {
  it("holds where the three are within 15 %", async () => {
    expect(await parts(claim, [oscillating(10, 11.5, 10.5)])).toMatchObject({
      "matched, one period": "1 of 1, holds",
      "matched, accuracy": "10 of 1, reported",
      "matched, recurrence": "11.5 of 1, reported",
      "matched, eigenvalue": "10.5 of 1, reported",
      "strong, one period": "0 of 0, not tested",
    })
  })

  it("fails where one is further off, or missing, or that of a minority of the orbits", async () => {
    expect(await verdictOn(oscillating(10, 11.51, 10.5))).toBe("0 of 1, fails")
    expect(await verdictOn(oscillating(0, 10, 10))).toBe("0 of 1, fails")
    expect(await verdictOn(oscillating(0, 0, 0))).toBe("0 of 1, fails")
    expect(await verdictOn(oscillating(10, 10, 10, 0.5))).toBe("0 of 1, fails")
    expect(await verdictOn(oscillating(10, 10, 10, 0.51))).toBe("1 of 1, holds")
  })

  it("leaves networks without a period out of the medians", async () => {
    const tables = [oscillating(10, 20, 0), oscillating(0, 30, 0)].map((table, seed) =>
      labelled({ profile: "strong", seed, trained: true }, table),
    )
    expect(await parts(claim, tables)).toMatchObject({
      "strong, accuracy": "10 of 1, reported",
      "strong, recurrence": "25 of 2, reported",
      "strong, eigenvalue": "0 of 0, not tested",
    })
  })

  it("is not tested without one of the methods, or on others", async () => {
    const tables = [periodic([{}, { method: "recurrence" }]), ...others.map((l) => labelled(l, oscillating(9, 9, 9)))]
    expect(new Set(Object.values(await parts(claim, tables)))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
