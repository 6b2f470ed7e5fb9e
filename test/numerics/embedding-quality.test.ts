import { describe, expect, it } from "vitest"
import { embeddingQuality, trustworthiness } from "../../stages/numerics/embedding-quality.ts"
import { classPurity } from "../../stages/numerics/nearest-neighbours.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/neighbours/data.json" with { type: "json" }

const { N, n, labels } = fixture
const x = Float32Array.from(fixture.x)
const y = Float64Array.from(fixture.y)

describe("trustworthiness", () => {
  it.each(fixture.trustworthiness)("agrees with scikit-learn for $k neighbours", ({ k, value }) => {
    expect(trustworthiness({ x, N, n, y }, k)).toBeCloseTo(value, 12)
  })

  it("is 1 of a plane embedded by a turn, near .5 of chance, 0 at worst", () => {
    const turned = Float64Array.from(y, (_, at) => (at % 2 ? -y[at - 1]! : y[at + 1]!))
    expect(trustworthiness({ x: y, N, n: 2, y: turned }, 10)).toBe(1)
    const random = stream(11, "chance")
    const chance = Float64Array.from(y, () => random.uniform())
    expect(Math.abs(trustworthiness({ x, N, n, y: chance }, 10) - 0.5)).toBeLessThan(0.1)
  })

  it("ranks points equally far by index", () => {
    // From point 0, points 1 and 2 are equally far: 1 comes first, so that 2, the neighbour in the plane, has rank 2.
    // The neighbour of 1 is 3, of rank 3; those of 2 and 3 are true.
    const x = Float64Array.of(0, 1, -1, 5)
    const y = Float64Array.of(0, 0, 9, 0, 1, 0, 11, 0)
    const penalty = 2 - 1 + (3 - 1)
    expect(trustworthiness({ x, N: 4, n: 1, y }, 1)).toBeCloseTo(1 - (2 * penalty) / (4 * 1 * (8 - 3 - 1)), 14)
  })

  it("refuses half of the points as neighbours", () => {
    expect(() => trustworthiness({ x, N, n, y }, 31)).toThrow(RangeError)
    expect(() => trustworthiness({ x, N, n, y }, 0)).toThrow(RangeError)
  })
})

describe("embeddingQuality", () => {
  it("looks at 15 neighbours, in full space and in the plane", () => {
    expect(embeddingQuality({ x, N, n, y }, labels)).toEqual({
      trustworthiness: trustworthiness({ x, N, n, y }, 15),
      purityFull: classPurity(x, N, n, labels, 15),
      purityEmbedded: classPurity(y, N, 2, labels, 15),
    })
  })
})
