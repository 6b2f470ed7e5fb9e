import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2b3.ts"
import { bothRegimes, dimensions, judged, network } from "./judge.ts"

/** Falls over t = 0 … 10, and rises again afterwards. */
const falling = [46, 44, 29, 9, 3, 1.6, 1.2, 1.1, 1.06, 1.03, 1.01, 2, 3]
/** Exchanges two values d steps apart: adds 2 d² / 220 to the correlation over t = 0 … 10, which was -1. */
const exchanged = (curve: readonly number[], i: number, j: number) => curve.with(i, curve[j]!).with(j, curve[i]!)
const seeds = (curves: readonly (readonly number[])[], labels: object = {}) =>
  curves.map((ed, seed) => ({ labels: network({ seed, ...labels }), value: dimensions(ed) }))

describe("A-2b3", () => {
  it("holds when the dimension falls in 27 of 30 seeds", async () => {
    const curves = Array.from({ length: 30 }, (_, seed) => (seed < 27 ? falling : falling.toReversed()))
    expect(
      await judged(
        claim,
        bothRegimes((g) => seeds(curves, { g })),
      ),
    ).toEqual(["g = 20: 0.9 of 30, holds", "g = 250: 0.9 of 30, holds"])
    expect((await judged(claim, seeds(curves.with(0, falling.toReversed()))))[0]).toBe("g = 20: 0.866667 of 30, fails")
  })

  it("takes a correlation of -.95 or less as falling", async () => {
    // -1 + (2 · 4 + 2 · 1) / 220 = -.955, and with another exchange of neighbours -.945.
    const nearly = exchanged(exchanged(falling, 0, 2), 3, 4)
    expect((await judged(claim, seeds([nearly])))[0]).toBe("g = 20: 1 of 1, holds")
    expect((await judged(claim, seeds([exchanged(nearly, 5, 6)])))[0]).toBe("g = 20: 0 of 1, fails")
  })

  it("does not take a constant dimension for a falling one", async () => {
    expect((await judged(claim, seeds([falling.map(() => 1), falling])))[0]).toBe("g = 20: 0.5 of 2, fails")
  })

  it("has fallen where ED has come down to 1.00 and stays there, whatever rounding makes of it", async () => {
    // Perfectly compressed from t = 5 on: ties, or changes in digits that say nothing.
    const early = [46, 20, 9, 3, 1.5, 1, 1, 1, 1, 1, 1]
    const noisy = [46, 20, 9, 3, 1.5, 1.001, 1.002, 1.003, 1.002, 1.004, 1.0049]
    expect((await judged(claim, seeds([early, noisy])))[0]).toBe("g = 20: 1 of 2, holds")
    // 1.01 is above it, and rises.
    expect((await judged(claim, seeds([[46, 20, 9, 3, 1.5, 1.01, 1.02, 1.03, 1.04, 1.05, 1.06]])))[0]).toBe(
      "g = 20: 0 of 1, fails",
    )
  })

  it("has not fallen where ED leaves 1.00 again", async () => {
    const back = [46, 20, 9, 3, 1.5, 1, 1, 1, 1, 1, 2]
    expect((await judged(claim, seeds([back])))[0]).toBe("g = 20: 0 of 1, fails")
  })

  it("does not take states that all come to coincide for a fall", async () => {
    expect((await judged(claim, seeds([falling.with(9, 0).with(10, 0), falling])))[0]).toBe("g = 20: 0.5 of 2, fails")
  })

  it("is not tested without networks, or with part of a curve", async () => {
    expect(await judged(claim, seeds([falling], { g: 250 }))).toEqual([
      "g = 20: 0 of 0, not tested",
      "g = 250: 1 of 1, holds",
    ])
    expect((await judged(claim, seeds([falling.slice(0, 10), []])))[0]).toBe("g = 20: 0 of 0, not tested")
  })

  it("leaves untrained networks, variants and other dimensions out", async () => {
    const others = [{ trained: false }, { d: 2 }, { profile: "code-2020" }].flatMap((labels) =>
      seeds([falling.toReversed()], { seed: 1, ...labels }),
    )
    expect((await judged(claim, [...others, ...seeds([falling])]))[0]).toBe("g = 20: 1 of 1, holds")
  })
})
