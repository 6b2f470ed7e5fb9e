import { randomBytes } from "node:crypto"
import { rmSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { keepBundles } from "../code-bundles.ts"
import type { EngineError } from "../errors.ts"
import type { RunEvent } from "../events.ts"
import { Executor } from "../executor.ts"
import { writeWhole } from "../files.ts"
import { closure } from "../graph.ts"
import { encode } from "../key.ts"
import { draftName } from "../owner.ts"
import { decodeParams } from "../params.ts"
import { plan } from "../plan.ts"
import { type RunResult, run } from "../run.ts"
import type { StageError } from "../stage.ts"
import type { ArtifactStore } from "../store.ts"
import {
  anyTargets,
  command,
  type ExitCode,
  exitOf,
  exits,
  type Given,
  type Host,
  jsonLine,
  type Refusal,
  refuse,
  texts,
  toggle,
  whole,
} from "./options.ts"
import { outcomes } from "./outcomes.ts"
import { countBy, groupBy, openGraph, type Prepared, prepare } from "./prepare.ts"
import { loggerFor, recorder } from "./progress.ts"
import { showSteps } from "./status.ts"
import { countText, othersText, secondsText } from "./table.ts"

const flags = {
  jobs: whole("N", 1, "how many stages run at once (default: number of cores)"),
  force: texts("STAGE", "runs this stage even where it is cached"),
  "keep-going": toggle("after a failure, runs everything that does not depend on it"),
  "dry-run": toggle("shows what would run, as status does, and runs nothing"),
}

export default command({
  targets: anyTargets,
  flags,
  examples: [
    ["run", "brings everything of the preset up to date"],
    ["run clusters --preset paper --seeds 0..29", "one study in full"],
    ["run A-2b --set train.learningRate=0.002 --dry-run", "what a change would cost"],
    ["run --store mine --lower /data/group", "takes what another store has, and writes what is missing to this one"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const prepared = yield* prepare(yield* openGraph(given, given.targets, host), given.force)
    if (given["dry-run"]) {
      yield* showSteps(prepared, { ...given, all: false }, host)
      return exits.ok
    }
    yield* preflight(prepared)
    const writable = yield* probe(prepared)
    return yield* compute(prepared, given, host, writable)
  }),
})

/** Refuses what stages can refuse before anything runs: every fault of every node that would run, at once. */
const preflight = Effect.fnUntraced(function* ({ graph, selected, planner, store }: Prepared) {
  const careful = new Set([...selected].filter((i) => graph.nodes[i]!.stage.preflight !== undefined))
  if (careful.size === 0) return
  const asked = new Set<string>()
  const faults: { readonly id: string; readonly text: string }[] = []
  const steps = yield* plan(planner, closure(graph, careful))
  // What was evicted runs when something stale reads it, which the whole plan tells.
  const mayBeRead = steps.some(
    (step) =>
      step._tag === "Cached" &&
      Object.values(step.manifest.outputs).some((object) => store.state(object) === "evicted"),
  )
  for (const { _tag, node } of mayBeRead ? yield* plan(planner, selected) : steps) {
    const { id, stage, params } = graph.nodes[node]!
    const question = `${stage.name} ${encode(params)}`
    if (_tag === "Cached" || !careful.has(node) || asked.has(question)) continue
    asked.add(question)
    const decoded = yield* decodeParams(stage.params, params, id)
    const answer = yield* Effect.result(stage.preflight!(decoded) as Effect.Effect<void, StageError>)
    if (Result.isSuccess(answer)) continue
    const { message, advice } = answer.failure
    faults.push({ id, text: `${message}${advice === undefined ? "" : `\n  ${advice}`}` })
  }
  if (faults.length === 0) return
  const lines = [...groupBy(faults, ({ text }) => text)].map(
    ([text, [first, ...others]]) => `${first!.id}${othersText(others.length)}: ${text}`,
  )
  yield* refuse(lines.join("\n"))
})

/** Whether the store takes files. One that does not serves a run that has nothing to compute. */
const probe = Effect.fnUntraced(function* ({ store, planner, selected }: Prepared) {
  const { root } = store
  if (root === undefined) return true
  // Named as a draft, so that one that a kill leaves behind is swept.
  const path = join(root, "tmp", draftName())
  const written = yield* Effect.result(writeWhole(join(root, "tmp"), path, new Uint8Array(), 0o600))
  if (Result.isSuccess(written)) {
    rmSync(path, { force: true })
    return true
  }
  const steps = yield* plan(planner, selected)
  if (steps.some(({ _tag }) => _tag !== "Cached")) return yield* Effect.fail(written.failure)
  return false
})

const compute = Effect.fnUntraced(function* (
  prepared: Prepared,
  given: Given<typeof flags>,
  host: Host,
  writable: boolean,
): Effect.fn.Return<ExitCode, Refusal, ArtifactStore> {
  const jobs = given.jobs ?? availableParallelism()
  // A store that may not be written has no log, and nobody waits for this run or keeps anything for it.
  const id = writable ? { id: runId(new Date()) } : {}
  const watch = watchRun(prepared, given.json, jobs, host, id)
  const keep = writable ? keepBundles(prepared.store.root!, prepared.codes.values()) : Effect.void
  const result = yield* keep.pipe(
    Effect.andThen(run({ ...prepared, ...id, keepGoing: given["keep-going"], emit: watch.emit })),
    Effect.provide(Executor.threads(jobs)),
    Effect.mapError(refuseLate),
    Effect.ensuring(Effect.sync(watch.close)),
    Effect.onInterrupt(() => Effect.sync(() => sayInterrupted(watch.finished(), given.json, host))),
  )
  if (!given.json) {
    summarize(result, watch.failures, host)
    const lines = yield* Effect.mapError(outcomes(prepared, result.manifests, given), refuseLate)
    for (const line of lines) host.out(line)
  }
  return Math.max(exits.ok, ...result.failures.map(afterStart)) as ExitCode
})

/** Once a run has begun, a store that cannot be written is a failure of the run, not of its usage. */
const afterStart = (error: EngineError): ExitCode => {
  const exit = exitOf(error)
  return exit === exits.usage ? exits.failed : exit
}

const refuseLate = (error: EngineError): Refusal => refuse(error.message, afterStart(error))

type Failed = Extract<RunEvent, { event: "failed" }>

/** Everything that reads the events of a run, and what they come to. */
function watchRun(
  { graph, selected, store }: Prepared,
  json: boolean,
  jobs: number,
  host: Host,
  { id }: { readonly id?: string },
) {
  const totals = countBy([...selected].map((i) => graph.nodes[i]!.stage.name))
  const shown = loggerFor(host, json, totals, jobs)
  const loggers = id === undefined ? [shown] : [shown, recorder(store, id, host)]
  const figures = new Map(graph.leaves.flatMap(({ kind, id, stage }) => (kind === "figure" ? [[stage.name, id]] : [])))
  const failures: Failed[] = []
  const finished = new Set<string>()
  const emit = (event: RunEvent) => {
    for (const { log } of loggers) log(event)
    if (event.event === "failed") failures.push(event)
    if (event.event !== "computed" && event.event !== "cached") return
    finished.add(event.node)
    const figure = figures.get(event.stage)
    if (figure === undefined) return
    if (event.event === "cached" && !json) return
    const manifest = Effect.runSync(Effect.orElseSucceed(store.lookup(event.stage, event.key), () => undefined))
    if (manifest) shown.figure(figure, store.where(manifest.outputs.figure!))
  }
  const close = () => {
    for (const logger of loggers) logger.close()
  }
  return { emit, failures, finished: () => finished.size, close }
}

/** `20251122T000731Z-9f86d081`: sorts by time, and is a file name everywhere. */
const runId = (now: Date): string => `${now.toISOString().replace(/[-:]|\.\d+/g, "")}-${randomBytes(4).toString("hex")}`

function sayInterrupted(finished: number, json: boolean, host: Host): void {
  const stages = `${countText(finished, "stage")} ${finished === 1 ? "is" : "are"} finished and kept`
  const message = `interrupted: ${stages}; run the same command to resume`
  if (json) jsonLine(host, { event: "error", kind: "Interrupted", message, exit: exits.interrupted })
  else host.err(message)
}

/** A defect of a stage is one of the program: its stack, and the request to report it. */
const defectText = (error: EngineError | undefined): string | undefined =>
  error?._tag === "StageFailed" && error.reason._tag === "Defect"
    ? `${error.reason.stack || error.reason.message}\nthis is a defect of the stage; please report it with the lines above`
    : undefined

function summarize(result: RunResult, failures: readonly Failed[], host: Host): void {
  for (const [i, { node, reason }] of failures.entries()) {
    const text = defectText(result.failures[i]) ?? reason.replace(`${node}: `, "")
    host.err(`failed ${node}\n  ${text.replaceAll("\n", "\n  ")}`)
  }
  const counts = [`${result.computed} computed`, `${result.cached} cached`]
  if (result.failed > 0) counts.push(`${result.failed} failed`)
  if (result.skipped > 0) counts.push(`${result.skipped} skipped`)
  host.out(`${counts.join(", ")} in ${secondsText(result.seconds)}`)
}
