import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import measureBlanks from "../../stages/measure-blanks.ts"
import recordStates from "../../stages/record-states.ts"
import { failure, run } from "./rig.ts"
import { pointsOf, randomNetwork, statesOf, weightsOf } from "./tables.ts"

/** Rows of two values; the first point is blank altogether. */
const points = pointsOf(
  [
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 1, 1, 1],
    [0, 2, 0, 0, 0, 0],
    [0, 0, 0, 0, 3, 0],
  ],
  [0, 1, 0, 1],
)

test("shares by class and step: without bias a state is zero exactly until something was shown", async () => {
  const network = { ...randomNetwork({ n: 5, d: 2, classes: 2 }), b1: new Float32Array(5) }
  const { states } = await run(recordStates, { times: [0, 1, 2, 9] }, { weights: weightsOf(network), points })
  const { blanks } = await run(measureBlanks, { d: 2 }, { states, points })
  const rows = toRows(blanks)
  expect(rows.map(({ t, label, points }) => [t, label, points])).toEqual(
    [0, 1, 2, 9].flatMap((t) => [
      [t, -1, 4],
      [t, 0, 2],
      [t, 1, 2],
    ]),
  )
  expect(rows.map(({ blankInputs }) => blankInputs)).toEqual(
    [
      [0.75, 0.5, 1],
      [0.5, 0.5, 0.5],
      [0.25, 0.5, 0],
      [0.25, 0.5, 0],
    ].flat(),
  )
  expect(rows.map(({ zeroStates }) => zeroStates)).toEqual(rows.map(({ blankInputs }) => blankInputs))
})

test("a state counts as zero only if all of it is, of either sign; blank rows are counted apart", async () => {
  const states = statesOf(
    [
      [
        [0, -0],
        [0, 1e-30],
        [0, 0],
        [0, 0],
      ],
    ],
    [0, 1, 0, 1],
  )
  const { blanks } = await run(measureBlanks, { d: 2 }, { states, points })
  expect(toRows(blanks)[0]).toMatchObject({ zeroStates: 0.75, blankInputs: 0.75 })
})

test("rows that do not divide the points, and points that are not there, are refused", async () => {
  const states = statesOf([[[0], [0], [0], [0], [0]]], [0, 1, 0, 1, 0])
  expect((await failure(measureBlanks, {}, { states, points })).message).toBe(
    "points of 6 values do not divide into input rows of d = 28",
  )
  expect((await failure(measureBlanks, { d: 2 }, { states, points })).message).toBe(
    "states of point 4, but there are only 4 points",
  )
})
