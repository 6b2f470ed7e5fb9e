/** Stages that go on from shorter runs, through the engine: the same bits as a run from nothing. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import type { Code } from "../../artifacts/code.ts"
import { buildGraph, study } from "../../artifacts/graph.ts"
import type { Manifest } from "../../artifacts/manifest.ts"
import { readOne } from "../../artifacts/perform.ts"
import { type AnyNode, type AnyStage, node } from "../../artifacts/stage.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import type { states } from "../../schemas/states.ts"
import type { Table } from "../../schemas/table.ts"
import generateInputs from "../../stages/generate-inputs.ts"
import initNetwork from "../../stages/init-network.ts"
import recordStates from "../../stages/record-states.ts"
import train from "../../stages/train.ts"
import { runOnce } from "../artifacts/rig.ts"
import { decode } from "./rig.ts"
import { framedOf, randomNetwork, randomPoints, weightsOf, wholeOf } from "./tables.ts"

const emptyStore = (): Store => Effect.runSync(ArtifactStore.pipe(Effect.provide(ArtifactStore.memory())))

/** Brings one node up to date; its manifest, and the least fraction of the work that it reported. */
async function bring(store: Store, root: AnyNode) {
  const { stage } = root
  const of = study({
    name: "s",
    doc: "one node",
    params: Schema.Struct({}),
    presets: { mini: {} },
    build: () => [root],
  })
  const graph = await Effect.runPromise(buildGraph({ studies: [of], leaves: [] }, "mini"))
  const codes = new Map(graph.nodes.map(({ stage: { name } }): [string, Code] => [name, codeOf(name)]))
  const before = new Set(manifestsOf(store, stage).map(({ key }) => key))
  const { events } = await runOnce(store, { graph, codes })
  const failures = events.flatMap((event) => (event.event === "failed" ? [event.reason] : []))
  expect(failures).toEqual([])
  const fractions = events.flatMap((event) =>
    event.event === "progress" && event.node === `s/${stage.name}` ? [event.fraction] : [],
  )
  const manifest = manifestsOf(store, stage).find(({ key }) => !before.has(key))!
  return { manifest, first: Math.min(...fractions) }
}

const codeOf = (name: string): Code => ({ digest: `code of ${name}`, bundle: "", packages: {} })
const manifestsOf = (store: Store, { name }: AnyStage): readonly Manifest[] => Effect.runSync(store.manifests(name))

/** Runs each node after the others on one store, and the last by itself: the same outputs, from the one before. */
async function goesOn(nodes: readonly AnyNode[]) {
  const [store, straight] = [emptyStore(), emptyStore()]
  let last = await bring(store, nodes[0]!)
  for (const root of nodes.slice(1)) {
    const { key } = last.manifest
    last = await bring(store, root)
    expect(last.manifest.provenance.resumedFrom).toBe(key)
  }
  const { manifest } = await bring(straight, nodes.at(-1)!)
  expect(manifest.provenance.resumedFrom).toBeUndefined()
  expect([last.manifest.key, last.manifest.outputs]).toEqual([manifest.key, manifest.outputs])
  return { ...last, read: (port: string) => tableIn(store, last.manifest, port) }
}

const tableIn = (store: Store, { outputs, recipe }: Manifest, port: string): Promise<Table> => {
  const stage = [train, recordStates].find(({ name }) => name === recipe.stage) as AnyStage
  return Effect.runPromise(readOne(stage.outputs[port]!, outputs[port]!, store)) as Promise<Table>
}

