import { expect, test } from "vitest"
import { embedding } from "../../schemas/embedding.ts"
import { fromRows, type Row, toRows } from "../../schemas/table.ts"
import clusterEmbedding from "../../stages/cluster-embedding.ts"
import { stream } from "../../stages/numerics/random.ts"
import { failure, run } from "./rig.ts"

const random = stream(0, "layout")
/** 40 points by their class and the places where they are at t = 3 and t = 27. */
const groups = [
  { label: 6, count: 12, places: [0, 0] },
  { label: 6, count: 3, places: [0, 100] },
  { label: 2, count: 5, places: [0, 100] },
  { label: 2, count: 20, places: [100, 100] },
]
const all = groups.flatMap(({ count, ...group }) => Array.from({ length: count }, () => group))

const layout = (method: string, t: number, placeOf: (one: (typeof all)[number]) => number): Row<typeof embedding>[] =>
  all.map((one, point) => ({
    method,
    t,
    point,
    label: one.label,
    x: placeOf(one) + random.uniform(),
    y: random.uniform(),
  }))
const early = ({ places }: (typeof all)[number]) => places[0]!
const late = ({ places }: (typeof all)[number]) => places[1]!
const rows = [...layout("umap", 27, late), ...layout("t-sne", 3, early), ...layout("t-sne", 27, late)]
const clustered = async (rows: readonly Row<typeof embedding>[], params: { smallest?: number } = {}) =>
  toRows((await run(clusterEmbedding, { neighbours: 7, ...params }, { embedding: fromRows(embedding, rows) })).clusters)

test("clusters by method and step, what they hold, and what stays together", async () => {
  const found = (await clustered(rows)).filter(({ method, t }) => method === "t-sne" && t === 3)
  const of = { method: "t-sne", t: 3 }
  expect(found).toEqual([
    { ...of, cluster: -1, label: 2, points: 40, members: 25, oddsRatio: 1, kept: 1 },
    { ...of, cluster: -1, label: 6, points: 40, members: 15, oddsRatio: 1, kept: 12 / 15 },
    { ...of, cluster: 0, label: 2, points: 20, members: 5, oddsRatio: (5.5 * 0.5) / (15.5 * 20.5), kept: 1 },
    { ...of, cluster: 0, label: 6, points: 20, members: 15, oddsRatio: (15.5 * 20.5) / (5.5 * 0.5), kept: 12 / 15 },
    { ...of, cluster: 1, label: 2, points: 20, members: 20, oddsRatio: (20.5 * 15.5) / (0.5 * 5.5), kept: 1 },
    { ...of, cluster: 1, label: 6, points: 20, members: 0, oddsRatio: (0.5 * 5.5) / (20.5 * 15.5), kept: 0 },
  ])
})

test("methods are told apart even where their steps are the same", async () => {
  const found = await clustered(rows)
  const frames = new Set(found.map(({ method, t }) => `${method} ${t}`))
  expect([...frames]).toEqual(["umap 27", "t-sne 3", "t-sne 27"])
  const next = await clustered([...layout("umap", 3, early), ...layout("t-sne", 3, late)])
  const points = next.filter(({ cluster, label }) => cluster === 0 && label === 6).map(({ points }) => points)
  expect(points).toEqual([20, 28])
})

test("smaller clusters are not listed", async () => {
  const found = (await clustered(rows, { smallest: 0.4 })).filter(({ t }) => t === 27)
  expect([...new Set(found.map(({ cluster, points }) => `${cluster}: ${points}`))]).toEqual(["-1: 40", "0: 28"])
})

test("the odds in a cluster of all points are no other than theirs", async () => {
  const found = await clustered(layout("umap", 3, () => 0))
  expect(found.map(({ cluster, label, oddsRatio }) => [cluster, label, oddsRatio])).toEqual([
    [-1, 2, 1],
    [-1, 6, 1],
    [0, 2, 1],
    [0, 6, 1],
  ])
})

test("too few points, and other points at another step, are refused", async () => {
  const message = async (rows: readonly Row<typeof embedding>[]) =>
    (await failure(clusterEmbedding, {}, { embedding: fromRows(embedding, rows) })).message
  expect(await message(rows.slice(0, 15))).toBe("15 points: expected more than neighbours = 15")
  expect(await message(rows.filter((_, at) => at !== 50))).toBe("t-sne of step 3 does not show the points of step 27")
})
