import { describe, expect, it } from "vitest"
import { correlationDimension, correlationSum } from "../../stages/numerics/correlation-dimension.ts"
import { stream } from "../../stages/numerics/random.ts"
import { orbitOf } from "../../stages/numerics/recurrence.ts"
import fixture from "../fixtures/correlation-sum/data.json" with { type: "json" }
import { henon, rotation } from "./maps.ts"

const options = { references: 1000, theiler: 100 }
const N = 10000

/** Product of `angles` circles at random angles: a flat torus. */
function torus(angles: number): Float64Array {
  const random = stream(0, "torus")
  return Float64Array.from({ length: N * angles }, () => 2 * Math.PI * random.uniform()).reduce(
    (x, angle, i) => {
      x.set([Math.cos(angle), Math.sin(angle)], 2 * i)
      return x
    },
    new Float64Array(2 * N * angles),
  )
}

describe("correlationDimension", () => {
  it.each([1, 2])("of a torus of %d angles is their number", (angles) => {
    const { dimension, error, low, high } = correlationDimension(torus(angles), N, 2 * angles, options)
    expect(Math.abs(dimension - angles)).toBeLessThan(0.03)
    expect(error).toBeLessThan(0.05)
    expect(low < high && high < 1).toBe(true)
  })

  it("of an orbit on an invariant circle is 1", () => {
    const orbit = orbitOf(rotation(Math.PI * (3 - Math.sqrt(5))), [0.6, 0.8], N)
    expect(Math.abs(correlationDimension(orbit, N, 2, options).dimension - 1)).toBeLessThan(0.02)
  })

  it("of Hénon's attractor is 1.21 ± .03", () => {
    const settled = orbitOf(henon, [0.1, 0.1], 1000).slice(-2)
    const { dimension, error } = correlationDimension(orbitOf(henon, settled, 2 * N), 2 * N, 2, options)
    expect(Math.abs(dimension - 1.21)).toBeLessThan(0.03)
    expect(error).toBeLessThan(0.1)
  })

  it("does not depend on the scale", () => {
    const x = torus(1)
    const { dimension, low } = correlationDimension(x, N, 2, options)
    const scaled = correlationDimension(
      x.map((value) => 1024 * value),
      N,
      2,
      options,
    )
    expect([scaled.dimension, scaled.low]).toEqual([expect.closeTo(dimension, 12), 1024 * low])
  })

  it("is not estimated of a point, a cycle, or too few states", () => {
    const none = { dimension: 0, error: 0, low: 0, high: 0 }
    expect(correlationDimension(new Float64Array(2 * N), N, 2, options)).toEqual(none)
    expect(correlationDimension(orbitOf(rotation((2 * Math.PI) / 7), [1, 0], 1000), 1000, 2, options)).toEqual(none)
    expect(correlationDimension(torus(1).subarray(0, 100), 50, 2, { references: 50, theiler: 0 })).toEqual(none)
  })
})

describe("correlationSum", () => {
  it("counts the pairs that numpy counts", () => {
    const { n, references, theiler } = fixture
    const sum = correlationSum(Float32Array.from(fixture.x), fixture.N, n, { references, theiler })
    expect(sum.pairs).toBe(fixture.pairs)
    expect(fixture.squares.map((square) => sum.counts[sum.squares.indexOf(square)])).toEqual(fixture.counts)
  })

  it("counts every pair in the end, and twins at every radius", () => {
    const x = Float64Array.of(0, 0, 3, 4)
    const { squares, counts, pairs } = correlationSum(x, 4, 1, { references: 4, theiler: 0 })
    expect([pairs, counts[0], counts.at(-1)]).toEqual([12, 2, 12])
    // 0, 1, 9, 16, each less than its radius.
    expect([1, 1.25, 8, 10, 16, 20].map((square) => counts[squares.indexOf(square)])).toEqual([2, 4, 4, 8, 8, 12])
  })
})
