import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import generateInputs from "../../stages/generate-inputs.ts"
import measureInputs from "../../stages/measure-inputs.ts"
import { failure, run } from "./rig.ts"
import { pointsOf } from "./tables.ts"

test("a square and a line, by hand", async () => {
  const square = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ]
  const centres = pointsOf(square, [0, 1, 0, 0], [0, 1, 2, 3])
  const evaluation = pointsOf(
    [0, 1, 2, 10].map((x) => [x, 2 * x, -x]),
    [0, 0, 1, 2],
    [0, 0, 0, 1],
  )
  const { inputs } = await run(measureInputs, {}, { centres, evaluation })
  expect(toRows(inputs)).toEqual([
    {
      set: "centres",
      points: 4,
      width: 2,
      classes: 2,
      smallestClass: 1,
      largestClass: 3,
      extent: 1,
      nearest: 2,
      ed: 2,
      rank: 2,
    },
    {
      set: "evaluation",
      points: 4,
      width: 3,
      classes: 3,
      smallestClass: 1,
      largestClass: 2,
      extent: 20,
      // Points of one cluster are nearer: from 2 to 10, times |(1, 2, -1)|.
      nearest: expect.closeTo(8 * Math.sqrt(6), 12),
      ed: expect.closeTo(1, 12),
      rank: 1,
    },
  ])
})

test("points that are all equal have no direction", async () => {
  const equal = pointsOf([[3], [3]], [0, 1])
  const { inputs } = await run(measureInputs, {}, { centres: equal, evaluation: equal })
  expect(toRows(inputs)[0]).toMatchObject({ ed: 0, rank: 0, nearest: 0, extent: 3 })
})

test("the clusters of the study: even, in the box, apart, of full rank with their noise alone", async () => {
  const { training, evaluation } = await run(
    generateInputs,
    { task: "clusters", d: 30, clusters: 12, evaluationPoints: 120, testPoints: 12, seed: 3 },
    {},
  )
  const { inputs } = await run(measureInputs, {}, { centres: training, evaluation })
  const [centres, points] = toRows(inputs)
  expect(centres).toMatchObject({ points: 12, width: 30, classes: 2, smallestClass: 6, largestClass: 6, rank: 11 })
  expect(points).toMatchObject({ points: 120, width: 30, smallestClass: 60, largestClass: 60, rank: 30 })
  expect(centres!.extent > 1.5 && centres!.extent <= 2).toBe(true)
  expect(points!.ed).toBeCloseTo(centres!.ed, 1)
  expect(centres!.ed > 5 && centres!.ed < 11).toBe(true)
})

test("a single point is refused", async () => {
  const one = pointsOf([[1, 2]], [0])
  const { message } = await failure(measureInputs, {}, { centres: one, evaluation: one })
  expect(message).toBe("centres: 1 point of the 2 or more that a covariance needs")
})
