import { describe, expect, it } from "vitest"
import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import {
  above,
  atLeast,
  atMost,
  below,
  bySeed,
  claim,
  compression,
  curveOf,
  equalTo,
  excess,
  type Part,
  pairs,
  pointwise,
  shareOf,
  within,
} from "../../stages/claims/claim.ts"
import { isNetwork, isTask } from "../../stages/leaves/clusters.ts"
import { judge, network } from "./judge.ts"

const claiming = (...parts: Part[]) =>
  claim({
    id: "T-1",
    title: "a test",
    study: "clusters",
    source: import.meta.url,
    gathers: { dimension: every(dimension) },
    judge: () => parts,
  })
const part = { part: "g = 20", quantity: "ED", criterion: "< 2", n: 3, holds: (value: number) => value < 2 }

describe("a part", () => {
  it.each([
    ["holds", { value: 1.5 }, { value: 1.5, n: 3 }],
    ["fails", { value: 2 }, { value: 2, n: 3 }],
    ["fails", { value: Number.POSITIVE_INFINITY }, { value: Number.POSITIVE_INFINITY, n: 3 }],
    ["not tested", { value: undefined }, { value: 0, n: 3 }],
    ["not tested", { value: Number.NaN }, { value: 0, n: 3 }],
    ["not tested", { value: 1, n: 0 }, { value: 0, n: 0 }],
  ])("%s with %o", async (verdict, of, row) => {
    const [found] = await judge(claiming({ ...part, ...of }), [])
    expect(found).toEqual({ claim: "T-1", part: "g = 20", quantity: "ED", criterion: "< 2", verdict, ...row })
  })

  it("without a criterion is reported, where there is something to report", async () => {
    const told = { part: "median", quantity: "ED", n: 3 }
    const rows = await judge(
      claiming({ ...told, value: 4 }, { ...told, value: undefined }, { ...told, value: 4, n: 0 }),
      [],
    )
    expect(rows.map(({ criterion, value, n, verdict }) => [criterion, value, n, verdict])).toEqual([
      ["reported", 4, 3, "reported"],
      ["reported", 0, 3, "not tested"],
      ["reported", 0, 0, "not tested"],
    ])
  })

  it("has a row of its own, in the order of the claim", async () => {
    const rows = await judge(claiming({ ...part, value: 3 }, { ...part, part: "g = 250", value: 1 }), [])
    expect(rows.map(({ part, verdict }) => [part, verdict])).toEqual([
      ["g = 20", "fails"],
      ["g = 250", "holds"],
    ])
  })
})

describe("criteria", () => {
  it.each([
    [atLeast(2), ">= 2", [false, true, true]],
    [atMost(2), "<= 2", [true, true, false]],
    [above(2), "> 2", [false, false, true]],
    [below(2), "< 2", [true, false, false]],
    [equalTo(2), "= 2", [false, true, false]],
    [within(2, 3), "in [2, 3]", [false, true, true]],
    [within(1, 2), "in [1, 2]", [true, true, false]],
  ])("%o", ({ criterion, holds }, words, verdicts) => {
    expect(criterion).toBe(words)
    expect([1, 2, 3].map(holds)).toEqual(verdicts)
  })

  it("on a share count the realisations that satisfy a condition", () => {
    const count = (n: number, of: number) =>
      shareOf(
        Array.from({ length: of }, (_, i) => i),
        (i) => i < n,
      )
    expect(count(27, 30)).toEqual({ value: 0.9, n: 30 })
    expect(count(24, 30)).toEqual({ value: 0.8, n: 30 })
    expect(count(0, 0)).toEqual({ value: Number.NaN, n: 0 })
  })

  it("on dimensions take states that all coincide for the end of a representation", () => {
    expect([compression(2, 8), compression(0, 8), compression(0, 0)]).toEqual([0.25, Infinity, Infinity])
    expect([excess(8, 2), excess(0, 2), excess(8, 0), excess(0, 0)]).toEqual([4, 0, 0, 0])
  })
})

describe("networks", () => {
  it("at the defaults have the labels of the study and no other", () => {
    expect(isNetwork(network())).toBe(true)
    expect(isNetwork(network({ profile: "code-2021" }))).toBe(false)
    expect(isNetwork({ d: 200, g: 20, seed: 0 })).toBe(false)
    expect(isTask({ d: 200, seed: 0 })).toBe(true)
    expect(isTask({ d: 200, seed: 0, clusters: 120 })).toBe(false)
    expect(isTask({ d: 200, g: 20 })).toBe(false)
    expect(isNetwork({ d: 200, g: 20, seed: 0, profile: "paper" })).toBe(false)
  })

  it("are found by their labels, a seed each, but for those without a value", () => {
    const gathered = [
      network({ seed: 5 }),
      network({ seed: 2 }),
      network({ seed: 7 }),
      network({ seed: 9, g: 250 }),
      network({ seed: 9, d: 2 }),
      network({ seed: 9, trained: false }),
    ].map((labels) => ({ labels }))
    const seedOf = ({ labels: { seed } }: (typeof gathered)[0]) => (seed === 7 ? undefined : Number(seed) * 10)
    expect([...bySeed(gathered, { d: 200, g: 20, trained: true }, seedOf)]).toEqual([
      [5, 50],
      [2, 20],
    ])
  })

  it("are paired by seed, whatever their order", () => {
    const after = new Map([
      [3, 30],
      [1, 10],
      [4, 40],
    ])
    const before = new Map([
      [1, 2],
      [2, 9],
      [3, 3],
    ])
    expect(pairs(after, before, (a, b) => a / b)).toEqual([10, 5])
  })
})

describe("curves", () => {
  it("go by step, whatever the order of the rows, and end at the last one asked for", () => {
    const rows = [4, 1, 0, 2].map((t) => ({ t, ed: 10 - t }))
    expect(curveOf(rows, 2, ({ ed }) => ed)).toEqual([10, 9, 8])
  })

  it("are none where a step is missing", () => {
    const rows = [0, 1, 3].map((t) => ({ t }))
    expect(curveOf(rows, 3, ({ t }) => t)).toBeUndefined()
    expect(curveOf([], 0, () => 1)).toBeUndefined()
  })

  it("have a centre at each step", () => {
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b)
    expect(
      pointwise(
        [
          [1, 2],
          [10, 20],
          [100, 200],
        ],
        sum,
      ),
    ).toEqual([111, 222])
    expect(pointwise([], sum)).toBeUndefined()
  })
})
