import { describe, expect, it } from "vitest"
import { kaplanYorke, type LyapunovOptions, lowestLog, lyapunovSpectrum } from "../../stages/numerics/lyapunov.ts"
import { stream } from "../../stages/numerics/random.ts"
import { freeNetwork, type TangentMap } from "../../stages/numerics/tangent-map.ts"
import fixture from "../fixtures/free-network/data.json" with { type: "json" }
import { henon, linearMap, logistic, rotation } from "./maps.ts"

const base: LyapunovOptions = { k: 1, transient: 1000, steps: 2000, interval: 1, blocks: 20 }
const spectrumOf = (map: TangentMap, start: readonly number[], options: Partial<LyapunovOptions> = {}) =>
  lyapunovSpectrum(map, Float64Array.from(start), { ...base, k: map.n, ...options })

const networks = fixture.map((network) => ({
  ...network,
  map: freeNetwork({ R: Float32Array.from(network.R), b1: Float32Array.from(network.b1) }, "tanh"),
}))

describe("lyapunovSpectrum", () => {
  it("is log |eigenvalues| for a linear map", () => {
    // Triangular, so that its eigenvalues 3, -2, ½ stand on the diagonal.
    const A = [0.5, 4, -1, 0, 3, 2, 0, 0, -2]
    const { exponents, standardErrors } = spectrumOf(linearMap(A, 3), [0, 0, 0], { transient: 100, steps: 100 })
    ;[3, 2, 0.5].forEach((size, i) => {
      expect(exponents[i]).toBeCloseTo(Math.log(size), 12)
      expect(standardErrors[i]).toBeLessThan(1e-12)
    })
  })

  it("is ln 2 for the logistic map at r = 4, .419 for Hénon's, and 0 and ln ½ on the circle", () => {
    const doubling = spectrumOf(logistic(4), [0.3], { steps: 50_000 })
    expect(doubling.exponents[0]).toBeCloseTo(Math.LN2, 3)
    const strange = spectrumOf(henon, [0.1, 0.1], { steps: 100_000 })
    expect(Math.abs(strange.exponents[0]! - 0.4192)).toBeLessThan(4 * strange.standardErrors[0]!)
    expect(strange.standardErrors[0]).toBeLessThan(0.002)
    expect(strange.exponents[0]! + strange.exponents[1]!).toBeCloseTo(Math.log(0.3), 10)
    const circle = spectrumOf(rotation(1), [0.3, 0.4])
    expect(circle.exponents[0]).toBeCloseTo(0, 12)
    expect(circle.exponents[1]).toBeCloseTo(-Math.LN2, 12)
  })

  it.each([2, 7, 10])("does not depend on the interval: %i steps", (interval) => {
    for (const { map, h } of networks) {
      const every = spectrumOf(map, h, { k: 3 })
      const rare = spectrumOf(map, h, { k: 3, interval })
      for (let i = 0; i < 3; i++) {
        expect(rare.exponents[i]).toBeCloseTo(every.exponents[i]!, 9)
        expect(rare.standardErrors[i]).toBeCloseTo(every.standardErrors[i]!, 9)
      }
    }
  })

  it.each(networks)("agrees with numpy on a free network: $kind", ({ kind, map, h, k, exponents: expected }) => {
    const { exponents, standardErrors } = spectrumOf(map, h, { k, steps: 1000 })
    expected.forEach((value, i) => {
      // Chaos parts the orbits; conjugate pairs share their sum in a way that depends on the frame.
      const tolerance = kind === "chaos" ? 5 * standardErrors[i]! : kind === "curve" ? 1e-6 : 3e-3
      expect(Math.abs(exponents[i]! - value)).toBeLessThan(tolerance)
    })
  })

  it("sums to the mean log determinant: of all exponents the frame leaves nothing out", () => {
    const { map, h, exponents: expected } = networks[0]!
    const { exponents } = spectrumOf(map, h, { steps: 1000 })
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)
    expect(sum(exponents)).toBeCloseTo(sum(expected), 9)
  })

  it("covers the mean of a long run with its standard errors", () => {
    const long = spectrumOf(logistic(4), [0.3], { steps: 200_000, blocks: 100 }).exponents[0]!
    const covered = Array.from({ length: 40 }, (_, i) => spectrumOf(logistic(4), [(i + 0.5) / 41.7])).filter(
      ({ exponents, standardErrors }) => Math.abs(exponents[0]! - long) < 2 * standardErrors[0]!,
    )
    expect(covered.length).toBeGreaterThan(30)
  })

  it.each([0, 3e-162])("counts directions that vanish as the lowest logarithm, and keeps the others: %d", (tiny) => {
    // Squares of 3e-162 are subnormal: a frame scaled by such a length would not be orthonormal.
    const { exponents } = spectrumOf(linearMap([2, 0, 0, 0, tiny, tiny, 0, tiny, 0], 3), [1, 1, 1], { steps: 50 })
    expect([...exponents]).toEqual([
      expect.closeTo(Math.LN2, 12),
      expect.closeTo(lowestLog, 9),
      expect.closeTo(lowestLog, 9),
    ])
  })

  it("is not finite where numbers overflow between two orthonormalisations", () => {
    const { exponents } = spectrumOf(linearMap([1e200, 0, 0, 1e200], 2), [0, 0], { steps: 20, interval: 2 })
    expect([...exponents].some(Number.isFinite)).toBe(false)
  })

  it("refuses impossible numbers of exponents and blocks", () => {
    expect(() => spectrumOf(henon, [0, 0], { k: 3 })).toThrow(RangeError)
    expect(() => spectrumOf(henon, [0, 0], { steps: 10 })).toThrow(RangeError)
  })
})

