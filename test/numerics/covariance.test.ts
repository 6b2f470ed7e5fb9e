import { describe, expect, it } from "vitest"
import { covariance, means } from "../../stages/numerics/covariance.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/covariance/data.json" with { type: "json" }

const { N, n } = fixture
const x = Float32Array.from(fixture.x)

describe("means", () => {
  it("agree with numpy", () => {
    means(x, N, n).forEach((m, j) => {
      expect(m).toBeCloseTo(fixture.means[j]!, 10)
    })
  })

  it("refuse no points", () => {
    expect(() => means(new Float32Array(0), 0, 3)).toThrow(RangeError)
  })
})

describe("covariance", () => {
  it("agrees with numpy on points a hundred times farther out than they spread", () => {
    covariance(x, N, n).forEach((c, at) => {
      expect(Math.abs(c - fixture.covariance[at]!)).toBeLessThan(1e-11 * fixture.variances[0]!)
    })
  })

  it("is the definition for every remainder of the block sizes", () => {
    const random = stream(1, "covariance")
    for (const [N, n] of [
      [2, 1],
      [63, 3],
      [64, 4],
      [130, 7],
    ] as const) {
      const x = Float32Array.from({ length: N * n }, () => random.normal())
      const m = means(x, N, n)
      const C = covariance(x, N, n)
      for (let j = 0; j < n; j++)
        for (let k = 0; k < n; k++) {
          let sum = 0
          for (let i = 0; i < N; i++) sum += (x[i * n + j]! - m[j]!) * (x[i * n + k]! - m[k]!)
          expect(C[j * n + k]).toBeCloseTo(sum / (N - 1), 13)
          expect(C[j * n + k]).toBe(C[k * n + j])
        }
    }
  })

  it("keeps its digits under an offset: a spread of 1/8 around 2²⁰", () => {
    const y = Float32Array.from([0, 1, 2, 3, 4], (i) => 2 ** 20 + i / 8)
    expect(covariance(y, 5, 1)[0]).toBe(2.5 / 64)
  })

  it("of equal points is exactly 0, whatever was computed before", () => {
    covariance(x, N, n)
    expect(covariance(new Float32Array(15).fill(0.1), 5, 3)).toEqual(new Float64Array(9))
  })

  it("refuses one point, and sizes that do not fit", () => {
    expect(() => covariance(new Float32Array(3), 1, 3)).toThrow(RangeError)
    expect(() => covariance(new Float32Array(7), 2, 3)).toThrow(RangeError)
  })
})
