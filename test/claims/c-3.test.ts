import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/c-3.ts"
import { parts } from "./networks.ts"
import { labelled, others, spectrum } from "./sequences.ts"

/** Leading moduli at epochs 0, 1, … and a second eigenvalue; the imaginary part of the last leading one. */
const growing = (moduli: readonly number[], im = 0.1) =>
  spectrum(
    moduli.flatMap((modulus, epoch) => [
      { epoch, modulus, im },
      { epoch, index: 1, modulus: 5, im: 0 },
    ]),
  )
const verdictOn = async (table: ReturnType<typeof growing>) => (await parts(claim, [table]))["matched, past 1"]

describe("C-3", () => {
  it("holds where a complex pair crosses 1, and logs when", async () => {
    expect(await parts(claim, [growing([0.58, 1, 1.01, 1.4])])).toMatchObject({
      "matched, past 1": "1 of 1, holds",
      "matched, complex pair": "1 of 1, reported",
      "matched, radius before": "0.58 of 1, reported",
      "matched, radius after": "1.4 of 1, reported",
      "matched, crossing": "2 of 1, reported",
      "strong, past 1": "0 of 0, not tested",
    })
  })

  it("fails without a crossing, without a pair, or from above", async () => {
    expect(await verdictOn(growing([0.58, 1]))).toBe("0 of 1, fails")
    expect(await verdictOn(growing([0.58, 1.4], 0))).toBe("0 of 1, fails")
    expect(await verdictOn(growing([1, 1.4]))).toBe("0 of 1, fails")
    expect((await parts(claim, [growing([0.58, 1])]))["matched, crossing"]).toBe("0 of 0, not tested")
  })

  it("is not tested at the last epoch alone, or on others", async () => {
    const tables = [
      spectrum([{ epoch: 30, modulus: 2 }]),
      labelled({ profile: "strong", seed: 0, trained: true }, growing([0.58])),
      ...others.map((labels) => labelled(labels, growing([0.5, 2]))),
    ]
    expect(new Set(Object.values(await parts(claim, tables)))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
