import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2d1.ts"
import { chaotic, parts } from "./networks.ts"
import { ending } from "./tables.ts"

type Ends = Parameters<typeof ending>[0]
const [first, second] = [{ label: 0 }, { label: 1, purity: 0.99, residual: 9e-9, radius: 0.99 }]
const two: Ends = [first, second]
/** Verdicts on a network that ends so. */
const verdicts = async (ends: Ends) => {
  const { LE1: _, "median LE1": __, ...found } = await parts(claim, [ending(ends, {})])
  return Object.fromEntries(Object.entries(found).map(([part, text]) => [part, text.replace(" of 1, ", " ")]))
}
const all = { "fixed points": "1 holds", "one a class": "1 holds", "at rest": "1 holds", stable: "1 holds" }

describe("A-2d1", () => {
  it("holds for two stable fixed points, one a class, in 9 of 10 seeds", async () => {
    const tables = Array.from({ length: 10 }, (_, seed) => [
      ending(seed > 0 ? two : [{ kind: "chaos" }], { seed }),
      chaotic(seed > 0 ? -1.5 : 0.2, { seed }),
    ])
    expect(await parts(claim, tables.flat())).toEqual({
      "fixed points": "0.9 of 10, holds",
      "one a class": "0.9 of 10, holds",
      "at rest": "0.9 of 10, holds",
      stable: "0.9 of 10, holds",
      LE1: "0.9 of 10, holds",
      "median LE1": "-1.5 of 10, reported",
    })
    const [found] = Object.values(await parts(claim, tables.slice(0, 9).flat()))
    expect(found).toBe("0.888889 of 9, fails")
  })

  it("fails by each condition", async () => {
    expect(await verdicts(two)).toEqual(all)
    expect(await verdicts([...two, first])).toEqual({ ...all, "fixed points": "0 fails" })
    expect(await verdicts([first, { ...second, purity: 0.989 }])).toEqual({ ...all, "one a class": "0 fails" })
    expect(await verdicts([first, first])).toEqual({ ...all, "one a class": "0 fails" })
    expect(await verdicts([first])).toEqual({ ...all, "one a class": "0 fails" })
    expect(await verdicts([first, { ...second, residual: 1e-8 }])).toEqual({ ...all, "at rest": "0 fails" })
    expect(await verdicts([first, { ...second, radius: 1 }])).toEqual({ ...all, stable: "0 fails" })
  })

  it("takes no cycle for a fixed point, and no chaos for stable, whose radius is 0", async () => {
    const none = { "fixed points": "0 fails", "at rest": "0 fails", stable: "0 fails" }
    expect(await verdicts([first, { ...second, kind: "cycle", period: 2 }])).toEqual({ ...all, ...none })
    expect(await verdicts([first, { ...second, kind: "chaos", period: 0, radius: 0 }])).toEqual({ ...all, ...none })
  })

  it("fails with an exponent of 0", async () => {
    expect((await parts(claim, [chaotic(0, {})])).LE1).toBe("0 of 1, fails")
  })

  it("is not tested without networks, and looks at the edge of chaos, trained in 200 dimensions, alone", async () => {
    const others = [{ g: 250 }, { d: 2 }, { trained: false }, { over: "training" }].flatMap((labels) => [
      ending([], labels),
      chaotic(1, labels),
    ])
    const found = Object.values(await parts(claim, others))
    expect(found).toEqual(Array.from({ length: 6 }, () => "0 of 0, not tested"))
  })
})
