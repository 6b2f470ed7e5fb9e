import { describe, expect, it } from "vitest"
import { readout } from "../../schemas/readout.ts"
import { fromRows } from "../../schemas/table.ts"
import claim from "../../stages/claims/a-2acc.ts"
import { bothRegimes, type Gathered, judged, network } from "./judge.ts"

/** A network with an accuracy at t = 10, and worse ones before and after. */
const read = (accuracy: number, labels: object, steps = [9, 10, 11]): Gathered => ({
  labels: network({ ...labels }),
  value: fromRows(
    readout,
    steps.map((t) => ({ rowsShown: 1, blankSteps: t, t, accuracy: t === 10 ? accuracy : 0.5, loss: 0 })),
  ),
})
const seeds = (g: number, accuracies: readonly number[]) => accuracies.map((a, seed) => read(a, { g, seed }))

describe("A-2acc", () => {
  it("holds with a median of 1 and no seed below .99", async () => {
    expect(
      await judged(
        claim,
        bothRegimes((g) => seeds(g, [1, 0.99, 1])),
      ),
    ).toEqual([
      "g = 20, median: 1 of 3, holds",
      "g = 20, worst: 0.99 of 3, holds",
      "g = 250, median: 1 of 3, holds",
      "g = 250, worst: 0.99 of 3, holds",
    ])
  })

  it("fails just below either", async () => {
    expect(await judged(claim, [...seeds(20, [0.999, 0.999, 1]), ...seeds(250, [1, 1, 0.989])])).toEqual([
      "g = 20, median: 0.999 of 3, fails",
      "g = 20, worst: 0.999 of 3, holds",
      "g = 250, median: 1 of 3, holds",
      "g = 250, worst: 0.989 of 3, fails",
    ])
  })

  it("is not tested in a regime without networks, or without t = 10", async () => {
    expect(await judged(claim, [...seeds(20, [1]), read(1, { g: 250 }, [9, 11])])).toEqual([
      "g = 20, median: 1 of 1, holds",
      "g = 20, worst: 1 of 1, holds",
      "g = 250, median: 0 of 0, not tested",
      "g = 250, worst: 0 of 0, not tested",
    ])
  })

  it("looks at trained networks in 200 dimensions alone, and at no variant", async () => {
    const others = [{ trained: false }, { d: 2 }, { g: 60 }, { profile: "code-2021" }].map((labels, i) =>
      read(0.1, { seed: i + 1, ...labels }),
    )
    expect((await judged(claim, [...others, read(1, {})])).slice(0, 2)).toEqual([
      "g = 20, median: 1 of 1, holds",
      "g = 20, worst: 1 of 1, holds",
    ])
  })
})
