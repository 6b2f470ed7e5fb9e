import { describe, expect, it } from "vitest"
import type { Labels } from "../../artifacts/stage.ts"
import claim from "../../stages/claims/b-tsne.ts"
import { parts } from "./networks.ts"
import { blank, clustered, labelled, others, quality } from "./sequences.ts"

const times = [3, 9, 15, 27]
/** Purities in the plane at steps 4, 10, 16 and 28, of 10 points of two classes: by chance 42/90. */
const embedded = (purities: readonly number[], labels: Labels = {}, method = "t-sne") => [
  quality(
    times.map((t, at) => ({ method, t, purityEmbedded: purities[at]!, purityFull: 0.1 * at })),
    labels,
  ),
  clustered(
    [
      { method, cluster: -1, label: 0, points: 10, members: 7 },
      { method, cluster: -1, label: 6, points: 10, members: 1 },
      { method, cluster: -1, label: 7, points: 10, members: 2 },
      { method, cluster: 0, label: 7, points: 5, members: 5 },
      { method, t: 9, cluster: -1, points: 10, members: 10 },
    ],
    labels,
  ),
]
const chance = 44 / 90

describe("B-tsne", () => {
  it("holds above chance and with growing purity", async () => {
    expect(await parts(claim, embedded([0.49, 0.6, 0.7, 0.8]))).toMatchObject({
      "matched, t-sne, step 4": "1 of 1, holds",
      "matched, t-sne, sharper": "1 of 1, holds",
      "matched, umap, step 4": "0 of 0, not tested",
      "matched, t-sne without zero states, step 4": "0 of 0, not tested",
      "matched, chance": `${Number(chance.toFixed(6))} of 1, reported`,
      "matched, purity at step 4": "0.49 of 1, reported",
      "matched, purity at step 28": "0.8 of 1, reported",
      "matched, states less rows at step 4": "0 of 0, not tested",
      "strong, t-sne, step 4": "0 of 0, not tested",
    })
  })

  it("fails at chance, or where the purity stands still", async () => {
    const found = await parts(claim, [
      ...embedded([chance, 0.6, 0.6, 0.8]),
      ...embedded([0.6, 0.5, 0.7, 0.8], { seed: 1 }),
    ])
    expect(found).toMatchObject({
      "matched, t-sne, step 4": "0.5 of 2, fails",
      "matched, t-sne, sharper": "0 of 2, fails",
    })
  })

  it("reports UMAP, states that are not zero, the rows themselves, and blank images", async () => {
    const tables = [
      ...embedded([0.6, 0.7, 0.8, 0.9]),
      ...embedded([0.6, 0.7, 0.8, 0.9], { profile: "strong" }, "umap"),
      ...embedded([0.2, 0.7, 0.8, 0.9], { exclude: "zero" }),
      labelled(
        { trained: false, of: "pixels" },
        quality(times.map((t, at) => ({ t, purityFull: 0.05 * at, purityEmbedded: 0.3 }))),
      ),
      blank([{}, { label: 6, zeroStates: 0.1 }, { t: 9, zeroStates: 0.01 }]),
    ]
    expect(await parts(claim, tables)).toMatchObject({
      "strong, umap, step 4": "1 of 1, reported",
      "strong, umap, sharper": "1 of 1, reported",
      "matched, t-sne without zero states, step 4": "0 of 1, reported",
      "matched, t-sne without zero states, sharper": "1 of 1, reported",
      "matched, states less rows at step 16": "0.1 of 1, reported",
      "pixels, purity at step 16": "0.3 of 1, reported",
      "matched, zero states at step 4": "0.8 of 1, reported",
      "matched, zero states at step 10": "0.01 of 1, reported",
    })
  })

  it("compares states with as many rows alone", async () => {
    const rows = (points: number) => quality(times.map((t, at) => ({ t, points, purityFull: 0.05 * at })))
    const found = await parts(claim, [
      ...embedded([0.6, 0.7, 0.8, 0.9]),
      labelled({ trained: false, of: "pixels" }, rows(7)),
    ])
    expect(found["matched, states less rows at step 16"]).toBe("0 of 0, not tested")
  })

  it("is not tested without a step, or on others", async () => {
    const tables = others.flatMap((labels) => embedded([0.6, 0.7, 0.8, 0.9]).map((table) => labelled(labels, table)))
    const found = await parts(claim, [...tables, quality([{ t: 3 }, { t: 9 }, { t: 27 }])])
    expect(new Set(Object.values(found))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
