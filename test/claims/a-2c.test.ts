import { describe, expect, it } from "vitest"
import { probes } from "../../schemas/probes.ts"
import { fromRows } from "../../schemas/table.ts"
import claim from "../../stages/claims/a-2c.ts"
import { bothRegimes, type Gathered, judged, network } from "./judge.ts"

/** A network with the accuracy on held-out clusters at t = 0, 1, …; other probes, other splits and later steps differ. */
const probed = (curve: readonly number[], labels: object): Gathered => {
  const row = { C: 1, iterations: 5, gradientNorm: 0, converged: true, margin: 0 }
  const rows = curve.flatMap((accuracy, t) => [
    { ...row, probe: "train", t, split: -1, accuracy: 0.8 },
    { ...row, probe: "holdout", t, split: 0, accuracy },
    { ...row, probe: "holdout", t, split: 1, accuracy: 0.8 },
    { ...row, probe: "knn", t, split: 0, accuracy: 0.8 },
    { ...row, probe: "readout", t, split: -1, accuracy: 0.8 },
  ])
  const later = { ...row, probe: "holdout", t: 30, split: 0, accuracy: 0.2 }
  return { labels: network({ ...labels }), value: fromRows(probes, curve.length > 0 ? [...rows, later] : []) }
}
const untrained = (curve: readonly number[], labels: object = {}) => probed(curve, { trained: false, ...labels })
const trained = (curve: readonly number[], labels: object = {}) => probed(curve, labels)

const flat = (value: number) => Array.from({ length: 11 }, () => value)
const chance = [0.5, 0.45, 0.55, 0.6, 0.5, 0.5, 0.35, 0.5, 0.5, 0.5, 0.5]
/** Perfect from t = 4 on. */
const rising = [0.5, 0.6, 0.8, 0.95, 1, 1, 1, 1, 1, 1, 1]

describe("A-2c", () => {
  it("holds with chance before training, and a rise to perfect after", async () => {
    expect(
      await judged(
        claim,
        bothRegimes((g) => [untrained(chance, { g }), trained(rising, { g })]),
      ),
    ).toEqual(
      [20, 250].flatMap((g) => [
        `g = ${g}, before: 0.35 of 1, holds`,
        `g = ${g}, after: 1 of 1, holds`,
        `g = ${g}, rising: 1 of 1, holds`,
      ]),
    )
  })

  it("fails before training by a step away from chance, on either side", async () => {
    for (const [value, verdict] of [
      [0.34, "fails"],
      [0.35, "holds"],
      [0.65, "holds"],
      [0.66, "fails"],
    ] as const) {
      const [before] = await judged(claim, [untrained(flat(0.5).with(5, value)), trained(rising)])
      expect(before).toBe(`g = 20, before: ${value} of 1, ${verdict}`)
    }
  })

  it("fails after training below .98 at t = 10, whatever came before", async () => {
    const [, after] = await judged(claim, [trained(rising.with(10, 0.979))])
    expect(after).toBe("g = 20, after: 0.979 of 1, fails")
    expect((await judged(claim, [trained(rising.with(10, 0.98))]))[1]).toBe("g = 20, after: 0.98 of 1, holds")
  })

  it("fails to rise where it falls on its way to the maximum", async () => {
    // Over t = 0 … 4, two neighbours exchanged: 1 - 6 · 2 / (5 · 24); two pairs of them: 1 - 6 · 4 / (5 · 24).
    expect((await judged(claim, [trained([0.6, 0.5, ...rising.slice(2)])]))[2]).toBe("g = 20, rising: 0.9 of 1, holds")
    const zigzag = [0.6, 0.5, 0.95, 0.8, ...rising.slice(4)]
    expect((await judged(claim, [trained(zigzag)]))[2]).toBe("g = 20, rising: 0.8 of 1, fails")
  })

  it("is not tested for a rise where nothing can rise", async () => {
    expect((await judged(claim, [trained(flat(1))])).slice(1, 3)).toEqual([
      "g = 20, after: 1 of 1, holds",
      "g = 20, rising: 0 of 1, not tested",
    ])
  })

  it("takes the mean over the seeds that have the whole curve", async () => {
    const tables = [
      untrained(flat(0.4), { seed: 0 }),
      untrained(flat(0.6), { seed: 1 }),
      untrained(flat(0.1).slice(0, 10), { seed: 2 }),
      trained(rising, { seed: 0 }),
      trained(rising.with(10, 0.97), { seed: 1 }),
    ]
    const [before, after] = await judged(claim, tables)
    expect(before).toBe("g = 20, before: 0.5 of 2, holds")
    expect(after).toBe("g = 20, after: 0.985 of 2, holds")
  })

  it("is not tested without networks, or without the probe", async () => {
    const none = ["before", "after", "rising"].map((part) => `${part}: 0 of 0, not tested`)
    expect(await judged(claim, [])).toEqual([20, 250].flatMap((g) => none.map((text) => `g = ${g}, ${text}`)))
    expect((await judged(claim, [trained([]), untrained(chance)])).slice(0, 3)).toEqual([
      "g = 20, before: 0.35 of 1, holds",
      "g = 20, after: 0 of 0, not tested",
      "g = 20, rising: 0 of 0, not tested",
    ])
  })

  it("leaves variants and other dimensions out", async () => {
    const others = [{ d: 2 }, { profile: "code-2021" }].map((labels) => trained(flat(0.5), { seed: 1, ...labels }))
    expect((await judged(claim, [...others, trained(rising)]))[1]).toBe("g = 20, after: 1 of 1, holds")
  })
})
