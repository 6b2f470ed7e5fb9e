import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/b-acc.ts"
import { parts } from "./networks.ts"
import { labelled, learnt } from "./sequences.ts"

/** Training that ends at these accuracies, one a seed, and passes through others. */
const ending = (profile: string, accuracies: readonly number[]) =>
  accuracies.map((validationAccuracy, seed) =>
    labelled(
      { profile, seed },
      learnt([{ epoch: 29, validationAccuracy: 0.1 }, { validationAccuracy }, { epoch: 31, validationAccuracy: 0.2 }]),
    ),
  )

describe("B-acc", () => {
  it("holds at the bars of each profile", async () => {
    expect(await parts(claim, [...ending("matched", [0.93, 0.95]), ...ending("strong", [0.96, 0.98])])).toEqual({
      "matched, accuracy": "1 of 2, holds",
      "matched, accuracy, median": "0.94 of 2, reported",
      "strong, accuracy": "1 of 2, holds",
      "strong, accuracy, median": "0.97 of 2, reported",
    })
  })

  it("fails beyond them, in more than one of ten seeds", async () => {
    const nine = Array(9).fill(0.94)
    const found = await parts(claim, [...ending("matched", [...nine, 0.9501]), ...ending("strong", [0.9599])])
    expect(found).toMatchObject({ "matched, accuracy": "0.9 of 10, holds", "strong, accuracy": "0 of 1, fails" })
    expect(await parts(claim, ending("matched", [...nine, 0.9501, 0.9299]))).toMatchObject({
      "matched, accuracy": "0.818182 of 11, fails",
    })
  })

  it("is not tested before epoch 30, or on the clusters study, or on variants", async () => {
    const tables = [
      labelled({ profile: "matched", seed: 0 }, learnt([{ epoch: 29 }])),
      labelled({ d: 200, g: 20, seed: 0 }, learnt([{}])),
      labelled({ profile: "strong", seed: 0, learningRate: 0.01 }, learnt([{}])),
    ]
    expect(Object.values(await parts(claim, tables))).toEqual(Array(4).fill("0 of 0, not tested"))
  })
})
