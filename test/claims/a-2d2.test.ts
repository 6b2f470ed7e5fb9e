import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-2d2.ts"
import type { Gathered } from "./judge.ts"
import { chaotic, curve, parts } from "./networks.ts"
import { ending, reading } from "./tables.ts"

const g = 250
/** A network that separates by t = 10, mixes by t = 30 and spreads from t = 11 on. */
const mixing = (labels: object, le1 = 0.2): Gathered[] => [
  chaotic(le1, { g, ...labels }),
  reading({ 10: 0.99, 30: 0.94 }, { g, ...labels }),
  curve([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 3, 2.5, 9, 9, 9, 2.6], { g, ...labels }),
  ending(
    [
      { kind: "chaos", members: 500, purity: 0.6 },
      { kind: "chaos", members: 100, purity: 0.9 },
    ],
    {
      g,
      ...labels,
    },
  ),
]

describe("A-2d2", () => {
  it("holds in chaos that separates the classes and mixes them again", async () => {
    expect(await parts(claim, mixing({}))).toEqual({
      chaotic: "1 of 1, holds",
      separated: "1 of 1, holds",
      mixed: "1 of 1, holds",
      spreading: "0.1 of 1, holds",
      "median LE1": "0.2 of 1, reported",
      "median loss": "0.05 of 1, reported",
      attractors: "2 of 1, reported",
      purity: "0.65 of 1, reported",
    })
  })

  it("asks for it in 9 of 10 seeds", async () => {
    const seeds = (below: number) =>
      Array.from({ length: 10 }, (_, seed) => mixing({ seed }, seed < below ? 0.05 : 0.2)).flat()
    expect((await parts(claim, seeds(1))).chaotic).toBe("0.9 of 10, holds")
    expect((await parts(claim, seeds(2))).chaotic).toBe("0.8 of 10, fails")
  })

  it("fails where the readout is less accurate, or stays so, or the dimension does not rise", async () => {
    const inaccurate = await parts(claim, [reading({ 10: 0.989, 30: 0.5 }, { g })])
    expect([inaccurate.separated, inaccurate.mixed]).toEqual(["0 of 1, fails", "1 of 1, holds"])
    const stays = await parts(claim, [reading({ 10: 1, 30: 0.96 }, { g })])
    expect([stays.separated, stays.mixed]).toEqual(["1 of 1, holds", "0 of 1, fails"])
    expect((await parts(claim, [curve(Array(16).fill(2.5), { g })])).spreading).toBe("0 of 1, fails")
  })

  it("is not tested by what is not there, and looks at trained strongly chaotic networks in 200 dimensions alone", async () => {
    const others = [{ g: 20 }, { d: 2 }, { trained: false }, { learningRate: 0.002 }].flatMap((labels) =>
      mixing(labels),
    )
    const short = curve(Array(12).fill(3), { g })
    expect(Object.values(await parts(claim, [...others, short]))).toEqual(Array(8).fill("0 of 0, not tested"))
  })
})
