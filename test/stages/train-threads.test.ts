/** Training in shards through the engine: the same artifacts whatever the number of threads and of cores. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { expect, it } from "vitest"
import { codeOf } from "../../artifacts/code.ts"
import { Executor } from "../../artifacts/executor.ts"
import { buildGraph, study } from "../../artifacts/graph.ts"
import { planner } from "../../artifacts/plan.ts"
import { run } from "../../artifacts/run.ts"
import { node } from "../../artifacts/stage.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import generateInputs from "../../stages/generate-inputs.ts"
import initNetwork from "../../stages/init-network.ts"
import train from "../../stages/train.ts"

/** Two trainings, long enough for threads to come. */
const trainings = study({
  name: "s",
  doc: "training in shards",
  params: Schema.Struct({}),
  presets: { mini: {} },
  build: () => {
    const task = { task: "clusters", d: 20, clusters: 20, evaluationPoints: 20, testPoints: 20, seed: 1 } as const
    const { training, test } = node(generateInputs, {}, { params: task, inputs: {} }).out
    return [1, 2].map((seed) => {
      const network = { scheme: "perturbed-identity", n: 100, d: 20, g: 20, seed } as const
      const { weights } = node(initNetwork, { seed }, { params: network, inputs: {} }).out
      const params = { batch: 40, shards: 4, epochs: 2, updatesPerEpoch: 80, seed }
      return node(train, { seed }, { params, inputs: { weights, training, heldOut: test } })
    })
  },
})

it("4 shards have the same digests on one core, and on more, one after the other and side by side", async () => {
  const graph = await Effect.runPromise(buildGraph({ studies: [trainings], leaves: [] }, "mini"))
  const codes = await Effect.runPromise(codeOf([generateInputs, initNetwork, train]))
  const digests = (jobs: number, cores: number) =>
    Effect.gen(function* () {
      const store = yield* ArtifactStore
      const selected = new Set(graph.nodes.keys())
      const options = { graph, codes, selected, keepGoing: false, emit: () => {} }
      const { manifests, failures } = yield* run({ ...options, planner: planner(graph, codes, store) })
      expect(failures).toEqual([])
      return [...manifests].sort(([a], [b]) => a - b).map(([, { outputs }]) => outputs)
    }).pipe(
      Effect.provide(Layer.provideMerge(Executor.threads(jobs, cores), ArtifactStore.memory())),
      Effect.runPromise,
    )
  const one = await digests(1, 1)
  expect(one).toHaveLength(5)
  for (const [jobs, cores] of [
    [1, 3],
    [2, 4],
  ] as const)
    expect(await digests(jobs, cores)).toEqual(one)
})
