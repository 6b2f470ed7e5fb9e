/**
 * A run that finds everything cached, as a process of its own. Arguments: folder of the store, number of nodes. Prints the
 * seconds that each part took, those of the whole process and of the processor for it, and its peak of memory in bytes.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Executor } from "../../artifacts/executor.ts"
import { planner } from "../../artifacts/plan.ts"
import { run } from "../../artifacts/run.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import { openStore } from "../artifacts/crates.ts"
import { codes, sweepGraph } from "./synthetic.ts"

const [root, nodes] = process.argv.slice(2) as [string, string]
const seconds: Record<string, number> = {}
async function timed<A>(name: string, work: () => Promise<A>): Promise<A> {
  const start = performance.now()
  const result = await work()
  seconds[name] = (performance.now() - start) / 1000
  return result
}

const graph = await timed("graph", () => sweepGraph(Number(nodes)))
const code = await timed("code", codes)
const store = openStore(root)
const selected = new Set(graph.nodes.keys())
const layer = Executor.inline.pipe(Layer.provideMerge(Layer.succeed(ArtifactStore, store)))
const options = { graph, codes: code, planner: planner(graph, code, store), selected, keepGoing: false, emit: () => {} }
const result = await timed("run", () => Effect.runPromise(Effect.provide(run(options), layer)))
if (result.cached !== selected.size) throw new Error(`${result.cached} of ${selected.size} nodes are cached`)
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const [all, processor] = [performance.now() / 1000, (userCPUTime + systemCPUTime) / 1e6]
process.stdout.write(JSON.stringify({ ...seconds, all, processor, memory: maxRSS * 1024 }))
