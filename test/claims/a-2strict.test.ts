import { describe, expect, it } from "vitest"
import { probes } from "../../schemas/probes.ts"
import { fromRows } from "../../schemas/table.ts"
import claim from "../../stages/claims/a-2strict.ts"
import { type Gathered, network } from "./judge.ts"
import { parts } from "./networks.ts"

/** A network with the accuracy on held-out clusters at the last of t = 0, 1, … `last`; other probes, splits and steps differ. */
const probed = (accuracy: number, labels: object = {}, last = 10): Gathered => {
  const row = { C: 1, iterations: 5, gradientNorm: 0, converged: true, margin: 0 }
  const rows = Array.from({ length: last + 1 }, (_, t) => [
    { ...row, t, probe: "train", split: -1, accuracy: 1 },
    { ...row, t, probe: "holdout", split: 1, accuracy: 1 },
    { ...row, t, probe: "knn", split: 0, accuracy: 1 },
    { ...row, t, probe: "holdout", split: 0, accuracy: t === last ? accuracy : 1 },
  ]).flat()
  return { labels: network({ strict: true, ...labels }), value: fromRows(probes, rows) }
}

describe("A-2strict", () => {
  it.each([
    [0.34, "fails"],
    [0.35, "holds"],
    [0.65, "holds"],
    [0.66, "fails"],
  ])("at %s %s, in either regime", async (accuracy, verdict) => {
    expect(await parts(claim, [probed(accuracy), probed(accuracy, { g: 250 })])).toEqual({
      "g = 20": `${accuracy} of 1, ${verdict}`,
      "g = 250": `${accuracy} of 1, ${verdict}`,
    })
  })

  it("takes the mean over the seeds", async () => {
    const tables = [0.1, 0.4, 0.7].map((accuracy, seed) => probed(accuracy, { seed }))
    expect((await parts(claim, tables))["g = 20"]).toBe("0.4 of 3, holds")
  })

  it("is not tested without networks that were kept from the clusters, or without t = 10", async () => {
    const baseline = { ...probed(0.5), labels: network() }
    const others = [{ d: 2 }, { trained: false }, { loss: "mse" }].map((labels) => probed(0.5, labels))
    expect(await parts(claim, [baseline, ...others, probed(0.5, {}, 9)])).toEqual({
      "g = 20": "0 of 0, not tested",
      "g = 250": "0 of 0, not tested",
    })
  })
})
