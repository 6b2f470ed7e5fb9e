import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/b-6.ts"
import { parts } from "./networks.ts"
import { blank, clustered, labelled, others } from "./sequences.ts"

/** All points, of whose 6s most are kept; a cluster without 6s to speak of; clusters of the next digit and step. */
const around = [
  { cluster: -1, points: 1000, members: 100, oddsRatio: 1, kept: 0.96 },
  { cluster: 0, points: 800, members: 9, oddsRatio: 0.1, kept: 1 },
  { cluster: 1, label: 2, oddsRatio: 99, kept: 1 },
  { cluster: 1, t: 9, oddsRatio: 99, kept: 1 },
]
const network = (given: Parameters<typeof clustered>[0][number], labels = {}) =>
  clustered([...around, { cluster: 1, ...given }], labels)

describe("B-6", () => {
  it("holds at the bars, in the cluster with the highest odds", async () => {
    expect(await parts(claim, [network({ oddsRatio: 5, kept: 0.9 })])).toMatchObject({
      "matched, t-sne, early cluster": "1 of 1, holds",
      "matched, t-sne, persists": "1 of 1, holds",
      "matched, umap, early cluster": "0 of 0, not tested",
      "matched, t-sne without zero states, persists": "0 of 0, not tested",
      "matched, odds ratio": "5 of 1, reported",
      "matched, points": "100 of 1, reported",
      "matched, kept": "0.9 of 1, reported",
      "matched, kept of all": "0.96 of 1, reported",
      "strong, t-sne, early cluster": "0 of 0, not tested",
    })
  })

  it("fails just below, and without clusters", async () => {
    expect(await parts(claim, [network({ oddsRatio: 4.99, kept: 0.89 })])).toMatchObject({
      "matched, t-sne, early cluster": "0 of 1, fails",
      "matched, t-sne, persists": "0 of 1, fails",
    })
    expect(await parts(claim, [clustered(around.slice(0, 1))])).toMatchObject({
      "matched, t-sne, early cluster": "0 of 1, fails",
      "matched, t-sne, persists": "0 of 1, fails",
      "matched, points": "0 of 1, reported",
    })
  })

  it("reports UMAP, states that are not zero, the rows themselves, and what ink alone tells", async () => {
    const tables = [
      network({ method: "umap", oddsRatio: 7, kept: 0.1 }),
      network({ oddsRatio: 2, kept: 0.95 }, { exclude: "zero" }),
      labelled({ trained: false, of: "pixels" }, network({ oddsRatio: 125, kept: 0.95 })),
      blank([{}, { label: 6, points: 100, zeroStates: 0.1 }, { t: 9 }, { t: 9, label: 6 }]),
    ]
    expect(await parts(claim, tables)).toMatchObject({
      "matched, umap, early cluster": "1 of 1, reported",
      "matched, umap, persists": "0 of 1, reported",
      "matched, t-sne without zero states, early cluster": "0 of 1, reported",
      "matched, t-sne without zero states, persists": "1 of 1, reported",
      "pixels, odds ratio": "125 of 1, reported",
      "pixels, kept": "0.95 of 1, reported",
      "matched, zero states": "0.8 of 1, reported",
      "matched, zero states of 6s": "0.1 of 1, reported",
      "matched, odds ratio by ink": `${Number(((90.5 * 790.5) / (110.5 * 10.5)).toFixed(6))} of 1, reported`,
    })
  })

  it("is not tested without step 4, or on others", async () => {
    const tables = [clustered([{ t: 9 }]), blank([{ t: 9 }]), ...others.map((labels) => labelled(labels, network({})))]
    expect(new Set(Object.values(await parts(claim, tables)))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
