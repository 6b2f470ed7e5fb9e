import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2b2.ts"
import { bothRegimes, dimensions, type Gathered, judged, network } from "./judge.ts"

/** A network with an ED at t = 10, and 50 at every other step. */
const at10 = (ed: number, labels: object): Gathered => ({
  labels: network({ ...labels }),
  value: dimensions(Array.from({ length: 12 }, (_, t) => (t === 10 ? ed : 50))),
})
const trained = (ed: number, g: number, seed = 0) => at10(ed, { g, seed, trained: true })
const untrained = (ed: number, g: number, seed = 0) => at10(ed, { g, seed, trained: false })

describe("A-2b2", () => {
  it("holds below a tenth at the edge of chaos, and below three tenths in chaos", async () => {
    expect(
      await judged(
        claim,
        bothRegimes((g) => [trained(g === 20 ? 1.5 : 5.5, g), untrained(20, g)]),
      ),
    ).toEqual(["g = 20: 0.075 of 1, holds", "g = 250: 0.275 of 1, holds"])
  })

  it("fails at the thresholds themselves", async () => {
    expect(
      await judged(
        claim,
        bothRegimes((g) => [trained(g === 20 ? 1 : 3, g), untrained(10, g)]),
      ),
    ).toEqual(["g = 20: 0.1 of 1, fails", "g = 250: 0.3 of 1, fails"])
  })

  it("compares each seed with itself, and takes the median of the ratios", async () => {
    const after = [trained(1, 20, 0), trained(2, 20, 1), trained(12, 20, 2), trained(1, 20, 8)]
    const before = [untrained(20, 20, 2), untrained(40, 20, 1), untrained(10, 20, 0), untrained(1, 20, 9)]
    // 1/10, 2/40 and 12/20; the seeds 8 and 9 have no partner. The ratio of the medians would be 1.5/15.
    expect((await judged(claim, [...after, ...before]))[0]).toBe("g = 20: 0.1 of 3, fails")
    expect((await judged(claim, [...after.slice(0, 2), ...before]))[0]).toBe("g = 20: 0.075 of 2, holds")
  })

  it("counts states that all coincide against the claim, not as compressed", async () => {
    const none = Array.from({ length: 3 }, (_, seed) => [trained(seed < 2 ? 0 : 1, 20, seed), untrained(20, 20, seed)])
    expect((await judged(claim, none.flat()))[0]).toBe("g = 20: Infinity of 3, fails")
    expect((await judged(claim, none.slice(1).flat()))[0]).toBe("g = 20: Infinity of 2, fails")
    expect((await judged(claim, [...none[2]!, trained(1, 20, 3), untrained(20, 20, 3), ...none[0]!]))[0]).toBe(
      "g = 20: 0.05 of 3, holds",
    )
    expect((await judged(claim, [trained(0, 20), untrained(0, 20)]))[0]).toBe("g = 20: Infinity of 1, fails")
  })

  it("is not tested without networks before and after training", async () => {
    expect(await judged(claim, [])).toEqual(["g = 20: 0 of 0, not tested", "g = 250: 0 of 0, not tested"])
    expect(await judged(claim, [trained(1, 20), untrained(30, 250)])).toEqual([
      "g = 20: 0 of 0, not tested",
      "g = 250: 0 of 0, not tested",
    ])
    const short = { labels: network({ trained: false }), value: dimensions([50, 50]) }
    expect((await judged(claim, [trained(1, 20), short]))[0]).toBe("g = 20: 0 of 0, not tested")
  })

  it("leaves variants and other dimensions out", async () => {
    const others = [{ d: 2 }, { inputGain: "unit" }].flatMap((labels) => [
      at10(40, { seed: 1, ...labels }),
      at10(40, { seed: 1, trained: false, ...labels }),
    ])
    expect((await judged(claim, [...others, trained(1, 20), untrained(20, 20)]))[0]).toBe("g = 20: 0.05 of 1, holds")
  })
})
