import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/c-4.ts"
import { parts } from "./networks.ts"
import { dimensions, labelled, measured, others } from "./sequences.ts"

/** A network whose largest attractor is such, and a smaller one of many dimensions. */
const network = (given: Parameters<typeof measured>[0][number], at28 = 20) => [
  measured([{ attractor: 1, members: 40, twoNN: 9, mle: 9, pca90: 99 }, given]),
  dimensions([{ t: 26, pca90: 1 }, { pca90: at28 }, { label: 3, pca90: 1 }]),
]
const verdicts = async (given: Parameters<typeof measured>[0][number], at28?: number) => {
  const found = await parts(claim, network(given, at28))
  return [found["matched, TwoNN"], found["matched, PCA-90"], found["matched, maximum likelihood"]]
}

describe("C-4", () => {
  it("holds for a curve of few components, and tells the rest", async () => {
    const found = await parts(claim, network({ twoNN: 1.3, mle: 0.8, pca90: 10 }))
    expect(Object.fromEntries(Object.entries(found).filter(([part]) => part.startsWith("matched")))).toEqual({
      "matched, TwoNN": "1 of 1, holds",
      "matched, PCA-90": "1 of 1, holds",
      "matched, PCA-90, median": "10 of 1, reported",
      "matched, maximum likelihood": "1 of 1, reported",
      "matched, estimated": "1 of 1, reported",
      "matched, TwoNN, median": "1.3 of 1, reported",
      "matched, maximum likelihood, median": "0.8 of 1, reported",
      "matched, correlation dimension": "1.05 of 1, reported",
      "matched, Kaplan-Yorke": "1 of 1, reported",
      "matched, states at step 28": "20 of 1, reported",
      "matched, lower than at step 28": "1 of 1, reported",
    })
    expect(found["strong, TwoNN"]).toBe("0 of 0, not tested")
  })

  it("fails by either dimension", async () => {
    expect(await verdicts({ twoNN: 0.79, pca90: 11 })).toEqual(["0 of 1, fails", "0 of 1, fails", "1 of 1, reported"])
    expect(await verdicts({ twoNN: 1.31, mle: 1.31 })).toEqual(["0 of 1, fails", "1 of 1, holds", "0 of 1, reported"])
  })

  it("takes a cycle of few states, of which nothing is estimated, for no curve", async () => {
    const cycle = { kind: "cycle", twoNN: 0, mle: 0, correlation: 0, estimated: false }
    const found = await parts(claim, network(cycle, 4))
    expect(found).toMatchObject({
      "matched, TwoNN": "0 of 1, fails",
      "matched, PCA-90": "1 of 1, holds",
      "matched, estimated": "0 of 1, reported",
      "matched, TwoNN, median": "0 of 0, not tested",
      "matched, correlation dimension": "0 of 0, not tested",
      "matched, lower than at step 28": "0 of 1, reported",
    })
  })

  it("is not tested without attractors, or on others", async () => {
    const tables = [measured([]), ...others.flatMap((labels) => network({}).map((table) => labelled(labels, table)))]
    expect(new Set(Object.values(await parts(claim, tables)))).toEqual(new Set(["0 of 0, not tested"]))
  })
})
