import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2b1.ts"
import { bothRegimes, dimensions, judged, network } from "./judge.ts"
import { drawn } from "./tables.ts"

/** A network that starts with this ED and goes on with others. */
const starting = (ed: number, labels: object) => ({ labels: network({ ...labels }), value: dimensions([ed, 9, 9]) })
const inputs = (ed: number, d: number, seed = 0, labels = {}) =>
  drawn([{ ed: 77 }, { set: "evaluation", ed }], { d, seed, ...labels })

describe("A-2b1", () => {
  it("holds within a twentieth of the inputs in 200 dimensions, within a fifth in 2", async () => {
    const networks = bothRegimes((g) => [starting(g === 20 ? 41.96 : 38.04, { g }), starting(1.6, { g, d: 2 })])
    expect(await judged(claim, [...networks, inputs(40, 200), inputs(2, 2)])).toEqual([
      "d = 200, g = 20: 0.049 of 1, holds",
      "d = 200, g = 250: 0.049 of 1, holds",
      "d = 2, g = 20: 0.2 of 1, holds",
      "d = 2, g = 250: 0.2 of 1, holds",
    ])
  })

  it("fails beyond, on either side", async () => {
    const networks = bothRegimes((g) => [starting(g === 20 ? 42.4 : 37.6, { g }), starting(g / 100, { g, d: 2 })])
    expect(await judged(claim, [...networks, inputs(40, 200), inputs(2, 2)])).toEqual([
      "d = 200, g = 20: 0.06 of 1, fails",
      "d = 200, g = 250: 0.06 of 1, fails",
      "d = 2, g = 20: 0.9 of 1, fails",
      "d = 2, g = 250: 0.25 of 1, fails",
    ])
  })

  it("compares each seed with its own inputs, and takes the median", async () => {
    const networks = [40, 44, 30].map((ed, seed) => starting(ed, { seed }))
    const tables = [inputs(30, 200, 2), inputs(44, 200, 1), inputs(80, 200, 0), inputs(1, 200, 7)]
    expect((await judged(claim, [...networks, ...tables]))[0]).toBe("d = 200, g = 20: 0 of 3, holds")
  })

  it("is not tested without inputs or states of a seed, before training, or on a variant", async () => {
    const others = [starting(40, { seed: 1, trained: false }), starting(40, { seed: 1, loss: "mse" })]
    const late = { labels: network({ seed: 2 }), value: dimensions([]) }
    const tables = [starting(40, {}), ...others, late, inputs(40, 200, 1), inputs(40, 200, 2)]
    const variant = inputs(40, 200, 0, { clusters: 120 })
    expect((await judged(claim, [...tables, variant]))[0]).toBe("d = 200, g = 20: 0 of 0, not tested")
  })
})
