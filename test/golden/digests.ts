/**
 * Content digests of what a run computes from an empty store, by node and port. As a program
 * (`tsx test/golden/digests.ts [JOBS]`) it prints those of the preset `mini`; `--write` keeps them as the lock file that
 * the tests compare with.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { codeOf } from "../../artifacts/code.ts"
import { Executor } from "../../artifacts/executor.ts"
import { buildGraph, select } from "../../artifacts/graph.ts"
import { type Lock, lockOf, lockText, parseLock } from "../../artifacts/lock.ts"
import { planner } from "../../artifacts/plan.ts"
import { run } from "../../artifacts/run.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import { pipeline } from "../../pipeline.ts"

const lockFile = (name: string) => new URL(`./${name}.lock.json`, import.meta.url)

/** The lock file `mini`, `paper-a` or `papers-b-c`. */
export const locked = (name: string): Lock => parseLock(readFileSync(lockFile(name), "utf8"))!

interface Trial {
  readonly preset: string
  /** Nodes that are run, with all that they depend on; none = all. */
  readonly targets?: readonly string[]
  readonly jobs: number
  /** Sees the store before it goes. */
  readonly look?: (root: string) => Promise<void>
}

/** Runs a preset, or some nodes of it, from nothing. */
export async function digestsOf({ preset, targets = [], jobs, look = async () => {} }: Trial): Promise<Lock> {
  const root = mkdtempSync(join(tmpdir(), "golden-"))
  const program = Effect.gen(function* () {
    const store = yield* ArtifactStore
    const graph = yield* buildGraph(yield* Effect.promise(pipeline), preset)
    const selected = yield* select(graph, targets)
    const codes = yield* codeOf([...new Set([...selected].map((i) => graph.nodes[i]!.stage))])
    const options = { graph, codes, selected, planner: planner(graph, codes, store), keepGoing: true, emit: () => {} }
    const { manifests, failures } = yield* run(options)
    for (const failure of failures) yield* Effect.fail(failure)
    return lockOf([...manifests].map(([node, { outputs }]) => [graph.nodes[node]!.id, outputs]))
  })
  const layer = Executor.threads(jobs).pipe(Layer.provideMerge(ArtifactStore.disk(root)))
  try {
    const digests = await Effect.runPromise(Effect.provide(program, layer))
    await look(root)
    return digests
  } finally {
    rmSync(root, { recursive: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = lockText(await digestsOf({ preset: "mini", jobs: Number(process.argv[2] ?? 2) }))
  if (process.argv.includes("--write")) writeFileSync(lockFile("mini"), text)
  else process.stdout.write(text)
}
