import { describe, expect, it } from "vitest"
import { autocorrelation, periodIn as periodAlike, recurrence } from "../../stages/numerics/periodicity.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/periodicity/data.json" with { type: "json" }

const wave = (period: number, N = 451) => Array.from({ length: N }, (_, k) => Math.cos((2 * Math.PI * k) / period))
const still = 1e-3

describe("autocorrelation", () => {
  it("of a sinusoid is one, falling linearly", () => {
    const r = autocorrelation(wave(10, 1000), 100)
    r.forEach((value, lag) => {
      expect(Math.abs(value - (1 - lag / 1000) * Math.cos((2 * Math.PI * lag) / 10))).toBeLessThan(2e-3)
    })
    expect(r[0]).toBe(1)
  })

  it("equals numpy's", () => {
    const r = autocorrelation(fixture.series, fixture.autocorrelation.length - 1)
    for (const [lag, value] of fixture.autocorrelation.entries()) expect(r[lag]).toBeCloseTo(value, 12)
  })

  it("of a constant is 0; lags beyond the series are refused", () => {
    expect([...autocorrelation(new Array(451).fill(0.1), 3)]).toEqual([0, 0, 0, 0])
    expect(() => autocorrelation([1, 2], 2)).toThrow(RangeError)
  })
})

describe("recurrence", () => {
  it("of a rotation is the cosine of the angle", () => {
    const states = Float32Array.from({ length: 4000 }, (_, at) => {
      const angle = 2 * Math.PI * 0.15 * Math.floor(at / 2)
      return 7 + (at % 2 ? Math.sin(angle) : Math.cos(angle))
    })
    recurrence(states, 2, 40, still).forEach((value, lag) => {
      expect(value).toBeCloseTo(Math.cos(2 * Math.PI * 0.15 * lag), 4)
    })
  })

  it("equals numpy's", () => {
    const r = recurrence(Float32Array.from(fixture.orbit), 3, fixture.recurrence.length - 1, still)
    for (const [lag, value] of fixture.recurrence.entries()) expect(r[lag]).toBeCloseTo(value, 10)
  })

  it("at rest, and of what grows beyond all bounds, is 0", () => {
    const resting = Float32Array.from({ length: 100 }, (_, t) => 0.5 + 1e-4 * (t % 2))
    expect(recurrence(resting, 1, 9, still).every((value) => value === 0)).toBe(true)
    for (const far of [Number.POSITIVE_INFINITY, Number.NaN])
      expect(recurrence(new Float32Array(100).fill(far), 1, 9, still).every((value) => value === 0)).toBe(true)
    expect(() => recurrence(resting, 1, 100, still)).toThrow(RangeError)
  })
})

describe("periodIn", () => {
  const periodIn = (r: Float64Array) => periodAlike(r, 0.5)
  const periodOf = (series: readonly number[]) => periodIn(autocorrelation(series, 225))

  it.each([2, 2.8, 3, 3.5, 5.5, 7.3, 10, 61.7])("finds a sinusoid of period %d", (period) => {
    const found = periodOf(wave(period))!
    expect(Math.abs(found.period / period - 1)).toBeLessThan(0.05)
    expect(found.strength).toBeGreaterThan(0.6)
  })

  it("takes the first return and not the best one, which it tells too", () => {
    expect(periodOf(wave(5.5))).toMatchObject({ period: expect.closeTo(5.5, 1), lag: 11 })
  })

  it("takes the stronger harmonic, by the share that is asked for", () => {
    // Mean squares .2 and .8: the peak at 10 is .6 of that at 20.
    const series = wave(10).map((value, k) => value + 0.5 * Math.cos((2 * Math.PI * k) / 20))
    const r = autocorrelation(series, 225)
    expect([0.5, 0.7].map((alike) => Math.round(periodAlike(r, alike)!.period))).toEqual([10, 20])
  })

  it("takes the first of returns that are equal but for rounding", () => {
    expect(periodIn(Float64Array.of(1, -1, 1 - 1e-9, -1, 1, -1, 1, -1))).toMatchObject({ lag: 2 })
  })

  it("finds short pulses, in noise", () => {
    const noise = stream(0, "noise")
    const series = Array.from({ length: 451 }, (_, k) => (k % 17 < 2 ? 1 : 0) + 0.1 * noise.normal())
    const { period, lag, strength } = periodOf(series)!
    expect([period, lag]).toEqual([expect.closeTo(17, 0), 17])
    expect(strength).toBeGreaterThan(0.8)
  })

  it("takes a double pulse for one return", () => {
    const series = Array.from({ length: 451 }, (_, k) => (k % 20 === 0 ? 1 : k % 20 === 8 ? 0.5 : 0))
    expect(periodOf(series)!.period).toBeCloseTo(20, 1)
  })

  it("tells noise by its strength, and finds none in what only falls", () => {
    const noise = stream(0, "noise")
    expect(periodOf(Array.from({ length: 451 }, () => noise.normal()))!.strength).toBeLessThan(0.25)
    expect(periodOf(Array.from({ length: 451 }, (_, k) => k))).toBeUndefined()
    expect(periodIn(new Float64Array(10))).toBeUndefined()
  })
})
