import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-1.ts"
import { parts } from "./networks.ts"
import { drawn } from "./tables.ts"

type Sets = Parameters<typeof drawn>[0]
/** Inputs as they should be, but for what is said of the centres and of the evaluation points. */
const task = (d: number, seed = 0, centres: Sets[number] = {}, evaluation: Sets[number] = {}, labels = {}) => {
  const right = { width: d, rank: d, nearest: d === 2 ? 0.11 : 0.354 }
  // Points of a cluster may lie closer, and out of the box; the centres of 60 clusters do not span 200 dimensions.
  const sets = [
    { ...right, rank: Math.min(d, 59), ...centres },
    { set: "evaluation", ...right, nearest: 0.01, extent: 2.1, ...evaluation },
  ]
  return drawn(sets, { d, seed, ...labels })
}
const names = ["impulse", "classes", "box", "apart", "rank"]

describe("A-1", () => {
  it("holds for the task of the paper, of every seed", async () => {
    const found = await parts(claim, [task(200), task(200, 1), task(2, 0, { extent: 2 }), task(2, 1, { nearest: 3 })])
    expect(Object.keys(found)).toEqual([200, 2].flatMap((d) => names.map((name) => `d = ${d}, ${name}`)))
    expect(Object.values(found).every((text) => text.endsWith("of 2, holds"))).toBe(true)
    expect(found["d = 2, apart"]).toBe("0.11 of 2, holds")
    expect(found["d = 2, box"]).toBe("2 of 2, holds")
  })

  it("fails where one seed is drawn in another way", async () => {
    const wrong = async (centres: Sets[number], evaluation: Sets[number] = {}) => {
      const found = await parts(claim, [task(2), task(2, 1, centres, evaluation)])
      return Object.entries(found).flatMap(([part, text]) => (text.endsWith("fails") ? [`${part}: ${text}`] : []))
    }
    expect(await wrong({}, { width: 4 })).toEqual(["d = 2, impulse: 2 of 2, fails"])
    expect(await wrong({ smallestClass: 29, largestClass: 31 })).toEqual(["d = 2, classes: 0.5 of 2, fails"])
    expect(await wrong({ classes: 3 })).toEqual(["d = 2, classes: 0.5 of 2, fails"])
    expect(await wrong({ extent: 2.01 })).toEqual(["d = 2, box: 2.01 of 2, fails"])
    expect(await wrong({ nearest: 0.109 })).toEqual(["d = 2, apart: 0.109 of 2, fails"])
    expect(await wrong({}, { rank: 1 })).toEqual(["d = 2, rank: 0.5 of 2, fails"])
    expect((await parts(claim, [task(200, 0, { nearest: 0.353 })]))["d = 200, apart"]).toBe("0.353 of 1, fails")
  })

  it("is not tested in dimensions without inputs, and looks at no variant", async () => {
    const found = await parts(claim, [task(2), task(2, 1, { extent: 9 }, {}, { clusters: 120 })])
    expect(names.map((name) => found[`d = 200, ${name}`])).toEqual(names.map(() => "0 of 0, not tested"))
    expect(found["d = 2, box"]).toBe("1.9 of 1, holds")
  })
})
