/** The small study of sequential images on another data set: nothing downstream is wired to digits. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { codeOf } from "../../artifacts/code.ts"
import { Executor } from "../../artifacts/executor.ts"
import { buildGraph, select } from "../../artifacts/graph.ts"
import { parseSetting } from "../../artifacts/params.ts"
import { planner } from "../../artifacts/plan.ts"
import { run } from "../../artifacts/run.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import { pipeline } from "../../pipeline.ts"
import { fashionIsThere } from "./fashion.ts"

const settings = [
  "smnist/generate-inputs.dataset=fashion-mnist",
  "smnist.n=16",
  "smnist.trainingPoints=300",
  "smnist.testPoints=150",
  "smnist.probed=60",
  "smnist.ends=5",
]

test.skipIf(!fashionIsThere)("the study smnist runs on Fashion-MNIST, to its last figure and claim", async () => {
  const program = Effect.gen(function* () {
    const store = yield* ArtifactStore
    const given = yield* Effect.forEach(settings, parseSetting)
    const graph = yield* buildGraph(yield* Effect.promise(pipeline), "mini", given)
    const selected = yield* select(graph, ["smnist"])
    const codes = yield* codeOf([...new Set([...selected].map((i) => graph.nodes[i]!.stage))])
    const options = { graph, codes, selected, keepGoing: true, emit: () => {} }
    const { failures, computed } = yield* run({ ...options, planner: planner(graph, codes, store) })
    expect(failures).toEqual([])
    expect(computed).toBe(selected.size)
    expect(store.manifests("generate-inputs").pipe(Effect.runSync)).toMatchObject([
      { recipe: { params: { dataset: "fashion-mnist", trainingPoints: 300, testPoints: 150 } } },
    ])
  })
  const layer = Executor.threads(1).pipe(Layer.provideMerge(ArtifactStore.memory()))
  await Effect.runPromise(Effect.provide(program, layer))
})