describe("train", () => {
  const d = 3
  const task = { task: "clusters", d, clusters: 8, evaluationPoints: 8, testPoints: 8, seed: 1 } as const
  const network = { scheme: "perturbed-identity", n: 11, d, g: 20, seed: 1 } as const
  type Params = (typeof train.params)["Encoded"]
  const trainingFor = (params: Params) => {
    const { training, test } = node(generateInputs, {}, { params: task, inputs: {} }).out
    const { weights } = node(initNetwork, {}, { params: network, inputs: {} }).out
    return node(train, {}, { params, inputs: { weights, training, heldOut: test } })
  }
  const around = { steps: 4, updatesPerEpoch: 6, validationPoints: 16, seed: 1 }
  const falling = { ...around, patience: 1, threshold: 1 }
  const each = { steps: 4, draw: "each", schedule: "none", batch: 3, seed: 1 } as const

  it.each([
    ["rmsprop with momentum, plateau, around", { ...falling, momentum: 0.9 }],
    ["rmsprop without, every parameter trained", { ...around, trainInput: true, keepEpochs: [2, 6, 7] }],
    ["adam, plateau, around", { ...falling, optimizer: "adam", keepEpochs: [2] }],
    ["adam, each", { ...each, optimizer: "adam" }],
    ["adam, each, in shards", { ...each, optimizer: "adam", shards: 3 }],
    ["rmsprop with momentum, each", { ...each, momentum: 0.5, recurrentBias: false }],
    ["adam, updates left out", { ...around, optimizer: "adam", learningRate: 30, batch: 1, skipZeroLoss: true }],
  ] satisfies [string, Params][])("goes on to the same bits: %s", async (_, params: Params) => {
    const early = (params.keepEpochs ?? []).filter((epoch) => epoch > 6).length > 0 ? [7] : [6]
    const { first, read } = await goesOn([...early, 10].map((epochs) => trainingFor({ ...params, epochs })))
    expect(first).toBeGreaterThan(early[0]! / 10)
    const kept = [0, ...(params.keepEpochs ?? []), 10]
    expect([...((await read("weights")).columns.epoch as Int32Array)]).toEqual(kept)
    const { length, columns } = await read("history")
    expect([length, (columns.skipped as Int32Array).some((count) => count > 0)]).toEqual([11, "skipZeroLoss" in params])
  })

  it.each([
    [
      { epochs: 4, keepEpochs: [1, 3] },
      { epochs: 6, keepEpochs: [3, 4, 5] },
    ],
    // Nothing is left to do.
    [
      { epochs: 4, keepEpochs: [1, 3] },
      { epochs: 4, keepEpochs: [1] },
    ],
  ])("goes on where other epochs are to be kept, if they were %#", async (...runs) => {
    const { read } = await goesOn(runs.map((params) => trainingFor({ ...falling, optimizer: "adam", ...params })))
    const { epochs, keepEpochs } = runs[1]!
    expect([...((await read("weights")).columns.epoch as Int32Array)]).toEqual([0, ...keepEpochs, epochs])
  })

  it("begins from nothing where an epoch is to be kept that was not, or fewer epochs are wanted", async () => {
    const store = emptyStore()
    for (const params of [{ epochs: 4, keepEpochs: [1] }, { epochs: 6, keepEpochs: [2] }, { epochs: 3 }]) {
      const { manifest } = await bring(store, trainingFor({ ...around, ...params }))
      expect(manifest.provenance.resumedFrom).toBeUndefined()
    }
  })

  it("goes on and on, and the rate falls as it would have", async () => {
    const { read } = await goesOn([1, 2, 5, 9].map((epochs) => trainingFor({ ...falling, epochs })))
    const rates = [...((await read("history")).columns.learningRate as Float64Array)]
    expect(rates).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125].map((share) => share * 1e-3))
  })

  it("goes on with automatic differentiation too", async () => {
    const params = { ...falling, optimizer: "adam", backend: "tfjs", updatesPerEpoch: 2 } as const
    await goesOn([1, 2].map((epochs) => trainingFor({ ...params, epochs })))
  })
})

describe("record-states", () => {
  const points = { task: "clusters", d: 6, clusters: 4, evaluationPoints: 1100, testPoints: 8, seed: 1 } as const
  const statesAt = (times: readonly number[]) => {
    const { evaluation } = node(generateInputs, {}, { params: points, inputs: {} }).out
    // Two input rows a point: shown at t = 0 and 1.
    const { weights } = node(initNetwork, {}, { params: { scheme: "uniform", n: 13, d: 3, seed: 1 }, inputs: {} }).out
    return node(recordStates, {}, { params: { times }, inputs: { weights, points: evaluation } })
  }

  it.each([
    ["while rows are shown", [[0], [0, 1, 3]]],
    [
      "after them, again and again",
      [
        [1, 2],
        [1, 2, 3],
        [1, 2, 3, 7, 12],
      ],
    ],
  ])("goes on to the same bits %s", async (_, runs) => {
    const { read } = await goesOn(runs.map(statesAt))
    expect((await read("states")).length).toBe(runs.at(-1)!.length * 1100)
  })

  it.each([
    [
      [
        [0, 2],
        [0, 3, 4],
      ],
    ],
    [[[0, 1], [0]]],
  ])("begins from nothing where a list is no beginning %#", async (runs) => {
    const store = emptyStore()
    for (const times of runs) {
      const { manifest } = await bring(store, statesAt(times))
      expect(manifest.provenance.resumedFrom).toBeUndefined()
    }
  })

  it("continues from the states that were recorded", async () => {
    const [n, d, classes] = [5, 3, 2]
    const inputs = { weights: weightsOf(randomNetwork({ n, d, classes })), points: randomPoints(4, d, classes) }
    const run = async (times: readonly number[], from: readonly number[] = [], known?: Table<typeof states>) => {
      const earlier = known && {
        params: decode(recordStates.params, { times: from }),
        outputs: { states: framedOf(known) },
      }
      const params = decode(recordStates.params, { times })
      const made = await Effect.runPromise(recordStates.run({ params, inputs, report: () => {}, earlier }))
      return wholeOf(made.states)
    }
    const known = await run([0, 2])
    const straight = await run([0, 2, 3])
    expect(await run([0, 2, 3], [0, 2], known)).toEqual(straight)
    known.columns.h.values.fill(0)
    const other = await run([0, 2, 3], [0, 2], known)
    expect(other.columns.h.values.subarray(8 * n)).not.toEqual(straight.columns.h.values.subarray(8 * n))
  })
})