describe("freeNetwork", () => {
  const n = 13
  const [R, b1, h, v] = ["R", "b1", "h", "v"].map((name) => {
    const values = new Float32Array(name === "R" ? n * n : n)
    stream(2, name).fillNormal(values, 0, name === "b1" ? 0.3 : 1 / Math.sqrt(n))
    return values
  }) as [Float32Array, Float32Array, Float32Array, Float32Array]

  it.each(["tanh", "identity"] as const)("steps as written, and its tangent is the central difference: %s", (phi) => {
    const map = freeNetwork({ R, b1 }, phi)
    const stepped = (by: number) => {
      const state = Float64Array.from(h, (x, i) => x + by * v[i]!)
      map.advance(state, new Float64Array(0))
      return state
    }
    const after = stepped(0)
    after.forEach((value, i) => {
      const input = h.reduce((sum, x, j) => sum + R[i * n + j]! * x, b1[i]!)
      expect(value).toBeCloseTo(phi === "tanh" ? Math.tanh(input) : input, 12)
    })
    const state = Float64Array.from(h)
    const V = Float64Array.from([...v, ...v.map((x) => -2 * x), ...v])
    map.advance(state, V)
    expect(state).toEqual(after)
    const [forward, backward] = [stepped(1e-5), stepped(-1e-5)]
    for (let i = 0; i < n; i++) {
      const slope = (forward[i]! - backward[i]!) / 2e-5
      expect([V[i], V[n + i], V[2 * n + i]]).toEqual([1, -2, 1].map((by) => expect.closeTo(by * slope, 8)))
    }
  })
})

describe("kaplanYorke", () => {
  it("interpolates where the sum of the exponents changes sign", () => {
    expect(kaplanYorke([0.42, -1.62], 2).dimension).toBeCloseTo(1 + 0.42 / 1.62, 12)
    expect(kaplanYorke([0, -0.5], 9)).toEqual({ dimension: 1, exact: true })
    expect(kaplanYorke([-0.1, -0.5], 2)).toEqual({ dimension: 0, exact: true })
  })

  it("says when more exponents are needed", () => {
    expect(kaplanYorke([0.3, 0.2], 5)).toEqual({ dimension: 2, exact: false })
    expect(kaplanYorke([0.3, -0.2], 2)).toEqual({ dimension: 2, exact: true })
  })
})
