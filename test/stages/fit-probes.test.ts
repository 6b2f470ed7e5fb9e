import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import fitProbes from "../../stages/fit-probes.ts"
import { stream } from "../../stages/numerics/random.ts"
import { failure, run } from "./rig.ts"
import { statesOf } from "./tables.ts"

const K = 10
const label = Array.from({ length: 40 }, (_, i) => (i % K) % 2)
const cluster = label.map((_, i) => i % K)
const random = stream(0, "noise")
const noisy = (h: number[]) => h.map((x) => x + 0.05 * random.normal())
/** A frame that tells the cluster and nothing of the class beyond it, one that tells the class, one that tells nothing. */
const byCluster = cluster.map((c) => noisy(Array.from({ length: K }, (_, j) => (j === c ? 1 : 0))))
const byClass = label.map((y) => noisy(Array.from({ length: K }, (_, j) => (j === 0 ? 2 * y - 1 : 0))))
const nothing = label.map(() => new Array<number>(K).fill(0))
const states = statesOf([byCluster, byClass, nothing], label, cluster)

const base = { holdout: "cluster", neighbours: 3, seed: 0 } as const
const probe = async (params: Partial<(typeof fitProbes.params)["Encoded"]>, of = states) =>
  toRows((await run(fitProbes, { ...base, ...params }, { states: of })).probes)

test("clusters held out are not learnt: what tells them apart generalises only if it tells the classes", async () => {
  const rows = await probe({})
  const accuracy = (name: string, t: number) => rows.find((row) => row.probe === name && row.t === t)!.accuracy
  expect([0, 1].map((t) => accuracy("train", t))).toEqual([1, 1])
  expect(accuracy("holdout", 0)).toBeLessThan(0.6)
  expect(accuracy("holdout", 1)).toBe(1)
  expect(accuracy("knn", 1)).toBe(1)
  expect([0, 1, 2].map((t) => accuracy("readout", t))).toEqual([1, 1, 1])
  // Points held out have neighbours of their own cluster.
  const points = await probe({ holdout: "point" })
  for (const name of ["holdout", "knn"])
    expect(points.find((row) => row.probe === name && row.t === 0)!.accuracy).toBe(1)
})

test("one row a probe and step; fits say how they ended, the others nothing", async () => {
  const rows = await probe({})
  expect(rows.slice(0, 6).map(({ probe, t, C, split }) => [probe, t, C, split])).toEqual([
    ["train", 0, 1, -1],
    ["train", 0, 1e4, -1],
    ["holdout", 0, 1, 0],
    ["knn", 0, 0, 0],
    ["readout", 0, 0, 0],
    ["readout", 0, 0, -1],
  ])
  expect(rows.length).toBe(18)
  for (const { converged, iterations, probe, margin, t } of rows) {
    expect(converged).toBe(true)
    if (probe === "train" && t < 2) expect([iterations > 0, margin > 0]).toEqual([true, true])
    if (probe === "readout") expect([iterations, margin]).toEqual([0, 0])
  }
  expect((await probe({ separabilityC: 0, neighbours: 0 })).length).toBe(12)
  expect(await probe({ onTraining: false })).toEqual(rows.filter(({ probe }) => probe !== "train"))
})

test("random splits hold out other clusters, at their steps only, and repeat", async () => {
  const params = { splits: 3, splitTimes: [0], heldOutShare: 0.3 }
  const rows = await probe(params)
  const splits = rows.filter(({ probe, split }) => probe === "holdout" && split > 0)
  expect(splits.map(({ t, split }) => [t, split])).toEqual([
    [0, 1],
    [0, 2],
    [0, 3],
  ])
  expect(new Set(splits.map(({ margin }) => margin)).size).toBe(3)
  expect(await probe(params)).toEqual(rows)
  const other = (await probe({ ...params, seed: 1 })).filter(({ split }) => split > 0)
  expect(other.map(({ margin }) => margin)).not.toEqual(splits.map(({ margin }) => margin))
})

test("a step's probes do not depend on the steps recorded before it", async () => {
  const alone = await probe({}, statesOf([byClass], label, cluster))
  const among = (await probe({})).filter(({ t }) => t === 1)
  alone.forEach((row, k) => {
    expect(among[k]!.accuracy).toBe(row.accuracy)
    expect(among[k]!.margin).toBeCloseTo(row.margin, 4)
  })
})

test("every recorded step has probes of its own, also those without input, where all states are alike or far apart", async () => {
  const drifting = statesOf([byClass, byClass.map((h) => h.map((x) => 1e3 * x)), nothing, byCluster], label, cluster)
  const times = drifting.columns.t.map((t) => [0, 1, 27, 127][t]!)
  const rows = await probe({ holdout: "point" }, { ...drifting, columns: { ...drifting.columns, t: times } })
  for (const name of ["train", "holdout", "knn", "readout"])
    expect([...new Set(rows.filter((row) => row.probe === name).map(({ t }) => t))]).toEqual([0, 1, 27, 127])
  expect(rows.filter((row) => row.probe === "holdout").map(({ accuracy }) => accuracy > 0.9)).toEqual([
    true,
    true,
    false,
    true,
  ])
})

test("splits that cannot be made are refused with a sentence", async () => {
  const message = async (params: Partial<(typeof fitProbes.params)["Encoded"]>, of = states) =>
    (await failure(fitProbes, { ...base, ...params }, { states: of })).message
  expect(await message({ heldOutShare: 0.01 })).toBe(
    "holding out 0.01 of the clusters leaves 40 points to fit and 0 to test",
  )
  expect(await message({ heldOutShare: 0.5 }, statesOf([byClass], label))).toBe(
    "split 0 holds out every point of class 1, which then cannot be learnt",
  )
  expect(await message({ neighbours: 33 })).toBe("33 neighbours, but only 32 points to choose them from")
  expect(await message({ splits: 1, splitTimes: [7] })).toBe(
    "splitTimes holds step 7, which was not recorded: there are 0, 1, 2",
  )
})
