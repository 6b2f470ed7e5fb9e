import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3k.ts"
import type { Gathered } from "./judge.ts"
import { parts, read } from "./networks.ts"

const ofCount = (clusters: number) => (clusters === 60 ? {} : { clusters })
/** A network of either regime, with the accuracies at the edge of chaos and in strong chaos. */
const pair = (clusters: number, edge: number, strong: number, labels: object = {}): Gathered[] => [
  read(edge, { d: 2, g: 20, ...ofCount(clusters), ...labels }),
  read(strong, { d: 2, g: 250, ...ofCount(clusters), ...labels }),
]
const easy = [...pair(40, 1, 1), ...pair(60, 0.99, 1)]

describe("A-3K", () => {
  it("holds where one number of clusters tells the regimes apart, and reports them all", async () => {
    expect(await parts(claim, [...easy, ...pair(120, 0.85, 0.95), ...pair(240, 0.6, 0.9)])).toEqual({
      "some K": "1 of 1, holds",
      "K = 40, g = 20": "1 of 1, reported",
      "K = 40, g = 250": "1 of 1, reported",
      "K = 60, g = 20": "0.99 of 1, reported",
      "K = 60, g = 250": "1 of 1, reported",
      "K = 120, g = 20": "0.85 of 1, reported",
      "K = 120, g = 250": "0.95 of 1, reported",
      "K = 240, g = 20": "0.6 of 1, reported",
      "K = 240, g = 250": "0.9 of 1, reported",
    })
  })

  it("fails where none has both", async () => {
    const rows = await parts(claim, [...easy, ...pair(120, 0.86, 1), ...pair(240, 0.6, 0.94)])
    expect(rows["some K"]).toBe("0 of 1, fails")
  })

  it("takes medians over the seeds, and the fewest seeds for its number", async () => {
    const tables = [
      ...easy,
      ...[0.5, 0.8, 0.9].flatMap((edge, seed) => pair(120, edge, [1, 0.95, 0.1][seed]!, { seed })),
    ]
    const rows = await parts(claim, tables)
    expect(rows["some K"]).toBe("1 of 1, holds")
    expect([rows["K = 120, g = 20"], rows["K = 120, g = 250"]]).toEqual(["0.8 of 3, reported", "0.95 of 3, reported"])
  })

  it("is not tested where none has both and the sweep is not complete", async () => {
    const of = async (tables: Gathered[]) => (await parts(claim, tables))["some K"]
    expect(await of([])).toBe("0 of 0, not tested")
    expect(await of(easy)).toBe("0 of 1, not tested")
    expect(await of([...easy, ...pair(120, 0.9, 1), ...pair(240, 0.9, 1).slice(1)])).toBe("0 of 1, not tested")
  })

  it("looks at trained networks in 2 dimensions alone, off the baseline by the number of clusters only", async () => {
    const others = [{ d: 200 }, { trained: false }, { learningRate: 0.0005 }].flatMap((labels) =>
      [40, 60, 120, 240].flatMap((clusters) => pair(clusters, 0.5, 1, labels)),
    )
    expect((await parts(claim, others))["some K"]).toBe("0 of 0, not tested")
  })
})
