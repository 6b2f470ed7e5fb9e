import { describe, expect, it } from "vitest"
import { mean, median, quantiles, sd, spearman } from "../../stages/numerics/quantiles.ts"
import fixture from "../fixtures/quantiles/data.json" with { type: "json" }

describe.each(fixture.rows)("against numpy and scipy, n = $x.length", (row) => {
  it("quantiles, mean, standard deviation, rank correlation", () => {
    quantiles(row.x, fixture.shares).forEach((q, i) => {
      expect(q).toBeCloseTo(row.quantiles[i]!, 14)
    })
    expect(median(row.x)).toBeCloseTo(row.quantiles[4]!, 14)
    expect(mean(row.x)).toBeCloseTo(row.mean, 14)
    expect(sd(row.x)).toBeCloseTo(row.sd, 14)
    expect(spearman(row.x, row.y)).toBeCloseTo(row.spearman, 14)
  })
})

describe("quantiles", () => {
  it("interpolate between order statistics and leave their argument alone", () => {
    const values = [3, 1, 2]
    expect(quantiles(values, [0, 0.25, 0.5, 1])).toEqual([1, 1.5, 2, 3])
    expect(values).toEqual([3, 1, 2])
    expect(median(Float32Array.of(4, 1, 3, 2))).toBe(2.5)
  })

  it("at the edges", () => {
    const infinity = Number.POSITIVE_INFINITY
    expect(quantiles([5], [0, 0.3, 1])).toEqual([5, 5, 5])
    expect(quantiles([], [0.5])).toEqual([Number.NaN])
    expect(quantiles([1, Number.NaN], [0])).toEqual([Number.NaN])
    expect(quantiles([1, infinity, infinity], [0, 0.75])).toEqual([1, infinity])
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => quantiles([1], [p])).toThrow(RangeError)
  })
})

describe("moments", () => {
  it("need enough values", () => {
    expect([mean([]), sd([]), sd([1])]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect([mean([2, 4]), sd([2, 4])]).toEqual([3, Math.SQRT2])
  })
})

describe("spearman", () => {
  it("is ±1 for monotone pairs, whatever their scale", () => {
    const x = [1, 2, 3, 4, 5]
    expect(spearman(x, [1, 10, 100, 1e3, 1e9])).toBe(1)
    expect(spearman(x, [5, 4, 3, 2, -7])).toBe(-1)
  })

  it("is NaN without variation or with NaN, and refuses unequal lengths", () => {
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNaN()
    expect(spearman([1, Number.NaN], [1, 2])).toBeNaN()
    expect(spearman([-Infinity, 0, 1], [Number.POSITIVE_INFINITY, 0, -1])).toBe(-1)
    expect(() => spearman([1, 2], [1])).toThrow(RangeError)
  })
})
