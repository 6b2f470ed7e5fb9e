import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3d2.ts"
import { dimensions, type Gathered, judged, network } from "./judge.ts"

/** Expands to t = 7, then compresses to half of it at t = 11. */
const hump = [2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 4.5, 3.5, 3, 2.5, 2.4, 2.4, 2.5, 2.7]
const seeds = (curves: readonly (readonly number[])[], labels: object = {}): Gathered[] =>
  curves.map((ed, seed) => ({ labels: network({ d: 2, g: 250, seed, ...labels }), value: dimensions(ed) }))
const steps = hump.map((_, t) => t)
/** Rises to a peak at `top` and falls as fast. */
const tent = (top: number) => steps.map((t) => 20 - Math.abs(t - top))

describe("A-3d2", () => {
  it("holds for an expansion to t = 7 and a compression to t = 11", async () => {
    expect(await judged(claim, seeds([hump]))).toEqual(["peak: 7 of 1, holds", "compression: 0.5 of 1, holds"])
  })

  it("wants the peak at 6, 7 or 8", async () => {
    const peaks = await Promise.all([5, 6, 8, 9].map(async (top) => (await judged(claim, seeds([tent(top)])))[0]))
    expect(peaks).toEqual(["peak: 5 of 1, fails", "peak: 6 of 1, holds", "peak: 8 of 1, holds", "peak: 9 of 1, fails"])
  })

  it("wants .7 of the peak or less at t = 11", async () => {
    expect((await judged(claim, seeds([hump.with(11, 3.5)])))[1]).toBe("compression: 0.7 of 1, holds")
    expect((await judged(claim, seeds([hump.with(11, 3.6)])))[1]).toBe("compression: 0.72 of 1, fails")
  })

  it("does not take an expansion that goes on for a compression", async () => {
    expect(await judged(claim, seeds([steps.map((t) => 1 + t)]))).toEqual([
      "peak: 15 of 1, fails",
      "compression: 1 of 1, fails",
    ])
  })

  it("does not take states that all coincide for compressed ones", async () => {
    expect((await judged(claim, seeds([hump.with(11, 0)])))[1]).toBe("compression: Infinity of 1, fails")
  })

  it("takes the median over the seeds at each step", async () => {
    expect(await judged(claim, seeds([hump, hump, tent(3)]))).toEqual([
      "peak: 7 of 3, holds",
      expect.stringContaining("of 3"),
    ])
    // Medians of 2.5, 2.5 and 12 at t = 11, of 5, 5 and 16 at t = 7.
    expect((await judged(claim, seeds([tent(3), hump, hump])))[1]).toBe("compression: 0.5 of 3, holds")
  })

  it("is not tested without whole curves", async () => {
    const none = ["peak: 0 of 0, not tested", "compression: 0 of 0, not tested"]
    expect(await judged(claim, [])).toEqual(none)
    expect(await judged(claim, seeds([hump.slice(0, 15)]))).toEqual(none)
  })

  it("looks at strongly chaotic trained networks in 2 dimensions alone, and at no variant", async () => {
    const others = [{ d: 200 }, { g: 20 }, { trained: false }, { learningRate: 2e-3 }].flatMap((labels) =>
      seeds([tent(1)], { seed: 1, ...labels }),
    )
    expect((await judged(claim, [...others, ...seeds([hump])]))[0]).toBe("peak: 7 of 1, holds")
  })
})
