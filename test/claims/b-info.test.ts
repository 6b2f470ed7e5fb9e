import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/b-info.ts"
import { parts } from "./networks.ts"
import { labelled, others, probed, trained } from "./sequences.ts"

/** Probe .2 + gap and readout .2 at steps 1 … 28; rows of other probes beside them. */
const network = (gapOf: (step: number) => number) =>
  probed(
    Array.from({ length: 28 }, (_, t) => t).flatMap((t) => [
      { t, accuracy: 0.2 + gapOf(t + 1) },
      { t, split: 1, accuracy: 1 },
      { t, probe: "train", split: 0, accuracy: 1 },
      { t, probe: "readout", split: 0, C: 0, accuracy: 0.2 },
    ]),
  )
const usual = (step: number) => (step === 24 ? 0.2 : step === 28 ? -0.01 : 0.1)

describe("B-info", () => {
  it("holds at the bars", async () => {
    const found = await parts(claim, [network(usual)])
    expect(Object.fromEntries(Object.entries(found).filter(([part]) => part.startsWith("matched")))).toEqual({
      "matched, early": "1 of 1, holds",
      "matched, early, median": "0.2 of 1, reported",
      "matched, step 28": "1 of 1, holds",
      "matched, step 28, median": "-0.01 of 1, reported",
      "matched, step": "24 of 1, reported",
      "matched, probe": "0.3 of 1, reported",
    })
    expect(found["strong, early"]).toBe("0 of 0, not tested")
  })

  it("fails just below, and does not look before step 8 or after 24", async () => {
    const late = (step: number) => (step < 8 || step > 24 ? 0.5 : 0.19)
    expect(await parts(claim, [network(late)])).toMatchObject({ "matched, early": "0 of 1, fails" })
    expect(await parts(claim, [network(() => -0.0101)])).toMatchObject({ "matched, step 28": "0 of 1, fails" })
  })

  it("reports the controls", async () => {
    const found = await parts(claim, [
      labelled({ seed: 0, trained: false }, probed([{ t: 15, accuracy: 0.6 }])),
      labelled({ trained: false, of: "pixels" }, probed([{ t: 15, accuracy: 0.7 }])),
    ])
    expect(found).toMatchObject({
      "untrained, probe": "0.6 of 1, reported",
      "pixels, probe": "0.7 of 1, reported",
    })
  })

  it("is not tested without a step, or on others", async () => {
    const short = { labels: trained(), value: { ...network(usual).value, length: 4 } }
    const found = await parts(claim, [short, ...others.map((labels) => labelled(labels, network(usual)))])
    expect(new Set(Object.values(found))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
