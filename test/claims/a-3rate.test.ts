import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3rate.ts"
import type { Gathered } from "./judge.ts"
import { chaotic, curve, parts, seeds } from "./networks.ts"

const of = { d: 2, g: 250 }
const [doubled, halved] = [{ learningRate: 0.002 }, { learningRate: 0.0005 }]
/** Expands to `top` at t = 7, compresses to `end` at t = 11, and goes on to 20 afterwards. */
const hump = (top: number, end: number) => [2, 2, 2, 3, 3, 4, 4, top, 4, 3, 3, end, 20, 20, 20, 20]

const usual: Gathered[] = [chaotic(0.4, of), curve(hump(5, 2.5), of)]
const fast = (le1: number, top: number): Gathered[] => [
  chaotic(le1, { ...of, ...doubled }),
  curve(hump(top, 2.5), { ...of, ...doubled }),
]
const slow = (end: number) => curve(hump(5, end), { ...of, ...halved })

describe("A-3rate", () => {
  it("holds with half of the exponent, a lower expansion, and hardly a compression", async () => {
    expect(await parts(claim, [...usual, ...fast(0.2, 4.9), slow(4.25)])).toEqual({
      doubled: "2 of 1, holds",
      halved: "0.15 of 1, holds",
      "baseline, compression": "0.5 of 1, reported",
      "baseline, LE1": "0.4 of 1, reported",
      "doubled, LE1": "0.2 of 1, reported",
      "baseline, expansion": "5 of 1, reported",
      "doubled, expansion": "4.9 of 1, reported",
    })
  })

  it.each([
    [0.2, 5, "1 of 1, holds"],
    [0.21, 4.9, "1 of 1, holds"],
    [0.21, 5, "0 of 1, fails"],
  ])("asks for either at twice the rate: %s nats, expansion to %s", async (le1, top, row) => {
    expect((await parts(claim, [...usual, ...fast(le1, top)])).doubled).toBe(row)
  })

  it("quenches no chaos where there is none", async () => {
    const calm = [chaotic(-0.4, of), curve(hump(5, 2.5), of)]
    expect((await parts(claim, [...calm, ...fast(-0.3, 5)])).doubled).toBe("0 of 1, fails")
  })

  it("fails where half the rate compresses too", async () => {
    expect((await parts(claim, [slow(4.2)])).halved).toBe("0.16 of 1, fails")
  })

  it("takes medians over the seeds", async () => {
    const tables = [
      ...seeds([0.4, 0.4, 0.1], chaotic, of),
      ...seeds([hump(5, 5), hump(5, 5), hump(4, 1)], curve, of),
      ...seeds([0.1, 0.2, 0.9], chaotic, { ...of, ...doubled }),
      ...seeds([hump(6, 5), hump(6, 5), hump(4, 1)], curve, { ...of, ...doubled }),
      ...seeds([hump(5, 5), hump(5, 4.5), hump(5, 1)], curve, { ...of, ...halved }),
    ]
    expect(await parts(claim, tables)).toMatchObject({ doubled: "1 of 3, holds", halved: "0.1 of 3, holds" })
  })

  it("is not tested without both quantities at both rates, or without strongly chaotic networks in 2 dimensions", async () => {
    expect((await parts(claim, [...usual, ...fast(0.1, 4).slice(1)])).doubled).toBe("0 of 0, not tested")
    const others = [{ d: 200 }, { g: 20 }, { trained: false }, { clusters: 120 }].flatMap((labels) =>
      [...usual, ...fast(0.1, 4), slow(5)].map((one) => ({ ...one, labels: { ...one.labels, ...labels } })),
    )
    const rows = Object.values(await parts(claim, others))
    expect(rows).toEqual(rows.map(() => "0 of 0, not tested"))
  })
})
