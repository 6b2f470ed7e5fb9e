import { describe, expect, it } from "vitest"
import first from "../../stages/claims/c-1.ts"
import second from "../../stages/claims/c-2.ts"
import { parts } from "./networks.ts"
import { labelled, others, probed } from "./sequences.ts"

/** Nearest neighbours at step 28, .9, and 20 blank rows later. */
const kept = (after: number, before = 0.9) =>
  probed([
    { probe: "knn", accuracy: before },
    { probe: "knn", t: 47, accuracy: after },
    { probe: "holdout", t: 47, accuracy: 0.1 },
  ])

describe("C-1", () => {
  it("holds with four fifths kept, and fails with less", async () => {
    expect(await parts(first, [kept(0.72)])).toMatchObject({
      "matched, kept": "1 of 1, holds",
      "matched, kept, median": "0.8 of 1, reported",
      "matched, before": "0.9 of 1, reported",
      "strong, kept": "0 of 0, not tested",
      "untrained, kept": "0 of 0, not tested",
    })
    expect(await parts(first, [kept(0.7199)])).toMatchObject({ "matched, kept": "0 of 1, fails" })
    expect(await parts(first, [kept(0, 0)])).toMatchObject({ "matched, kept": "0 of 1, fails" })
  })

  it("reports networks before training", async () => {
    const found = await parts(first, [labelled({ seed: 3, trained: false }, kept(0.45))])
    expect(found["untrained, kept"]).toBe("0.5 of 1, reported")
  })

  it("is not tested without the drift, or on others", async () => {
    const found = await parts(
      first,
      others.map((labels) => labelled(labels, kept(0.9))),
    )
    expect(new Set(Object.values(found))).toEqual(new Set(["0 of 0, not tested"]))
    expect(await parts(first, [probed([{ probe: "knn" }])])).toMatchObject({
      "matched, kept": "0 of 0, not tested",
      "matched, before": "0.9 of 1, reported",
    })
  })
})

/** Readout and probe at step 28, .9 both, and 5 blank rows later. */
const drifted = (readout: number, probe: number) =>
  probed([
    { accuracy: 0.9 },
    { probe: "readout", split: 0, C: 0, accuracy: 0.9 },
    { t: 32, accuracy: probe },
    { t: 32, probe: "readout", split: 0, C: 0, accuracy: readout },
    { t: 32, probe: "knn", C: 0, accuracy: 0 },
  ])

describe("C-2", () => {
  it("holds where the readout loses and the probe does not", async () => {
    expect(await parts(second, [drifted(0.7, 0.8)])).toMatchObject({
      "matched, readout": "1 of 1, holds",
      "matched, readout, median": "0.2 of 1, reported",
      "matched, probe": "1 of 1, holds",
      "matched, probe, median": "0.1 of 1, reported",
      "strong, probe": "0 of 0, not tested",
    })
  })

  it("fails by the one or the other", async () => {
    expect(await parts(second, [drifted(0.7001, 0.7999)])).toMatchObject({
      "matched, readout": "0 of 1, fails",
      "matched, probe": "0 of 1, fails",
    })
  })

  it("is not tested without the drift, or on others", async () => {
    const tables = [probed([{}]), ...others.map((labels) => labelled(labels, drifted(0.5, 0.9)))]
    expect(new Set(Object.values(await parts(second, tables)))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
