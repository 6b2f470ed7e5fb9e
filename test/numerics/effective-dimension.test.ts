import { describe, expect, it } from "vitest"
import { covariance } from "../../stages/numerics/covariance.ts"
import {
  correctedEffectiveDimension,
  effectiveDimension,
  unbiasedTraces,
} from "../../stages/numerics/effective-dimension.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/covariance/data.json" with { type: "json" }

const diagonal = (values: number[]): Float64Array =>
  Float64Array.from({ length: values.length ** 2 }, (_, at) =>
    at % (values.length + 1) === 0 ? values[at / (values.length + 1)]! : 0,
  )

const corrected = (x: Float32Array, N: number, n: number) => correctedEffectiveDimension(x, N, n, covariance(x, N, n))

describe("effectiveDimension", () => {
  it("counts equal variances", () => {
    expect(effectiveDimension(diagonal([2, 2, 2, 0, 0]), 5)).toBe(3)
    expect(effectiveDimension(diagonal([1, 3]), 2)).toBe(1.6)
  })

  it("of m equal clusters at orthogonal centres is m - 1", () => {
    const m = 7
    const x = Float32Array.from({ length: 4 * m * m }, (_, at) => (at % m === Math.floor(at / m) % m ? 1 : 0))
    expect(effectiveDimension(covariance(x, 4 * m, m), m)).toBeCloseTo(m - 1, 12)
  })

  it("agrees with numpy's eigenvalues", () => {
    const ed = effectiveDimension(Float64Array.from(fixture.covariance), fixture.n)
    expect(ed).toBeCloseTo(fixture.effectiveDimension, 12)
  })

  it("of equal points is 0", () => {
    expect(effectiveDimension(new Float64Array(9), 3)).toBe(0)
  })
})

describe("unbiasedTraces", () => {
  it("are the means over all quadruples of distinct points", () => {
    const [N, n] = [7, 3]
    const random = stream(2, "quadruples")
    const x = Float32Array.from({ length: N * n }, () => 3 + random.uniform() * random.normal())
    const between = (i: number, j: number) => [0, 1, 2].map((k) => x[i * n + k]! - x[j * n + k]!)
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)
    let [count, A, B] = [0, 0, 0]
    for (let code = 0; code < N ** 4; code++) {
      const [i, j, k, l] = [1, N, N ** 2, N ** 3].map((unit) => Math.floor(code / unit) % N) as [
        number,
        number,
        number,
        number,
      ]
      if (new Set([i, j, k, l]).size < 4) continue
      const [u, v] = [between(i, j), between(k, l)]
      count++
      A += (dot(u, u) * dot(v, v)) / 4
      B += dot(u, v) ** 2 / 4
    }
    const traces = unbiasedTraces(x, N, n, covariance(x, N, n))
    expect(traces.squareOfTrace).toBeCloseTo(A / count, 12)
    expect(traces.traceOfSquare).toBeCloseTo(B / count, 12)
  })

  it("have the population's traces as their means, for skewed points around any centre", () => {
    const [N, n, repeats] = [10, 4, 4000]
    const random = stream(3, "unbiased")
    const scales = [2, 1, 1, 0.5]
    // Independent units of variance s², and a fourth moment that is not Gaussian: s (e - 1), e exponential.
    const variances = scales.map((s) => s * s)
    const trace = variances.reduce((a, b) => a + b)
    const square = variances.reduce((a, b) => a + b * b, 0)
    const sums = { A: 0, AA: 0, B: 0, BB: 0, plain: 0 }
    for (let r = 0; r < repeats; r++) {
      const x = Float32Array.from(
        { length: N * n },
        (_, at) => 5 + scales[at % n]! * (-Math.log(1 - random.uniform()) - 1),
      )
      const C = covariance(x, N, n)
      const { squareOfTrace: A, traceOfSquare: B } = unbiasedTraces(x, N, n, C)
      sums.A += A / repeats
      sums.AA += (A * A) / repeats
      sums.B += B / repeats
      sums.BB += (B * B) / repeats
      sums.plain += C.reduce((sum, c) => sum + c * c, 0) / repeats
    }
    const errorA = Math.sqrt((sums.AA - sums.A ** 2) / repeats)
    const errorB = Math.sqrt((sums.BB - sums.B ** 2) / repeats)
    expect(Math.abs(sums.A - trace ** 2)).toBeLessThan(3 * errorA)
    expect(Math.abs(sums.B - square)).toBeLessThan(3 * errorB)
    expect(sums.plain - square).toBeGreaterThan(10 * errorB)
  })
})

describe("correctedEffectiveDimension", () => {
  it("finds the dimension of isotropic points from few of them, where the plain ratio gives nN / (n + N)", () => {
    const [N, n] = [60, 40]
    const random = stream(4, "isotropic")
    let [plain, unbiased] = [0, 0]
    for (let r = 0; r < 40; r++) {
      const x = Float32Array.from({ length: N * n }, () => random.normal())
      plain += effectiveDimension(covariance(x, N, n), n) / 40
      unbiased += corrected(x, N, n) / 40
    }
    expect(Math.abs(plain - (n * N) / (n + N))).toBeLessThan(0.5)
    expect(Math.abs(unbiased - n)).toBeLessThan(1)
  })

  it("is 0 where all points coincide, or all but one", () => {
    const x = new Float32Array(30).fill(0.3)
    expect(corrected(x, 10, 3)).toBe(0)
    x[4] = 7
    expect(corrected(x, 10, 3)).toBe(0)
  })

  it("is 1 on a line", () => {
    const x = Float32Array.from({ length: 20 }, (_, at) => (at % 2 ? 2 : 1) * Math.floor(at / 2))
    expect(corrected(x, 10, 2)).toBeCloseTo(1, 12)
  })

  it("refuses three points", () => {
    expect(() => corrected(new Float32Array(6), 3, 2)).toThrow(RangeError)
  })
})
