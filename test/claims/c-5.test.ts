import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/c-5.ts"
import { parts } from "./networks.ts"
import { labelled, others, told } from "./sequences.ts"

const network = (seed: number, more = 0) =>
  told(
    [
      { values: 4 + more },
      { variable: "attractor-mod-sign", values: 2, corrected: 0.3, bits: 0.35 },
      { variable: "phase", values: 16, corrected: 1.5, bits: 1.8, chance: 0.2, entropy: 2.9 },
      { variable: "attractor-and-phase", values: 60, corrected: 1.9, bits: 2.6, chance: 0.5 },
    ],
    { seed },
  )

describe("C-5", () => {
  it("reports attractors and information, and sets no bar", async () => {
    const found = await parts(claim, [network(0), network(1, 2)])
    expect(Object.fromEntries(Object.entries(found).filter(([part]) => part.startsWith("matched")))).toEqual({
      "matched, attractors": "5 of 2, reported",
      "matched, attractors, mod sign": "2 of 2, reported",
      "matched, entropy": "3.3 of 2, reported",
      "matched, attractor": "0.4 of 2, reported",
      "matched, attractor, above chance": "0.4 of 2, reported",
      "matched, attractor-mod-sign": "0.3 of 2, reported",
      "matched, attractor-mod-sign, above chance": "0.25 of 2, reported",
      "matched, phase": "1.5 of 2, reported",
      "matched, phase, above chance": "1.6 of 2, reported",
      "matched, attractor-and-phase": "1.9 of 2, reported",
      "matched, attractor-and-phase, above chance": "2.1 of 2, reported",
    })
    expect(found["strong, phase"]).toBe("0 of 0, not tested")
  })

  it("is not tested on others", async () => {
    const found = await parts(claim, [told([]), ...others.map((labels) => labelled(labels, network(0)))])
    expect(new Set(Object.values(found))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
