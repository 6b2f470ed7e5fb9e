import { describe, expect, it } from "vitest"
import { philox4x32, stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/random/data.json" with { type: "json" }

const hex = (word: number): string => word.toString(16).padStart(8, "0")

/** Σ (observed - expected)² / expected for equally likely cells. */
function chiSquare(counts: ArrayLike<number>, total: number): number {
  const expected = total / counts.length
  return Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe("philox4x32", () => {
  /** Known answers published with the Random123 library: key, counter, words. */
  it.each([
    [[0, 0], [0, 0, 0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [[-1, -1], [-1, -1, -1, -1], "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    [[0xa4093822, 0x299f31d0], [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ] as const)("gives the known answer for key %j", ([k0, k1], [c0, c1, c2, c3], words) => {
    const out = new Uint32Array(5)
    philox4x32(k0, k1, c0, c1, c2, c3, out, 1)
    expect([...out.subarray(1)].map(hex).join(" ")).toBe(words)
  })
})

describe("stream", () => {
  it.each(fixture.streams)("gives the words of an independent program for $path", ({ path, words }) => {
    const random = stream(path[0] as number, ...path.slice(1))
    expect(words.map(() => hex(random.u32()))).toEqual(words)
  })

  it("pins what is built on the words", () => {
    const random = stream(7, "golden")
    const bits = (x: number) =>
      Buffer.from(new Float64Array([x]).buffer)
        .reverse()
        .toString("hex")
    expect([random.uniform(), random.normal(), random.normal()].map(bits)).toMatchInlineSnapshot(`
      [
        "3fd098358351d82e",
        "3ff2bb8e962ac524",
        "3ff8a122d2d99e41",
      ]
    `)
    expect([random.integer(10), random.integer(1000), random.integer(0xffff_ffff)]).toMatchInlineSnapshot(`
      [
        0,
        753,
        3874755741,
      ]
    `)
    expect([...random.permutation(8)]).toMatchInlineSnapshot(`
      [
        2,
        4,
        1,
        3,
        0,
        5,
        7,
        6,
      ]
    `)
  })

  it("tells apart paths that look alike", () => {
    const paths = [[], [0], ["0"], ["a", "b"], ["ab"], ["b", "a"], ["a", "b", ""], ["é"], ["e\u0301"], [1], [256]]
    expect(new Set(paths.map((path) => stream(1, ...path).u32())).size).toBe(paths.length)
    expect(stream(1, -0).u32()).toBe(stream(1, 0).u32())
  })

  it("does not depend on the use of other streams", () => {
    const alone = Array.from(
      { length: 200 },
      (
        (a) => () =>
          a.u32()
      )(stream(1, "a")),
    )
    const [a, b] = [stream(1, "a"), stream(1, "b")]
    const besides = alone.map((_, i) => {
      if (i % 3 === 0) b.normal()
      return a.u32()
    })
    expect(besides).toEqual(alone)
  })

  it("refuses names that are not names", () => {
    for (const seed of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => stream(seed)).toThrow(RangeError)
    expect(() => stream(1, Number.NaN)).toThrow(RangeError)
    expect(() => stream(1, "a", Number.POSITIVE_INFINITY)).toThrow(RangeError)
  })
})

describe("uniform", () => {
  it("lies in [0, 1) and fills 64 equal cells evenly", () => {
    const random = stream(1, "uniform")
    const counts = new Int32Array(64)
    for (let i = 0; i < 64_000; i++) counts[Math.floor(random.uniform() * 64)]!++
    expect(counts.reduce((a, b) => a + b)).toBe(64_000)
    // 99.9 % of chi-square with 63 degrees of freedom.
    expect(chiSquare(counts, 64_000)).toBeLessThan(103.4)
  })

  it("fills between its bounds", () => {
    const out = new Float64Array(10_000)
    stream(1).fillUniform(out, -2, 3)
    expect(Math.min(...out)).toBeCloseTo(-2, 2)
    expect(Math.max(...out)).toBeCloseTo(3, 2)
  })
})

describe("integer", () => {
  it("is even over a range that does not divide 2³²", () => {
    const random = stream(1, "integer")
    const counts = new Int32Array(7)
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]!++
    // 99.9 % of chi-square with 6 degrees of freedom.
    expect(chiSquare(counts, 70_000)).toBeLessThan(22.5)
  })

  it("is unbiased where multiplying alone would favour every third number", () => {
    const random = stream(1, "integer")
    const n = 3 * 2 ** 30
    const thirds = new Int32Array(3)
    for (let i = 0; i < 30_000; i++) thirds[random.integer(n) % 3]!++
    expect(chiSquare(thirds, 30_000)).toBeLessThan(13.8)
  })

  it("knows its range", () => {
    expect(stream(1).integer(1)).toBe(0)
    for (const n of [0, -1, 1.5, 2 ** 32, Number.NaN]) expect(() => stream(1).integer(n)).toThrow(RangeError)
  })
})

describe("normal", () => {
  const total = 64_000
  const draws = new Float64Array(total)
  stream(1, "normal").fillNormal(draws, 0, 1)
  const moment = (k: number) => draws.reduce((sum, x) => sum + x ** k, 0) / total

  it("has the moments 0, 1, 0, 3", () => {
    // Four standard errors: √(1, 2, 15, 96) / √n.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / total))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / total))
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / total))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / total))
  })

  it("follows the normal distribution (chi-square and Kolmogorov-Smirnov at 64 quantiles)", () => {
    const counts = new Int32Array(64)
    for (const x of draws) counts[fixture.normalQuantiles.filter((q) => q < x).length]!++
    expect(chiSquare(counts, total)).toBeLessThan(103.4)
    let below = 0
    let distance = 0
    counts.forEach((count, i) => {
      below += count
      distance = Math.max(distance, Math.abs(below / total - (i + 1) / 64))
    })
    expect(distance * Math.sqrt(total)).toBeLessThan(1.95)
  })

  it("has no correlation between twins or neighbours", () => {
    for (const lag of [1, 2, 64]) {
      let sum = 0
      for (let i = lag; i < total; i++) sum += draws[i]! * draws[i - lag]!
      expect(Math.abs(sum / total)).toBeLessThan(4 / Math.sqrt(total))
    }
  })

  it("composes over even lengths, scales, and keeps no state", () => {
    const [a, b] = [stream(2), stream(2)]
    const parts = [new Float64Array(6), new Float64Array(4)]
    const whole = new Float64Array(10)
    for (const part of parts) a.fillNormal(part, 0, 1)
    b.fillNormal(whole, 0, 1)
    expect([...parts[0]!, ...parts[1]!]).toEqual([...whole])
    const scaled = new Float32Array(3)
    stream(2).fillNormal(scaled, 5, 2)
    for (let i = 0; i < 3; i++) expect(scaled[i]).toBeCloseTo(5 + 2 * whole[i]!, 5)
    expect(stream(2).normal()).toBe(whole[0])
  })
})

describe("shuffle", () => {
  it("gives every order of three equally often", () => {
    const random = stream(1, "shuffle")
    const counts = new Map<string, number>()
    for (let i = 0; i < 12_000; i++) {
      const order = random.permutation(3).join("")
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    // 99.9 % of chi-square with 5 degrees of freedom.
    expect(chiSquare([...counts.values()], 12_000)).toBeLessThan(20.5)
  })

  it("keeps the elements", () => {
    const letters = [..."shuffle"]
    stream(1).shuffle(letters)
    expect(letters.toSorted()).toEqual([..."shuffle"].toSorted())
    expect([...stream(1).permutation(500)].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i))
    expect(stream(1).permutation(0)).toHaveLength(0)
  })
})
