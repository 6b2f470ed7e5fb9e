import { describe, expect, it } from "vitest"
import type { Labels } from "../../artifacts/stage.ts"
import claim from "../../stages/claims/a-2dist.ts"
import { bothRegimes } from "./judge.ts"
import { parts } from "./networks.ts"
import { shaped } from "./tables.ts"

/** Distances of one network before training, 5 both, and after. */
const changed = (between: number, within: number, labels: Labels) => [
  shaped({ between: 5, within: 5 }, { trained: false, ...labels }),
  shaped({ between, within }, labels),
]

describe("A-2dist", () => {
  it("holds when classes move apart and shrink", async () => {
    expect(
      await parts(
        claim,
        bothRegimes((g) => changed(10, 1, { g })),
      ),
    ).toEqual(
      Object.fromEntries(
        [20, 250].flatMap((g) => [
          [`g = ${g}, between`, "1 of 1, holds"],
          [`g = ${g}, between, ratio`, "2 of 1, reported"],
          [`g = ${g}, within`, "1 of 1, holds"],
          [`g = ${g}, within, ratio`, "0.2 of 1, reported"],
        ]),
      ),
    )
  })

  it("asks for each in 9 of 10 seeds", async () => {
    const seeds = (even: number) =>
      Array.from({ length: 10 }, (_, seed) => (seed < even ? changed(5, 5, { seed }) : changed(9, 2, { seed }))).flat()
    const [most, fewer] = [await parts(claim, seeds(1)), await parts(claim, seeds(2))]
    expect([most["g = 20, between"], most["g = 20, within"]]).toEqual(["0.9 of 10, holds", "0.9 of 10, holds"])
    expect([fewer["g = 20, between"], fewer["g = 20, within"]]).toEqual(["0.8 of 10, fails", "0.8 of 10, fails"])
  })

  it("fails by the one or the other", async () => {
    const [both, none] = [await parts(claim, changed(10, 6, {})), await parts(claim, changed(4, 1, {}))]
    expect([both["g = 20, between"], both["g = 20, within"]]).toEqual(["1 of 1, holds", "0 of 1, fails"])
    expect([none["g = 20, between"], none["g = 20, within"]]).toEqual(["0 of 1, fails", "1 of 1, holds"])
  })

  it("is not tested without a seed before and after training, or without t = 10, or on variants", async () => {
    const short = { ...shaped({}, { seed: 3 }), value: { ...shaped({}, {}).value, length: 1 } }
    const tables = [changed(9, 1, { seed: 1 })[0]!, changed(9, 1, { seed: 2 })[1]!, short, ...changed(9, 1, { d: 2 })]
    const found = await parts(claim, [...tables, ...changed(9, 1, { loss: "mse" })])
    expect(Object.values(found)).toEqual(Array(8).fill("0 of 0, not tested"))
  })
})
