import { describe, expect, it } from "vitest"
import { digamma, fitGamma, gammaQuantile, lgamma, trigamma } from "../../stages/numerics/gamma.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/gamma/data.json" with { type: "json" }

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(b), 1e-300)

/** Either relative or absolute error, whichever is smaller. */
const error = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(b), 1)

function fitted(values: ArrayLike<number>, location: number) {
  const fit = fitGamma(values, location)
  if (fit.degenerate) throw new Error("degenerate")
  return fit
}

describe("special functions", () => {
  it.each(fixture.functions)("agree with scipy at $x", ({ x, ...expected }) => {
    expect(error(lgamma(x), expected.lgamma)).toBeLessThan(1e-14)
    expect(error(digamma(x), expected.digamma)).toBeLessThan(1e-14)
    expect(relative(trigamma(x), expected.trigamma)).toBeLessThan(1e-14)
  })

  it("take their closed forms", () => {
    for (let n = 2, factorial = 1; n < 20; factorial *= n++)
      expect(error(lgamma(n), Math.log(factorial))).toBeLessThan(1e-14)
    expect(lgamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14)
    expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 14)
    for (const f of [lgamma, digamma, trigamma]) expect(() => f(-1)).toThrow(RangeError)
    expect(digamma(1) - digamma(0.5)).toBeCloseTo(2 * Math.LN2, 14)
  })
})

describe("fitGamma", () => {
  it.each(fixture.fits)("agrees with scipy at shape $shape", ({ values, location, shape, scale }) => {
    const fit = fitted(values, location)
    expect(fit.converged).toBe(true)
    expect(relative(fit.shape, shape)).toBeLessThan(1e-6)
    expect(relative(fit.scale, scale)).toBeLessThan(1e-6)
  })

  it.each(fixture.fits)("solves the likelihood equations at shape $shape", ({ values, location }) => {
    const { shape, scale } = fitted(values, location)
    const logDensity = (k: number, theta: number) =>
      values.reduce((sum, x) => sum + (k - 1) * Math.log((x - location) / theta) - (x - location) / theta, 0) -
      values.length * (lgamma(k) + Math.log(theta))
    const best = logDensity(shape, scale)
    const h = 1e-3 / Math.sqrt(shape)
    for (const [k, theta] of [
      [1 + h, 1],
      [1 - h, 1],
      [1, 1 + h],
      [1, 1 - h],
      [1 + h, 1 - h],
    ] as const)
      expect(logDensity(shape * k, scale * theta)).toBeLessThan(best)
    const meanLog = values.reduce((sum, x) => sum + Math.log((x - location) / scale), 0) / values.length
    expect(error(digamma(shape), meanLog)).toBeLessThan(1e-12)
  })

  it("stays accurate for narrow samples", () => {
    const noise = new Float64Array(1000)
    stream(1).fillNormal(noise, 0, 1e-4)
    const { shape, converged } = fitted(
      noise.map((x) => 2 + x),
      1,
    )
    // Nearly normal: shape = (mean / sd)².
    expect(converged).toBe(true)
    expect(shape / 1e8).toBeGreaterThan(0.85)
    expect(shape / 1e8).toBeLessThan(1.15)
  })

  it.each([
    ["no values", []],
    ["one value", [2]],
    ["no width", [2, 2, 2]],
    ["rounding only", [2, 2 + 4e-16, 2]],
    ["a value at the location", [1, 2, 3]],
    ["a value below the location", [0.5, 2, 3]],
    ["NaN", [Number.NaN, 2]],
    ["an infinite value", [2, Number.POSITIVE_INFINITY]],
  ])("is degenerate for %s", (_, values) => {
    expect(fitGamma(values, 1)).toEqual({ degenerate: true })
  })
})

describe("gammaQuantile", () => {
  it.each(fixture.quantiles)("agrees with 40 digits at shape $shape, p = $p", ({ shape, p, x }) => {
    expect(relative(gammaQuantile({ shape, scale: 1, location: 0 }, p), x)).toBeLessThan(1e-11)
  })

  it("is that of the exponential distribution at shape 1, scaled and moved", () => {
    for (const p of [1e-9, 0.125, 0.5, 0.99])
      expect(gammaQuantile({ shape: 1, scale: 3, location: -2 }, p)).toBeCloseTo(-2 - 3 * Math.log1p(-p), 11)
    expect(gammaQuantile({ shape: 5, scale: 3, location: -2 }, 0)).toBe(-2)
  })

  it("holds the stated shares of a large sample of normal squares", () => {
    const noise = new Float64Array(20_000)
    stream(1, "squares").fillNormal(noise, 0, 1)
    for (const p of [0.125, 0.5, 0.875]) {
      const q = gammaQuantile({ shape: 0.5, scale: 2, location: 0 }, p)
      const share = noise.filter((x) => x * x < q).length / noise.length
      expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / noise.length))
    }
  })

  it("refuses what is no probability or no shape", () => {
    expect(() => gammaQuantile({ shape: 0, scale: 1, location: 0 }, 0.5)).toThrow(RangeError)
    for (const p of [-0.1, 1, Number.NaN])
      expect(() => gammaQuantile({ shape: 1, scale: 1, location: 0 }, p)).toThrow(RangeError)
  })
})
