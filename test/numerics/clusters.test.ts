import { describe, expect, it } from "vitest"
import { drawAround, drawEvenly, evenLabels, minimumSeparation, placeCentres } from "../../stages/numerics/clusters.ts"
import { stream } from "../../stages/numerics/random.ts"

const counts = (indices: Int32Array, clusters: number): number[] => {
  const found = Array<number>(clusters).fill(0)
  for (const i of indices) found[i]!++
  return found
}

describe("minimumSeparation", () => {
  it("is .110 at d = 2 and .354 at d = 200 for the paper's noise", () => {
    expect(minimumSeparation(0.02, 2)).toBeCloseTo(0.1098, 4)
    expect(minimumSeparation(0.02, 200)).toBeCloseTo(0.02 * (0.59943537 * 199 ** 0.57832581 + 4.891638480163717), 12)
    expect(minimumSeparation(1, 1)).toBe(4.891638480163717)
  })
})

describe("placeCentres", () => {
  const wanted = { clusters: 60, d: 2, halfWidth: 2, separation: 0.3, maxTries: 10_000 }

  it("places separated centres all over the hypercube", () => {
    const result = placeCentres({ ...wanted, random: stream(1) })
    if (!result.placed) throw new Error("not placed")
    const { centres } = result
    expect(centres).toHaveLength(120)
    expect(Math.max(...centres)).toBeLessThanOrEqual(2)
    expect(Math.min(...centres)).toBeGreaterThanOrEqual(-2)
    expect(Math.max(...centres) - Math.min(...centres)).toBeGreaterThan(3.5)
    for (let i = 0; i < 60; i++)
      for (let j = 0; j < i; j++)
        expect(
          Math.hypot(centres[2 * i]! - centres[2 * j]!, centres[2 * i + 1]! - centres[2 * j + 1]!),
        ).toBeGreaterThanOrEqual(0.3)
  })

  it("accepts every draw without a separation", () => {
    const result = placeCentres({ ...wanted, separation: 0, maxTries: 60, random: stream(1) })
    expect(result.placed).toBe(true)
  })

  it("says how many it placed when the tries run out", () => {
    const result = placeCentres({ ...wanted, separation: 4, maxTries: 500, random: stream(1) })
    expect(result).toEqual({ placed: false, count: expect.any(Number), tries: 500 })
    // Four corners at most are four apart.
    expect(result.placed ? 60 : result.count).toBeLessThanOrEqual(4)
  })
})

it("labels go round the classes", () => {
  expect([...evenLabels(5, 2)]).toEqual([0, 1, 0, 1, 0])
  expect([...evenLabels(4, 3)]).toEqual([0, 1, 2, 0])
})

describe("drawEvenly", () => {
  it("draws every cluster equally often when it can", () => {
    const draws = drawEvenly(600, 60, stream(1))
    expect(counts(draws, 60)).toEqual(Array(60).fill(10))
    expect([...draws]).not.toEqual([...draws].sort((a, b) => a - b))
  })

  it("differs by one at most, and chooses which at random", () => {
    const random = stream(1)
    const extra = Array<number>(7).fill(0)
    for (let r = 0; r < 700; r++)
      counts(drawEvenly(10, 7, random), 7).forEach((count, i) => {
        expect([1, 2]).toContain(count)
        extra[i]! += count - 1
      })
    // Binomial(700, 3/7): mean 300, sd 13.1.
    for (const count of extra) expect(Math.abs(count - 300)).toBeLessThan(53)
  })

  it("takes some of the clusters when there are fewer draws", () => {
    expect(counts(drawEvenly(10, 60, stream(1)), 60).filter((count) => count === 1)).toHaveLength(10)
  })
})

describe("drawAround", () => {
  const centres = Float64Array.from([0, 10, -20, 30])

  it("scatters points around their centres by sigma", () => {
    const indices = Int32Array.from({ length: 4000 }, (_, i) => i % 2)
    const out = new Float32Array(8000)
    drawAround(centres, indices, 0.5, stream(1), out)
    for (let column = 0; column < 4; column++) {
      const deviations = Float64Array.from({ length: 2000 }, (_, i) => out[4 * i + column]! - centres[column]!)
      const mean = deviations.reduce((a, b) => a + b) / 2000
      const variance = deviations.reduce((a, x) => a + x * x, 0) / 2000
      expect(Math.abs(mean)).toBeLessThan((4 * 0.5) / Math.sqrt(2000))
      expect(Math.abs(variance / 0.25 - 1)).toBeLessThan(4 * Math.sqrt(2 / 2000))
    }
  })

  it("gives the centres themselves without noise", () => {
    const out = new Float32Array(6)
    drawAround(centres, Int32Array.of(1, 0, 1), 0, stream(1), out)
    expect([...out]).toEqual([-20, 30, 0, 10, -20, 30])
  })

  it("refuses an output or an index that does not fit", () => {
    expect(() => drawAround(centres, Int32Array.of(0, 1), 1, stream(1), new Float32Array(5))).toThrow(RangeError)
    expect(() => drawAround(centres, Int32Array.of(2), 1, stream(1), new Float32Array(2))).toThrow(RangeError)
    expect(() => drawAround(centres, Int32Array.of(-1), 1, stream(1), new Float32Array(2))).toThrow(RangeError)
  })
})
