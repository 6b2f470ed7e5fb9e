/**
 * Content digests of everything that the preset `mini` computes, by node and port, from an empty store. As a program
 * (`tsx test/golden/digests.ts [JOBS]`) it prints them; `--write` keeps them as the lock file that the tests compare with.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { codeOf } from "../../artifacts/code.ts"
import { Executor } from "../../artifacts/executor.ts"
import { buildGraph } from "../../artifacts/graph.ts"
import { type Lock, lockOf, lockText, parseLock } from "../../artifacts/lock.ts"
import { planner } from "../../artifacts/plan.ts"
import { run } from "../../artifacts/run.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import { pipeline } from "../../pipeline.ts"

const lockFile = new URL("./mini.lock.json", import.meta.url)

export const locked = (): Lock => parseLock(readFileSync(lockFile, "utf8"))!

/** Runs `mini` from nothing on `jobs` worker threads; `look` sees the store before it goes. */
export async function digestsOfMini(jobs: number, look: (root: string) => Promise<void> = async () => {}): Promise<Lock> {
  const root = mkdtempSync(join(tmpdir(), "golden-"))
  const program = Effect.gen(function* () {
    const store = yield* ArtifactStore
    const graph = yield* buildGraph(yield* Effect.promise(pipeline), "mini")
    const codes = yield* codeOf([...new Set(graph.nodes.map(({ stage }) => stage))])
    const selected = new Set(graph.nodes.keys())
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
  const text = lockText(await digestsOfMini(Number(process.argv[2] ?? 2)))
  if (process.argv.includes("--write")) writeFileSync(lockFile, text)
  else process.stdout.write(text)
}
