import { Matrix } from "ml-matrix"
import { PCA } from "ml-pca"
import { describe, expect, it } from "vitest"
import { covariance, means } from "../../stages/numerics/covariance.ts"
import {
  componentsFor,
  matchSigns,
  principalComponents,
  projectTop,
  spectrum,
} from "../../stages/numerics/principal-components.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/covariance/data.json" with { type: "json" }

/** Covariance of N points in n dimensions: rank min(N - 1, n). */
function sample(N: number, n: number) {
  const random = stream(5, "components", N, n)
  const x = Float32Array.from({ length: N * n }, (_, at) => random.normal() * (1 + (at % n)))
  return { x, C: covariance(x, N, n) }
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, j) => sum + value * b[j]!, 0)

describe("principalComponents", () => {
  it.each([
    [50, 12],
    [6, 12],
    [2, 3],
  ])("of %i points in %i dimensions: A V = V Λ, orthonormal, descending, signs fixed", (N, n) => {
    const { C } = sample(N, n)
    const untouched = C.slice()
    const { variances, components } = principalComponents(C, n, n)
    const rows = Array.from({ length: n }, (_, k) => components.subarray(k * n, (k + 1) * n))
    rows.forEach((v, k) => {
      for (let j = 0; j < n; j++) expect(dot(C.subarray(j * n, (j + 1) * n), v)).toBeCloseTo(variances[k]! * v[j]!, 10)
      rows.forEach((u, l) => {
        expect(dot(u, v)).toBeCloseTo(k === l ? 1 : 0, 12)
      })
      expect(Math.max(...v)).toBe(Math.max(...v.map(Math.abs)))
    })
    expect([...variances]).toEqual([...variances].sort((a, b) => b - a))
    expect(variances.every((lambda) => lambda >= 0)).toBe(true)
    expect(C).toEqual(untouched)
  })

  it("agree with ml-pca, of which they take a tenth of the time", () => {
    const { C } = sample(300, 40)
    const { variances, components } = principalComponents(C, 40, 3)
    const oracle = new PCA(Matrix.from1DArray(40, 40, Array.from(C)), { isCovarianceMatrix: true })
    variances.forEach((lambda, k) => {
      expect(lambda).toBeCloseTo(oracle.getEigenvalues()[k]!, 10)
    })
    for (let k = 0; k < 3; k++) {
      const loadings = Float64Array.from(oracle.getEigenvectors().getColumn(k))
      expect(Math.abs(dot(loadings, components.subarray(k * 40, (k + 1) * 40)))).toBeCloseTo(1, 12)
    }
  })

  it.each([1e-200, 1e-12, 1e200])("take a covariance of scale %d, and one that a few points span", (scale) => {
    const { C } = sample(4, 30)
    const scaled = C.map((entry) => entry * scale)
    const { variances, components } = principalComponents(scaled, 30, 3)
    const unscaled = principalComponents(C, 30, 3)
    for (let k = 0; k < 3; k++) {
      expect(variances[k]! / scale / unscaled.variances[k]!).toBeCloseTo(1, 10)
      expect(
        Math.abs(dot(components.subarray(k * 30, (k + 1) * 30), unscaled.components.subarray(k * 30, (k + 1) * 30))),
      ).toBeCloseTo(1, 8)
    }
    expect(variances.every(Number.isFinite)).toBe(true)
  })

  it("agree with numpy", () => {
    const { variances, components } = principalComponents(Float64Array.from(fixture.covariance), fixture.n, fixture.n)
    variances.forEach((lambda, k) => {
      expect(lambda).toBeCloseTo(fixture.variances[k]!, 10)
    })
    components.forEach((loading, at) => {
      expect(loading).toBeCloseTo(fixture.components[at]!, 8)
    })
  })
})

describe("spectrum", () => {
  it("takes closed forms", () => {
    expect([...spectrum(Float64Array.of(2, 1, 1, 2), 2)]).toEqual([expect.closeTo(3, 14), expect.closeTo(1, 14)])
    expect([...spectrum(Float64Array.of(5), 1)]).toEqual([5])
    expect([...spectrum(new Float64Array(9), 3)]).toEqual([0, 0, 0])
    // Second differences: 2 - 2 cos(kπ / (n + 1)).
    const n = 9
    const T = Float64Array.from({ length: n * n }, (_, at) => {
      const distance = Math.abs(Math.floor(at / n) - (at % n))
      return distance === 0 ? 2 : distance === 1 ? -1 : 0
    })
    spectrum(T, n).forEach((lambda, k) => {
      expect(lambda).toBeCloseTo(2 + 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13)
    })
  })

  it.each([
    [50, 12],
    [6, 12],
    [300, 70],
  ])("of %i points in %i dimensions is that of principalComponents", (N, n) => {
    const { C } = sample(N, n)
    const { variances } = principalComponents(C, n, n)
    spectrum(C, n).forEach((lambda, k) => {
      expect(Math.abs(lambda - variances[k]!)).toBeLessThan(1e-14 * n * variances[0]!)
    })
  })

  it("keeps a coupling of 1e-9 beside one of 1, which here splits a double eigenvalue", () => {
    const tiny = 1e-9
    const [first, second, third] = spectrum(Float64Array.of(3, 0, tiny, 0, 2, 1, tiny, 1, 2), 3)
    expect(first! - second!).toBeCloseTo(Math.SQRT2 * tiny, 14)
    expect(third!).toBeCloseTo(1, 14)
  })

  it("refuses entries that are not finite", () => {
    expect(() => spectrum(Float64Array.of(Number.NaN), 1)).toThrow(RangeError)
  })
})

describe("componentsFor", () => {
  it("counts leading components up to the share", () => {
    const variances = Float64Array.of(6, 3, 1)
    expect([0.5, 0.6, 0.61, 0.9, 0.91, 1].map((share) => componentsFor(variances, share))).toEqual([1, 1, 2, 2, 3, 3])
    expect(componentsFor(new Float64Array(3), 0.9)).toBe(0)
    expect(() => componentsFor(variances, 0)).toThrow(RangeError)
  })
})

describe("projections", () => {
  it("have the components' variances and do not correlate", () => {
    const { x, C } = sample(50, 12)
    const { variances, components } = principalComponents(C, 12, 2)
    const y = projectTop(x, means(x, 50, 12), components, 2)
    const D = covariance(Float32Array.from(y), 50, 2)
    expect(D[0]! / variances[0]!).toBeCloseTo(1, 5)
    expect(D[3]! / variances[1]!).toBeCloseTo(1, 5)
    expect(D[1]! / variances[0]!).toBeCloseTo(0, 5)
  })

  it("are turned to the previous frame axis by axis", () => {
    const previous = Float64Array.of(1, 5, 2, 6, 3, 8)
    const turned = Float64Array.of(-11, 2, -12, 3, -13, 5)
    expect([...matchSigns(previous, turned, 2)]).toEqual([11, 2, 12, 3, 13, 5])
    expect(turned[0]).toBe(-11)
    expect(() => matchSigns(previous, new Float64Array(4), 2)).toThrow(RangeError)
  })
})
