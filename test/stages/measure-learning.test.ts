import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import measureLearning from "../../stages/measure-learning.ts"
import readOut from "../../stages/read-out.ts"
import { failure, run } from "./rig.ts"
import { randomNetwork, randomPoints, truncated, weightsOf } from "./tables.ts"

const d = 3
const rows = 4
const networks = [0, 2, 7].map((epoch) => randomNetwork({ n: 16, d, classes: 3, epoch, seed: epoch }))
const weights = weightsOf(...networks)
const points = randomPoints(1200, rows * d, 3)

test("each epoch is scored as its network alone, in the order asked", async () => {
  const { learning } = await run(measureLearning, { epochs: [7, 0], steps: rows }, { weights, points })
  const alone = async (network: (typeof networks)[number]) =>
    toRows((await run(readOut, {}, { weights: weightsOf(network), points })).readout).at(-1)!
  const [first, , last] = await Promise.all(networks.map(alone))
  expect(toRows(learning)).toEqual([
    { epoch: 7, points: 1200, loss: last!.loss, accuracy: last!.accuracy },
    { epoch: 0, points: 1200, loss: first!.loss, accuracy: first!.accuracy },
  ])
})

test("the first so many points", async () => {
  const params = { epochs: [2], steps: rows }
  const some = await run(measureLearning, { ...params, points: 500 }, { weights, points })
  const { columns } = points
  const first = { ...points, length: 500, columns: { ...columns, label: columns.label.subarray(0, 500) } }
  expect(toRows(some.learning)).toEqual(
    toRows((await run(measureLearning, params, { weights, points: first })).learning),
  )
  expect(toRows(some.learning)[0]!.points).toBe(500)
})

test("a network reads on after its rows end", async () => {
  const shown = truncated(points, d, 2)
  const { learning } = await run(measureLearning, { epochs: [0], steps: rows }, { weights, points: shown })
  const read = toRows(
    (await run(readOut, { blankSteps: 2 }, { weights: weightsOf(networks[0]!), points: shown })).readout,
  )
  expect(toRows(learning)[0]!.accuracy).toBe(read.find(({ t }) => t === rows - 1)!.accuracy)
})

test("an epoch that was not saved, and rows that do not fit", async () => {
  expect((await failure(measureLearning, { epochs: [0, 1], steps: rows }, { weights, points })).message).toBe(
    "no network of epoch 1: saved are 0, 2, 7",
  )
  expect((await failure(measureLearning, { epochs: [0], steps: 3 }, { weights, points })).message).toBe(
    "points of 12 values are not 1 to 3 input rows of d = 3",
  )
})
