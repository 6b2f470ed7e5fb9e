import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import embedStates from "../../stages/embed-states.ts"
import { stream } from "../../stages/numerics/random.ts"
import { failure, run } from "./rig.ts"
import { statesOf } from "./tables.ts"

/** Three clouds of 30 points in ten dimensions, further apart at the second step; nothing else differs. */
const label = Array.from({ length: 90 }, (_, i) => i % 3)
const random = stream(0, "clouds")
const offsets = label.map(() => Array.from({ length: 10 }, () => random.normal()))
const cloud = (distance: number) =>
  offsets.map((offset, i) => offset.map((x, j) => x + (j === label[i] ? distance : 0)))
const states = statesOf([cloud(0), cloud(20), cloud(25)], label)

const base = { perplexity: 10, seed: 0 } as const
const embed = (params: Omit<(typeof embedStates.params)["Encoded"], "seed">) =>
  run(embedStates, { ...base, ...params }, { states })

test("clouds that lie apart do so in the plane, and the numbers say so", async () => {
  const { embedding, quality } = await embed({ times: [0, 1] })
  expect(embedding.length).toBe(360)
  const rows = toRows(quality)
  expect(rows.map(({ method, t, points }) => [method, t, points])).toEqual([
    ["umap", 0, 90],
    ["umap", 1, 90],
    ["t-sne", 0, 90],
    ["t-sne", 1, 90],
  ])
  for (const { t, method, objective, ...row } of rows) {
    expect(row.purityEmbedded > 0.99 && row.purityFull > 0.99).toBe(t === 1)
    expect(row.trustworthiness).toBeGreaterThan(0.7)
    expect(objective > 0).toBe(method === "t-sne")
  }
})

test("twice the same bits, another seed others", async () => {
  const first = await embed({ times: [1] })
  expect(await embed({ times: [1] })).toEqual(first)
  const other = await run(embedStates, { ...base, seed: 1, times: [1], methods: ["umap"] }, { states })
  expect(other.embedding.columns.x).not.toEqual(first.embedding.columns.x.subarray(0, 90))
})

test("a chained step starts from the layout before it, and moves less", async () => {
  const moved = async (chain: boolean) => {
    const { embedding } = await embed({ methods: ["t-sne"], times: [1, 2], chain })
    const { x, y } = embedding.columns
    let sum = 0
    for (let i = 0; i < 90; i++) sum += (x[i]! - x[90 + i]!) ** 2 + (y[i]! - y[90 + i]!) ** 2
    return sum
  }
  expect(await moved(true)).toBeLessThan((await moved(false)) / 4)
})

test("points: the first so many", async () => {
  const { embedding } = await embed({ methods: ["umap"], times: [1], points: 40 })
  expect([...embedding.columns.point]).toEqual(Array.from({ length: 40 }, (_, i) => i))
})

test("states that are exactly zero at one of the steps can be left out, before the points are counted", async () => {
  const silent = (frame: number[][], every: number) => frame.map((h, i) => (i % every === 0 ? h.map(() => 0) : h))
  const partly = statesOf([silent(cloud(0), 3), silent(cloud(20), 5), cloud(25)], label)
  const points = async (params: Partial<(typeof embedStates.params)["Encoded"]>) => {
    const all = { ...base, methods: ["t-sne"], iterations: 10, times: [0, 1], ...params } as const
    const { embedding } = await run(embedStates, all, { states: partly })
    return embedding.columns
  }
  expect((await points({})).point.length).toBe(180)
  const seen = label.map((_, i) => i).filter((i) => i % 3 > 0 && i % 5 > 0)
  const { point, label: kept } = await points({ exclude: "zero" })
  expect([...point]).toEqual([...seen, ...seen])
  expect([...kept]).toEqual([...seen, ...seen].map((i) => label[i]))
  expect([...(await points({ exclude: "zero", points: 35 })).point.subarray(0, 35)]).toEqual(seen.slice(0, 35))
  // At the last step none is.
  expect((await points({ exclude: "zero", times: [2] })).point.length).toBe(90)
})

test("too few points and steps that were not recorded are refused", async () => {
  const message = async (params: Partial<(typeof embedStates.params)["Encoded"]>) =>
    (await failure(embedStates, { ...base, times: [1], ...params }, { states })).message
  expect(await message({ perplexity: 30 })).toBe("90 points cannot be embedded: expected 91 or more for perplexity 30")
  expect(await message({ points: 20 })).toBe(
    "20 points cannot be embedded: expected 31 or more for the measures of quality",
  )
  expect(await message({ neighbours: 90 })).toBe(
    "90 points cannot be embedded: expected 91 or more for neighbours = 90",
  )
  expect(await message({ times: [5] })).toBe("times holds step 5, which was not recorded: there are 0, 1, 2")
})
