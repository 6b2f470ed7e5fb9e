import { describe, expect, it } from "vitest"
import * as elementary from "../../stages/numerics/elementary.ts"
import fixture from "../fixtures/elementary/data.json" with { type: "json" }

const { atan2, cos, exp, expm1, log, log1p, logSumExp, pow, sin, tanh } = elementary
const infinity = Number.POSITIVE_INFINITY

/** Distance from |x| to the next larger float64. */
function ulp(x: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(x))
  const bits = view.getBigUint64(0)
  view.setBigUint64(0, bits + 1n)
  return view.getFloat64(0) - Math.abs(x)
}

describe("error against 60 digits, in ulp", () => {
  const unary = (f: (x: number) => number) => (row: readonly number[]) => f(row[0]!)
  const binary = (f: (x: number, y: number) => number) => (row: readonly number[]) => f(row[0]!, row[1]!)
  it.each([
    ["exp", unary(exp), fixture.exp, 1],
    ["expm1", unary(expm1), fixture.expm1, 2],
    ["log", unary(log), fixture.log, 1],
    ["log1p", unary(log1p), fixture.log1p, 2],
    ["tanh", unary(tanh), fixture.tanh, 2.5],
    ["sin", unary(sin), fixture.sin, 1],
    ["cos", unary(cos), fixture.cos, 1],
    ["pow", binary(pow), fixture.pow, 1],
    ["atan2", binary(atan2), fixture.atan2, 2],
  ] as const)("%s", (_, f, rows, bound) => {
    const errors = rows.map((row) => {
      const [near, offset] = [row.at(-2)!, row.at(-1)!]
      return Math.abs((f(row) - near) / ulp(near) - offset)
    })
    expect(Math.max(...errors)).toBeLessThanOrEqual(bound)
  })
})

describe("edges", () => {
  const odd = [expm1, log1p, tanh, sin]

  it("of NaN are NaN", () => {
    for (const f of [exp, expm1, log, log1p, tanh, sin, cos]) expect(f(Number.NaN)).toBeNaN()
    expect([pow(Number.NaN, 1), pow(2, Number.NaN), atan2(Number.NaN, 1), atan2(1, Number.NaN)]).toEqual(
      Array(4).fill(Number.NaN),
    )
    expect(logSumExp([0, Number.NaN])).toBeNaN()
  })

  it("keep the sign of zero and small arguments", () => {
    for (const f of odd) for (const x of [0, -0, 5e-324, -1e-300]) expect(f(x)).toBe(x)
    expect([exp(0), exp(-0), cos(0), cos(-0)]).toEqual([1, 1, 1, 1])
  })

  it("of exp: overflow, subnormals, underflow", () => {
    expect([exp(infinity), exp(709.79), exp(-infinity), exp(-746), exp(-745.14)]).toEqual([infinity, infinity, 0, 0, 0])
    expect(exp(-745.13)).toBe(5e-324)
    expect(exp(709.78)).toBeLessThan(infinity)
    expect([expm1(infinity), expm1(-infinity), expm1(-50), expm1(710)]).toEqual([infinity, -1, -1, infinity])
  })

  it("of log: poles, subnormals, negative numbers", () => {
    expect([log(0), log(-0), log(1), log(infinity)]).toEqual([-infinity, -infinity, 0, infinity])
    expect(log(5e-324)).toBeCloseTo(-1074 * Math.LN2, 12)
    expect([log(-1), log(-infinity), log1p(-1.5)]).toEqual(Array(3).fill(Number.NaN))
    expect([log1p(-1), log1p(infinity)]).toEqual([-infinity, infinity])
  })

  it("of pow: exact powers and limits", () => {
    for (let base = 2; base <= 12; base++)
      for (let power = 1n; BigInt(base) ** power < 2n ** 53n; power++)
        expect(pow(base, Number(power))).toBe(Number(BigInt(base) ** power))
    expect([pow(2, -1074), pow(4, 0.5), pow(10, 22), pow(0.5, 3)]).toEqual([5e-324, 2, 1e22, 0.125])
    expect([pow(0, 2), pow(0, -2), pow(infinity, 2), pow(infinity, -2)]).toEqual([0, infinity, infinity, 0])
    expect([pow(0, 0), pow(Number.NaN, 0), pow(1, infinity)]).toEqual([1, 1, 1])
    expect([pow(-2, 2), pow(-2, 3), pow(-2, -1), pow(-2, 0.5)]).toEqual([4, -8, -0.5, Number.NaN])
    expect([pow(2, infinity), pow(2, -infinity), pow(0.5, 1e300), pow(1e-300, -9)]).toEqual([infinity, 0, 0, infinity])
  })

  it("of tanh, sin and cos", () => {
    expect([tanh(infinity), tanh(-infinity), tanh(23)]).toEqual([1, -1, 1])
    for (const x of [0.1, 1, 3, 21.9]) expect(tanh(-x)).toBe(-tanh(x))
    expect([sin(infinity), cos(-infinity)]).toEqual([Number.NaN, Number.NaN])
    expect(sin(Math.PI)).toBe(1.2246467991473532e-16)
    for (const f of [sin, cos]) expect(() => f(32769)).toThrow(RangeError)
  })

  it("of atan2: as IEEE 754 prescribes", () => {
    const values = [0, -0, 1, -1, infinity, -infinity]
    for (const y of values) for (const x of values) expect(atan2(y, x)).toBe(Math.atan2(y, x))
    for (const s of [1e308, 1e-300, 5e-324]) expect(atan2(s, -s)).toBe((3 * Math.PI) / 4)
    expect(atan2(3e-310, 4e-310)).toBeCloseTo(0.6435011087932844, 12)
  })
})

describe("logSumExp", () => {
  it("equals its closed forms without overflow", () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12)
    expect(logSumExp([0, Math.log(2), Math.log(3)])).toBeCloseTo(Math.log(6), 14)
    expect([logSumExp([]), logSumExp([-infinity]), logSumExp([0, infinity]), logSumExp([-1e4])]).toEqual([
      -infinity,
      -infinity,
      infinity,
      -1e4,
    ])
  })
})
