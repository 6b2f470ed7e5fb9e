import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/b-3.ts"
import { parts } from "./networks.ts"
import { labelled, learnt, others, periodic, read } from "./sequences.ts"

const network = (a: { first?: number; fifth?: number; strength?: number; lag?: number; trainedTo?: number }) => [
  read([
    { rowsShown: 27, blankSteps: 0, accuracy: 0.1 },
    { accuracy: a.first ?? 0.94 },
    { rowsShown: 23, blankSteps: 5, accuracy: 0.2 },
    { blankSteps: 5, accuracy: a.fifth ?? 0.74 },
  ]),
  labelled({ profile: "matched", seed: 0 }, learnt([{ validationAccuracy: a.trainedTo ?? 0.94 }])),
  periodic([
    { method: "recurrence", strength: 0.1, lag: 3 },
    { strength: a.strength ?? 0.5, lag: a.lag ?? 2 },
  ]),
]

describe("B-3", () => {
  it("holds at the bars", async () => {
    const found = await parts(claim, network({}))
    expect(Object.entries(found).filter(([part]) => part.startsWith("matched"))).toEqual([
      ["matched, step 28", "1 of 1, holds"],
      ["matched, wrecked", "1 of 1, holds"],
      ["matched, wrecked, median", "0.2 of 1, reported"],
      ["matched, comes back", "1 of 1, holds"],
      ["matched, comes back, median", "0.5 of 1, reported"],
      ["matched, lag", "2 of 1, reported"],
    ])
    expect(found["strong, wrecked"]).toBe("0 of 0, not tested")
  })

  it("fails by each condition", async () => {
    expect(await parts(claim, network({ trainedTo: 0.9401 }))).toMatchObject({ "matched, step 28": "0 of 1, fails" })
    expect(await parts(claim, network({ fifth: 0.7401 }))).toMatchObject({ "matched, wrecked": "0 of 1, fails" })
    expect(await parts(claim, network({ strength: 0.499 }))).toMatchObject({ "matched, comes back": "0 of 1, fails" })
    expect(await parts(claim, network({ strength: 0, lag: 0 }))).toMatchObject({
      "matched, comes back": "0 of 1, fails",
      "matched, lag": "0 of 0, not tested",
    })
  })

  it("is not tested on others, or without the reads", async () => {
    const tables = [
      ...others.flatMap((labels) => network({}).map((table) => labelled(labels, table))),
      read([{ accuracy: 0.9 }]),
      periodic([{ method: "recurrence" }]),
      labelled({ profile: "strong", seed: 0, trained: true }, periodic([{ n: 91 }])),
    ]
    expect(new Set(Object.values(await parts(claim, tables)))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
