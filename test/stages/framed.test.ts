/**
 * Stages that read frames from a file: the same outputs as from a table in memory, with the states of two frames at hand.
 */
import { expect, it } from "vitest"
import { openFrames } from "../../artifacts/framed-codec.ts"
import type { Outputs, ParamSchema, Ports, PortValues, Stage } from "../../artifacts/stage.ts"
import { states } from "../../schemas/states.ts"
import type { Framed, Table } from "../../schemas/table.ts"
import embedStates from "../../stages/embed-states.ts"
import findAttractors from "../../stages/find-attractors.ts"
import fitProbes from "../../stages/fit-probes.ts"
import measureBlanks from "../../stages/measure-blanks.ts"
import measureDimension from "../../stages/measure-dimension.ts"
import measureGeometry from "../../stages/measure-geometry.ts"
import measureLyapunov from "../../stages/measure-lyapunov.ts"
import recordStates from "../../stages/record-states.ts"
import { encoded, sourceOf, watched } from "../artifacts/framed.ts"
import { run } from "./rig.ts"
import { framedOf, randomNetwork, randomPoints, weightsOf } from "./tables.ts"

const [n, d, classes, N] = [6, 2, 3, 60]
const weights = weightsOf(randomNetwork({ n, d, classes }))
const points = randomPoints(N, 2 * d, classes)
const times = [0, 1, 2, 5, 7]
const whole = (await run(recordStates, { times }, { weights, points })).states

/** The frames of a file with two in a record batch; of the states that were read, all but the last two are overwritten. */
async function forgetful(asked: number[]): Promise<Framed<typeof states>> {
  const bytes = await encoded(states, framedOf(whole), 2 * N * 4 * (5 + n))
  const framed = watched(await openFrames(states, sourceOf(bytes)), (k) => asked.push(k))
  const given: Table<typeof states>[] = []
  const frame = (k: number) => {
    const table = framed.frame(k)
    given.push(table)
    for (const { columns } of given.splice(0, given.length - 2)) columns.h.values.fill(Number.NaN)
    return table
  }
  return { ...framed, frame }
}

async function same<P extends ParamSchema, I extends Ports, O extends Outputs>(
  stage: Stage<P, I, O>,
  params: P["Encoded"],
  others: Partial<PortValues<I>> = {},
) {
  const asked: number[] = []
  const inputs = { ...others, states: await forgetful(asked) } as never
  expect(await run(stage, params, inputs)).toEqual(await run(stage, params, { ...others, states: whole } as never))
  return asked
}

const all = [0, 1, 2, 3, 4]

it("measure-dimension, measure-geometry and measure-blanks read frame after frame", async () => {
  expect(await same(measureDimension, { snapshotTimes: [1, 7] })).toEqual(all)
  expect(await same(measureGeometry, {})).toEqual(all)
  expect(await same(measureBlanks, { d }, { points })).toEqual(all)
})

it("fit-probes looks at the labels first", async () => {
  const params = { holdout: "point", splits: 1, splitTimes: [2], neighbours: 3, points: 50, seed: 0 } as const
  expect(await same(fitProbes, params)).toEqual([0, ...all])
})

it("embed-states reads the steps that it embeds, once more when it leaves out zeros", async () => {
  const params = { times: [1, 5], methods: ["t-sne"], perplexity: 5, iterations: 20, seed: 0 } as const
  expect(await same(embedStates, params)).toEqual([1, 3])
  expect(await same(embedStates, { ...params, exclude: "zero" })).toEqual([1, 3, 1, 3])
})

it("measure-lyapunov and find-attractors read the last one", async () => {
  const few = { transient: 10, steps: 40, conditions: 4, seed: 0 }
  expect(await same(measureLyapunov, few, { weights })).toEqual([4])
  expect(await same(findAttractors, { steps: 50, orbit: 64, maxPeriod: 8, points: 8 }, { weights })).toEqual([4])
})
