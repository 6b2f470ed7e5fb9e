import { describe, expect, it } from "vitest"
import { entropy, mutualInformation, pairsOf, shuffledWithin } from "../../stages/numerics/information.ts"
import { mean } from "../../stages/numerics/quantiles.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/information/data.json" with { type: "json" }

const values = (length: number, of: (i: number) => number) => Int32Array.from({ length }, (_, i) => of(i))
const nothing = (N: number) => new Int32Array(N)
const random = (seed: number, N: number, classes: number) => {
  const source = stream(seed, "information")
  return values(N, () => source.integer(classes))
}

describe("mutualInformation", () => {
  it("is the entropy of what is told entirely, and 0 of what is independent", () => {
    const x = values(64, (i) => i % 4)
    const whole = mutualInformation(x, x, nothing(64))
    expect([whole.nats, whole.entropy]).toEqual([expect.closeTo(Math.log(4), 14), expect.closeTo(Math.log(4), 14)])
    // Three entropies of four values: 2·3 - 3 halves of 1/N too little.
    expect(whole.corrected).toBeCloseTo(Math.log(4) + 3 / 128, 14)
    const apart = mutualInformation(
      x,
      values(64, (i) => Math.floor(i / 4) % 4),
      nothing(64),
    )
    expect([apart.nats, apart.corrected]).toEqual([expect.closeTo(0, 14), expect.closeTo(-9 / 128, 14)])
  })

  it("given a third: of an exclusive or, one bit that neither tells alone", () => {
    const [x, y] = [values(16, (i) => i & 1), values(16, (i) => (i >> 1) & 1)]
    const z = x.map((bit, i) => bit ^ y[i]!)
    expect(mutualInformation(x, y, nothing(16)).nats).toBeCloseTo(0, 14)
    expect(mutualInformation(x, y, z).nats).toBeCloseTo(Math.LN2, 14)
  })

  it("obeys the chain rule I(x; y, z) = I(x; z) + I(x; y | z), corrections included", () => {
    const [x, y, z] = [random(0, 300, 5), random(1, 300, 4), random(2, 300, 3)]
    const parts = [mutualInformation(x, z, nothing(300)), mutualInformation(x, y, z)]
    const whole = mutualInformation(x, pairsOf(y, z), nothing(300))
    expect(whole.nats).toBeCloseTo(parts[0]!.nats + parts[1]!.nats, 12)
    expect(whole.corrected).toBeCloseTo(parts[0]!.corrected + parts[1]!.corrected, 12)
  })

  it("does not depend on the order of the points, to the bit", () => {
    const [x, y, z] = [random(0, 300, 5), random(1, 300, 4), random(2, 300, 3)]
    const order = stream(3, "order").permutation(300)
    const turned = [x, y, z].map((each) => order.map((i) => each[i]!)) as [Int32Array, Int32Array, Int32Array]
    expect(mutualInformation(...turned)).toEqual(mutualInformation(x, y, z))
  })

  it("less its bias is about 0 on average where there is none", () => {
    const found = Array.from({ length: 200 }, (_, s) =>
      mutualInformation(random(2 * s, 200, 10), random(2 * s + 1, 200, 5), nothing(200)),
    )
    const [raw, corrected] = [mean(found.map(({ nats }) => nats)), mean(found.map((each) => each.corrected))]
    expect(raw).toBeGreaterThan(0.08)
    expect(Math.abs(corrected)).toBeLessThan(raw / 5)
  })

  it.each(fixture)("equals scikit-learn's: $information", ({ x, y, ...reference }) => {
    const [a, b] = [Int32Array.from(x), Int32Array.from(y)]
    expect(mutualInformation(a, b, nothing(x.length)).nats).toBeCloseTo(reference.information, 13)
    expect(entropy(a).nats).toBeCloseTo(reference.entropy, 13)
    expect(entropy(a).values).toBe(new Set(x).size)
  })

  it("refuses lists of different length, and none", () => {
    expect(() => mutualInformation(nothing(3), nothing(2), nothing(3))).toThrow(RangeError)
    expect(() => mutualInformation(nothing(0), nothing(0), nothing(0))).toThrow(RangeError)
  })
})

describe("shuffledWithin", () => {
  it("keeps what there is in each group, and puts it in another order", () => {
    const [x, z] = [values(200, (i) => i), values(200, (i) => i % 2)]
    const shuffled = shuffledWithin(x, z, stream(0, "shuffle"))
    expect(shuffled.every((value, i) => value % 2 === z[i])).toBe(true)
    expect([...shuffled].sort((a, b) => a - b)).toEqual([...x])
    expect(shuffled.filter((value, i) => value === i).length).toBeLessThan(10)
  })
})
