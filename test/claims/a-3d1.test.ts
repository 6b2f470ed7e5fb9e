import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3d1.ts"
import { curve, parts } from "./networks.ts"

const steps = Array.from({ length: 17 }, (_, t) => t)
/** Before training ED is `ed` at t = 10; after it `ed` at t = 7, and larger beyond t = 15 only. */
const before = (ed: number, g: number, seed = 0, labels = {}) =>
  curve(
    steps.map((t) => (t === 10 ? ed : 40)),
    { d: 2, g, seed, trained: false, ...labels },
  )
const after = (ed: number, g: number, seed = 0, labels = {}) =>
  curve(
    steps.map((t) => (t === 7 ? ed : t === 16 ? 40 : 2)),
    { d: 2, g, seed, ...labels },
  )
const tables = (strong: number, edge: number, seed = 0, labels = {}) =>
  [before, after].flatMap((make) => [make(strong, 250, seed, labels), make(edge, 20, seed, labels)])

describe("A-3d1", () => {
  it("holds from twice the dimension on before training, and with a higher maximum after", async () => {
    expect(await parts(claim, tables(5, 2.5))).toEqual({
      before: "1 of 1, holds",
      after: "1 of 1, holds",
      "before, ratio": "2 of 1, reported",
      "after, ratio": "2 of 1, reported",
    })
  })

  it("asks for each in 24 of 30 seeds", async () => {
    const seeds = (larger: number) =>
      Array.from({ length: 30 }, (_, seed) => (seed < larger ? tables(5, 2.5, seed) : tables(3, 3, seed))).flat()
    const [most, fewer] = [await parts(claim, seeds(24)), await parts(claim, seeds(23))]
    expect([most.before, most.after]).toEqual(["0.8 of 30, holds", "0.8 of 30, holds"])
    expect([fewer.before, fewer.after]).toEqual(["0.766667 of 30, fails", "0.766667 of 30, fails"])
  })

  it("fails below twice before training, where it may hold after", async () => {
    const found = await parts(claim, tables(4.9, 2.5))
    expect([found.before, found.after]).toEqual(["0 of 1, fails", "1 of 1, holds"])
  })

  it("does not count a seed whose states all coincide at the edge of chaos", async () => {
    expect((await parts(claim, [before(5, 250), before(0, 20)])).before).toBe("0 of 1, fails")
    expect((await parts(claim, [before(0, 250), before(0, 20)])).before).toBe("0 of 1, fails")
  })

  it("is not tested without both regimes, with part of a curve, in 200 dimensions, or on variants", async () => {
    const part = curve([2, 2, 9], { d: 2, g: 250, seed: 1 })
    const others = [{ d: 200 }, { loss: "mse" }].flatMap((labels) => tables(5, 2, 0, labels))
    const found = await parts(claim, [before(5, 250), after(5, 20, 1), part, ...others])
    expect(Object.values(found)).toEqual(Array(4).fill("0 of 0, not tested"))
  })
})
