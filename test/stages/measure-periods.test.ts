import { expect, test } from "vitest"
import { readout } from "../../schemas/readout.ts"
import { fromRows, toRows } from "../../schemas/table.ts"
import measureEigenvalues from "../../stages/measure-eigenvalues.ts"
import measurePeriods from "../../stages/measure-periods.ts"
import { failure, run } from "./rig.ts"
import { randomNetwork, statesOf, weightsOf } from "./tables.ts"

/** Two units that turn by `angle` a step and grow by `gain`, so that tanh draws them to a closed curve; a third decays. */
function turning(angle: number, gain = 1.1) {
  const [c, s] = [gain * Math.cos(angle), gain * Math.sin(angle)]
  const R = Float32Array.of(c, -s, 0, s, c, 0, 0, 0, 0.5)
  return weightsOf({ ...randomNetwork({ n: 3, d: 1, classes: 2, epoch: 4 }), R, b1: new Float32Array(3) })
}

/** Accuracy after all 3 rows and k blank ones; earlier rows count for nothing. */
const readoutOf = (accuracy: (k: number) => number, last = 200) =>
  fromRows(readout, [
    { rowsShown: 1, blankSteps: 0, t: 0, accuracy: 1, loss: 1 },
    ...Array.from({ length: last + 1 }, (_, k) => ({
      ...{ rowsShown: 3, blankSteps: k, t: 2 + k, accuracy: accuracy(k), loss: 1 },
    })),
  ])

const starts = Array.from({ length: 40 }, (_, i) => [Math.cos(i) / 2, Math.sin(i) / 2, 0.1])
const states = statesOf(
  [starts.map(() => [0, 0, 0]), starts],
  starts.map(() => 0),
)
const base = { from: 20, to: 200, transient: 500, points: 35 }

async function tables(weights: ReturnType<typeof turning>, accuracy: (k: number) => number) {
  const { eigenvalues } = await run(measureEigenvalues, {}, { weights })
  return { weights, eigenvalues, readout: readoutOf(accuracy), states }
}

test("a network that turns: the three periods agree", async () => {
  const angle = (2 * Math.PI) / 9.3
  const inputs = await tables(turning(angle), (k) => 0.5 + 0.3 * Math.cos(k * angle))
  const rows = toRows((await run(measurePeriods, base, inputs)).periods)
  expect(rows.map(({ method, n, share, lag }) => [method, n, share, lag])).toEqual([
    ["accuracy", 181, 1, 9],
    ["recurrence", 35, 1, expect.any(Number)],
    ["eigenvalue", 3, 1, 0],
  ])
  for (const { period, strength, low, high, method } of rows) {
    expect(Math.abs(period / 9.3 - 1)).toBeLessThan(method === "eigenvalue" ? 1e-6 : 0.02)
    expect(strength).toBeGreaterThan(0.9)
    expect(low <= period && period <= high).toBe(true)
  }
})

test("a network that comes to rest has none, and its real eigenvalues neither", async () => {
  const weights = turning(0, 0.5)
  const inputs = await tables(weights, () => 0.1)
  const nothing = { period: 0, low: 0, high: 0, strength: 0, lag: 0, share: 0 }
  expect(toRows((await run(measurePeriods, base, inputs)).periods)).toEqual([
    { method: "accuracy", n: 181, ...nothing },
    { method: "recurrence", n: 35, ...nothing },
    { method: "eigenvalue", n: 3, ...nothing },
  ])
})

test("a pair that does not lead says so by its strength", async () => {
  const inputs = await tables(turning(1, 0.25), () => 0.1)
  const pair = toRows((await run(measurePeriods, base, inputs)).periods)[2]!
  expect(pair).toMatchObject({ period: expect.closeTo(2 * Math.PI, 5), strength: expect.closeTo(0.5, 6) })
})

test("the last recorded step starts the orbits; a point's orbit does not depend on how many there are", async () => {
  const inputs = await tables(turning(1), () => 0.1)
  const few = toRows((await run(measurePeriods, { ...base, points: 1 }, inputs)).periods)[1]!
  const alone = { ...inputs, states: statesOf([starts.slice(0, 1)], [0]) }
  expect(toRows((await run(measurePeriods, base, alone)).periods)[1]).toEqual(few)
})

test("what was not read, saved or recorded is refused", async () => {
  const inputs = await tables(turning(1), () => 0.1)
  const message = async (
    params: Partial<(typeof measurePeriods.params)["Encoded"]>,
    other: Partial<typeof inputs> = {},
  ) => (await failure(measurePeriods, { ...base, ...params }, { ...inputs, ...other })).message
  expect(await message({ to: 210 })).toBe("no accuracy after 201 blank rows: they were read up to 200")
  expect(await message({ epoch: 3 })).toBe("no weights of epoch 3: there are epochs 4")
  const earlier = weightsOf({ ...randomNetwork({ n: 3, d: 1, classes: 2, epoch: 5 }) })
  expect(await message({}, { weights: earlier })).toBe("no eigenvalues of epoch 5: there are epochs 4")
  expect(await message({}, { states: statesOf([[[1, 2]]], [0]) })).toBe("states of 2 units cannot start a network of 3")
  expect(() => run(measurePeriods, { from: 10, to: 16 }, inputs)).toThrow("expected 8 blank rows or more")
})
