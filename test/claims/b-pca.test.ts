import { describe, expect, it } from "vitest"
import type { Labels } from "../../artifacts/stage.ts"
import claim from "../../stages/claims/b-pca.ts"
import { parts } from "./networks.ts"
import { dimensions, labelled, others } from "./sequences.ts"

type Curve = (step: number) => number
/** Up from 2 at step 2 to `top` at step `peak`, then `last` at step 28. */
const hill =
  (peak: number, top = 12, last = 9): Curve =>
  (step) =>
    step === peak ? top : step === 28 ? last : step === 2 ? 2 : 5
/** A network with the curve `all` of all states, and that of each digit. */
const shaped = (all: Curve, ofDigit: (digit: number) => Curve, labels: Labels = {}) =>
  dimensions(
    Array.from({ length: 28 }, (_, t) => t).flatMap((t) => [
      { t, pca90: all(t + 1) },
      ...Array.from({ length: 10 }, (_, label) => ({ t, label, pca90: ofDigit(label)(t + 1) })),
    ]),
    labels,
  )
const verdictOn = async (all: Curve) => (await parts(claim, [shaped(all, () => hill(10))]))["matched, all states"]

describe("B-pca", () => {
  it("holds for hills, and tells where they are", async () => {
    const found = await parts(claim, [shaped(hill(16), () => hill(12))])
    expect(found).toMatchObject({
      "matched, all states": "1 of 1, holds",
      "matched, each digit": "1 of 1, holds",
      "matched, digits": "10 of 1, reported",
      "matched, step of the maximum": "16 of 1, reported",
      "matched, maximum": "12 of 1, reported",
      "matched, step 28": "9 of 1, reported",
      "strong, all states": "0 of 0, not tested",
      "untrained, all states": "0 of 0, not tested",
    })
  })

  it("fails without a maximum inside, or one that stands out", async () => {
    expect(await verdictOn(hill(26))).toBe("1 of 1, holds")
    expect(await verdictOn(hill(27))).toBe("0 of 1, fails")
    expect(await verdictOn(hill(1))).toBe("0 of 1, fails")
    expect(await verdictOn(hill(2))).toBe("0 of 1, fails")
    expect(await verdictOn(hill(16, 12, 10))).toBe("0 of 1, fails")
    expect(await verdictOn((step) => (step === 2 ? 10 : hill(16)(step)))).toBe("0 of 1, fails")
    expect(await verdictOn(() => 5)).toBe("0 of 1, fails")
  })

  it("fails by one digit", async () => {
    expect(await parts(claim, [shaped(hill(16), (digit) => hill(digit === 1 ? 27 : 12))])).toMatchObject({
      "matched, each digit": "0 of 1, fails",
      "matched, digits": "9 of 1, reported",
    })
  })

  it("reports the controls", async () => {
    const tables = [
      ...[0, 1].map((seed) =>
        labelled(
          { seed, trained: false },
          shaped(hill(seed === 0 ? 8 : 27), () => hill(5)),
        ),
      ),
      labelled({ trained: false, of: "pixels" }, dimensions([3, 9, 15, 27].map((t) => ({ t, pca90: t + 1 })))),
    ]
    const found = await parts(claim, tables)
    expect(found).toMatchObject({
      "untrained, all states": "0.5 of 2, reported",
      "untrained, step of the maximum": "17.5 of 2, reported",
      "pixels, step 4": "4 of 1, reported",
      "pixels, step 28": "28 of 1, reported",
      "matched, all states": "0 of 0, not tested",
    })
  })

  it("is not tested on part of the steps or digits, or on others", async () => {
    const { labels, value } = shaped(hill(16), () => hill(12))
    const tables = [{ labels, value: { ...value, length: 297 } }, ...others.map((l) => labelled(l, { labels, value }))]
    expect(new Set(Object.values(await parts(claim, tables)))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
