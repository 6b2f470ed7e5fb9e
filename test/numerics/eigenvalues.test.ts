import { describe, expect, it } from "vitest"
import { eigenvalues } from "../../stages/numerics/eigenvalues.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/free-network/data.json" with { type: "json" }

describe("eigenvalues", () => {
  it("are those of a rotation, of a triangular matrix, of none", () => {
    const turn = eigenvalues(Float64Array.of(0.6, -0.8, 0.8, 0.6), 2)
    expect(turn.map(({ re, im }) => [re, im])).toEqual([
      [expect.closeTo(0.6, 14), expect.closeTo(0.8, 14)],
      [expect.closeTo(0.6, 14), expect.closeTo(-0.8, 14)],
    ])
    expect(turn[0]!.modulus).toBeCloseTo(1, 14)
    expect(turn[0]!.argument).toBeCloseTo(Math.acos(0.6), 14)
    const triangular = eigenvalues(Float64Array.of(1, 5, 7, 0, -3, 2, 0, 0, 2), 3)
    expect(triangular.map(({ re }) => re)).toEqual([-3, 2, 1].map((value) => expect.closeTo(value, 12)))
    expect(triangular[0]!.argument).toBe(Math.PI)
    expect(eigenvalues(new Float64Array(4), 2).map(({ modulus, argument }) => [modulus, argument])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it("are the roots of unity for a cyclic permutation, where plain QR stands still", () => {
    const n = 8
    const A = Float64Array.from({ length: n * n }, (_, at) => (Math.floor(at / n) === ((at % n) + 1) % n ? 1 : 0))
    const found = eigenvalues(A, n)
    for (const { modulus } of found) expect(modulus).toBeCloseTo(1, 12)
    const angles = found.map(({ argument }) => Math.round((argument * n) / (2 * Math.PI))).sort((a, b) => a - b)
    expect(new Set(angles.map((k) => (k + n) % n)).size).toBe(n)
  })

  it.each(fixture)("agree with numpy: $kind", ({ R, n, eigenvalues: expected }) => {
    const found = eigenvalues(Float32Array.from(R), n)
    found.forEach(({ re, im }, i) => {
      expect(re).toBeCloseTo(expected[i]![0]!, 10)
      expect(im).toBeCloseTo(expected[i]![1]!, 10)
    })
  })

  it("carry a certificate, sort by modulus, add up to the trace, and leave the matrix alone", () => {
    const n = 40
    const A = new Float32Array(n * n)
    stream(0, "matrix").fillNormal(A, 0, 1 / Math.sqrt(n))
    const before = A.slice()
    const found = eigenvalues(A, n)
    expect(A).toEqual(before)
    found.forEach(({ residual, modulus, argument }, i) => {
      expect(residual).toBeLessThan(1e-14)
      const next = found[i + 1]
      if (next) expect(modulus > next.modulus || (modulus === next.modulus && argument >= next.argument)).toBe(true)
    })
    const trace = A.reduce((sum, entry, at) => sum + (at % (n + 1) === 0 ? entry : 0), 0)
    expect(found.reduce((sum, { re }) => sum + re, 0)).toBeCloseTo(trace, 10)
  })

  it("refuse what has none", () => {
    expect(() => eigenvalues(Float64Array.of(1, Number.NaN, 0, 1), 2)).toThrow(RangeError)
    expect(() => eigenvalues(new Float64Array(3), 2)).toThrow(RangeError)
  })
})
