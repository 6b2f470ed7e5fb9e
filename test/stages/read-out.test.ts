import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import readOut from "../../stages/read-out.ts"
import recordStates from "../../stages/record-states.ts"
import { failure, run } from "./rig.ts"
import { blanked, randomNetwork, randomPoints, truncated, weightsOf } from "./tables.ts"

const d = 3
const M = 5
const weights = weightsOf(randomNetwork({ n: 16, d, classes: 3 }))
const points = randomPoints(1300, M * d, 3)

const reads = async (params: (typeof readOut.params)["Encoded"], of = points) =>
  toRows((await run(readOut, params, { weights, points: of })).readout)

test("rows shown, blank steps and the step of each read", async () => {
  const plain = (await reads({})).map(({ rowsShown, blankSteps, t }) => [rowsShown, blankSteps, t])
  expect(plain).toEqual([1, 2, 3, 4, 5].map((m) => [m, 0, m - 1]))
  const full = await reads({ blankSteps: 2, truncations: true })
  expect(full.map(({ rowsShown, blankSteps, t }) => [rowsShown, blankSteps, t])).toEqual([
    [1, 0, 0],
    [1, 4, 4],
    [2, 0, 1],
    [2, 3, 4],
    [3, 0, 2],
    [3, 2, 4],
    [4, 0, 3],
    [4, 1, 4],
    [5, 0, 4],
    [5, 1, 5],
    [5, 2, 6],
  ])
})

test("m rows and n blanks score as the image with its last n rows blank, m rows alone as the image cut off: to the bit", async () => {
  const all = await reads({ truncations: true })
  const score = (rows: typeof all, m: number, k: number) => {
    const { accuracy, loss } = rows.find((row) => row.rowsShown === m && row.blankSteps === k)!
    return [accuracy, loss]
  }
  for (let m = 1; m < M; m++) {
    expect(score(all, m, M - m)).toEqual(score(await reads({}, blanked(points, d, m)), M, 0))
    expect(score(all, m, 0)).toEqual(score(await reads({}, truncated(points, d, m)), m, 0))
  }
  expect(score(all, M, 0)).toEqual(score(await reads({}), M, 0))
})

test("the accuracy after k blank steps is that of the recorded predictions at step M - 1 + k", async () => {
  const { states } = await run(recordStates, { times: [4, 5, 6, 7] }, { weights, points })
  const rows = await reads({ blankSteps: 3 })
  for (const { t, accuracy } of rows.filter(({ rowsShown }) => rowsShown === M)) {
    const { prediction, label } = states.columns
    const right = prediction.filter((p, at) => states.columns.t[at] === t && p === label[at]).length
    expect(accuracy).toBe(right / points.length)
  }
})

test("the loss is the mean cross-entropy in nats", async () => {
  const network = { ...randomNetwork({ n: 16, d, classes: 3 }), W: new Float32Array(48), b2: Float32Array.of(2, 0, 0) }
  const { readout } = await run(readOut, {}, { weights: weightsOf(network), points: truncated(points, d, 1) })
  const [logSum, first] = [Math.log(Math.exp(2) + 2), points.columns.label.filter((label) => label === 0).length / 1300]
  expect(readout.columns.loss[0]).toBeCloseTo(logSum - 2 * first, 12)
  expect(readout.columns.accuracy[0]).toBe(first)
})

test("an epoch that was not saved is refused", async () => {
  expect((await failure(readOut, { epoch: 2 }, { weights, points })).message).toBe(
    "no weights of epoch 2: there are epochs 0",
  )
})
