/** What `diff` is asked to compare: finds runs and artifacts by the words that a person has for them. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type RunNode, runNodes } from "../diff.ts"
import { type GraphInvalid, nearest } from "../errors.ts"
import { readBytes } from "../files.ts"
import { unknown } from "../graph.ts"
import { runLogs } from "../inventory.ts"
import type { Manifest } from "../manifest.ts"
import { ArtifactStore, allManifests, type Store } from "../store.ts"
import { current, isHexPrefix } from "./find.ts"
import { type Common, type Host, type Refusal, refuse } from "./options.ts"
import { countText, listed } from "./table.ts"

/** Runs that a message lists at most. */
const few = 10

export interface Run {
  readonly _tag: "Run"
  readonly id: string
  /** Text of its log. */
  readonly log: string
  readonly nodes: ReadonlyMap<string, RunNode>
}

type Side = Run | { readonly _tag: "Artifact"; readonly manifest: Manifest }

/** Both sides. No words mean the last two runs, one run is compared with the last. */
export const sidesOf = Effect.fnUntraced(function* (
  given: Common & { readonly targets: readonly string[] },
  host: Host,
) {
  const store = yield* ArtifactStore
  const [a = "latest~1", b, ...others] = given.targets
  if (others.length > 0) return yield* refuse(`diff compares two things, found ${given.targets.length}`)
  const before = yield* sideOf(a, store, given, host)
  if (b === undefined && before._tag === "Artifact") return yield* refuse("B is missing, what to compare with")
  return [before, yield* sideOf(b ?? "latest", store, given, host)] as const
})

const sideOf = Effect.fnUntraced(function* (word: string, store: Store, given: Common, host: Host) {
  const run = yield* runOf(word, store)
  if (run !== undefined) return run
  if (isHexPrefix(word)) return artifact(yield* byPrefix(word, store))
  const [, node, at] = /^(.+)@([^@]+)$/.exec(word) ?? []
  if (node !== undefined) return artifact(yield* inRun(node, at!, store))
  const found = current(word, given, host).pipe(
    Effect.catchTag("GraphInvalid", (error) => Effect.flatMap(runIds(store), (ids) => refuseWord(error, word, ids))),
  )
  return artifact((yield* found).manifest)
})

/** A word that is no target, nor near one, may have been meant for a run or a digest as well. */
function refuseWord(
  error: GraphInvalid,
  word: string,
  ids: readonly string[],
): Effect.Effect<never, GraphInvalid | Refusal> {
  const { reason } = error
  if (reason._tag !== "Unknown" || reason.kind !== "target" || nearest(word, reason.known)) return Effect.fail(error)
  const runs = ids.length > 0 ? `runs are ${recent(ids).join(", ")}` : "the store has no runs"
  return refuse(`unknown run, digest or node ${JSON.stringify(word)}; \`ls\` lists digests and nodes, ${runs}`)
}

const artifact = (manifest: Manifest): Side => ({ _tag: "Artifact", manifest })

/** A run by age, or by the first characters of its id or of what follows the time in it; undefined if it is no such word. */
const runOf = Effect.fnUntraced(function* (word: string, store: Store) {
  const [, back] = /^latest(?:~(\d+))?$/.exec(word) ?? []
  const ids = yield* runIds(store)
  if (word.startsWith("latest") && (back !== undefined || word === "latest")) {
    const id = ids.at(-1 - Number(back ?? 0))
    if (id !== undefined) return yield* openRun(id, store)
    return yield* refuse(`${word}: the store has the logs of ${countText(ids.length, "run")}`)
  }
  const found = ids.filter((id) => id.startsWith(word) || id.split("-")[1]?.startsWith(word))
  if (found.length > 1) return yield* refuse(`${word} begins ${found.length} runs; choose one:${listed(found)}`)
  if (found.length === 1) return yield* openRun(found[0]!, store)
  if (/^\d{8}T/.test(word)) return yield* unknown("run", word, recent(ids))
  return undefined
})

/** Ids of the runs, the last one last. */
const runIds = ({ root }: Store) => Effect.map(runLogs(root!), ({ logs }) => logs.map(({ id }) => id))

const recent = (ids: readonly string[]): readonly string[] => ["latest", ...ids.slice(-few)]

const openRun = Effect.fnUntraced(function* (id: string, { root }: Store) {
  const log = (yield* readBytes(join(root!, "runs", `${id}.jsonl`))).toString("utf8")
  return { _tag: "Run", id, log, nodes: runNodes(log) } satisfies Run
})

/** What a node had, or computed, in a run. */
const inRun = Effect.fnUntraced(function* (node: string, word: string, store: Store) {
  const run = yield* runOf(word, store)
  if (run === undefined) return yield* unknown("run", word, recent(yield* runIds(store)))
  const found = run.nodes.get(node)
  if (found === undefined) return yield* unknown(`node of run ${run.id}`, node, [...run.nodes.keys()])
  const manifest = found.key && (yield* store.lookup(found.stage, found.key))
  if (manifest) return manifest
  return yield* refuse(`${node} was ${found.state} in run ${run.id}: the store has no record of its result`)
})

/** By the first digits of a key, or of the digest of an output. */
const byPrefix = Effect.fnUntraced(function* (prefix: string, store: Store) {
  const found = (yield* allManifests(store)).filter(({ key, outputs }) =>
    [key, ...Object.values(outputs).map(({ digest }) => digest)].some((hex) => hex.startsWith(prefix)),
  )
  const [first, ...others] = found
  if (first === undefined) return yield* refuse(`no artifact has a key or digest that begins with ${prefix}`)
  if (others.length === 0) return first
  const list = listed(found.map(({ key, provenance }) => `${key.slice(0, 12)} ${provenance.node}`))
  return yield* refuse(`${prefix} begins ${found.length} artifacts; choose one by its key:${list}`)
})
