import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import embedStates from "../../stages/embed-states.ts"
import fitProbes from "../../stages/fit-probes.ts"
import measureDimension from "../../stages/measure-dimension.ts"
import showRows from "../../stages/show-rows.ts"
import { failure, run } from "./rig.ts"
import { blanked, pointsOf, randomPoints } from "./tables.ts"

const points = pointsOf(
  [
    [1, 2, 3, 4, 5, 6],
    [7, 8, 9, 10, 11, 12],
  ],
  [1, 0],
  [3, 4],
)

test("rows up to t in place of a state, zeros after them as far as the last step shows; no prediction", async () => {
  const { states } = await run(showRows, { times: [0, 2], d: 2 }, { points })
  expect(
    toRows(states).map(({ t, point, label, cluster, prediction, h }) => [t, point, label, cluster, prediction, [...h]]),
  ).toEqual([
    [0, 0, 1, 3, -1, [1, 2, 0, 0, 0, 0]],
    [0, 1, 0, 4, -1, [7, 8, 0, 0, 0, 0]],
    [2, 0, 1, 3, -1, [1, 2, 3, 4, 5, 6]],
    [2, 1, 0, 4, -1, [7, 8, 9, 10, 11, 12]],
  ])
  const one = await run(showRows, { times: [1], d: 2, points: 1 }, { points })
  expect(toRows(one.states).map(({ h }) => [...h])).toEqual([[1, 2, 3, 4]])
})

test("dimension, probes and embeddings take them as they are", async () => {
  const images = blanked(randomPoints(60, 12, 3), 4, 2)
  const { states } = await run(showRows, { times: [0, 2], d: 4 }, { points: images })
  const { dimension } = await run(measureDimension, {}, { states })
  const ofAll = toRows(dimension).filter(({ label }) => label === -1)
  expect(ofAll.map(({ pca90 }) => pca90 <= 4)).toEqual([true, false])
  expect(ofAll[1]!.pca90).toBeLessThanOrEqual(8)
  const { probes } = await run(fitProbes, { holdout: "point", neighbours: 3, seed: 0 }, { states })
  expect(toRows(probes).find(({ probe }) => probe === "readout")!.accuracy).toBe(0)
  const { quality } = await run(
    embedStates,
    { times: [0, 2], methods: ["t-sne"], perplexity: 10, iterations: 10, seed: 0 },
    { states },
  )
  expect(quality.length).toBe(2)
})

test("steps after the last row, and rows that do not divide the points, are refused", async () => {
  expect((await failure(showRows, { times: [1, 3], d: 2 }, { points })).message).toBe(
    "times holds step 3, but the last input row is that of step 2",
  )
  expect((await failure(showRows, { times: [0] }, { points })).message).toBe(
    "points of 6 values do not divide into input rows of d = 28",
  )
  expect(() => run(showRows, { times: [2, 1], d: 2 }, { points })).toThrow("ascending order")
})
