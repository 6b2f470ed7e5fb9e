/**
 * Random edits of random graphs, and after each a run of the engine, held against a reference engine without a store: values,
 * what was foretold, and what was computed.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Executor } from "../../artifacts/executor.ts"
import { select } from "../../artifacts/graph.ts"
import { contentDigest } from "../../artifacts/key.ts"
import { perform } from "../../artifacts/perform.ts"
import { plan, planner } from "../../artifacts/plan.ts"
import { run } from "../../artifacts/run.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import { folderGround, type Ground, memoryGround, objectOf } from "./grounds.ts"
import { codeAt, idOf, kinds, type Part, type Project, rigOf } from "./integers.ts"
import { check, Difference, Foretold, Watch } from "./judge.ts"
import { Expectation, Ledger } from "./ledger.ts"
import { type Change, change, type Edit, empty, type Script, scriptOf } from "./scripts.ts"

/** What happened in all scripts: a test that sees nothing of a kind proves nothing of it. */
export interface Tally {
  scripts: number
  runs: number
  computed: number
  /** Nodes that waited for others, and then were up to date. */
  cutOff: number
  /** Nodes that were computed for a lost or an evicted object. */
  recalled: number
  /** Nodes that were up to date until somebody read their objects. */
  unforeseen: number
}

export interface Differences extends Tally {
  /** Each with its script, made as short as it may be. */
  readonly failures: readonly string[]
}

export interface DifferentialOptions {
  readonly scripts: number
  readonly seed: number
  /** A new store folder; without it, stores are in memory. */
  readonly next?: () => string
}

/** Plays scripts, each with one stage at a time or three. */
export async function differences({ scripts, seed, next }: DifferentialOptions): Promise<Differences> {
  const tally: Tally = { scripts: 0, runs: 0, computed: 0, cutOff: 0, recalled: 0, unforeseen: 0 }
  const failures: string[] = []
  for (; tally.scripts < scripts; tally.scripts++) {
    const slots = tally.scripts % 2 === 0 ? 1 : 3
    const fails = (script: Script, counts: Tally) =>
      play(script, next ? folderGround(next()) : memoryGround(), slots, counts)
    const script = scriptOf(seed, tally.scripts)
    if ((await fails(script, tally)) === undefined) continue
    const short = await shrink(script, async (part) => (await fails(part, { ...tally })) !== undefined)
    const reason = await fails(short, { ...tally })
    failures.push(`seed ${seed}, script ${tally.scripts}, ${slots} slots: ${reason}\n${JSON.stringify(short)}`)
  }
  return { ...tally, failures }
}

/** Leaves out edits, one by one, while it fails without them. */
async function shrink(script: Script, fails: (script: Script) => Promise<boolean>): Promise<Script> {
  let short = script
  for (let i = script.length - 1; i >= 0; i--) {
    const shorter = short.toSpliced(i, 1)
    if (await fails(shorter)) short = shorter
  }
  return short
}

/** Plays one script; what is wrong with the engine, if anything. */
async function play(script: Script, ground: Ground, slots: number, tally: Tally): Promise<string | undefined> {
  const ledger = new Ledger()
  let project = empty
  try {
    for (const edit of script) {
      if (edit[0] === "run") await runAndCompare(ground, ledger, project, edit, { slots, tally })
      else project = apply(edit, project, ground, ledger)
    }
    await compareObjects(ground, ledger)
    return undefined
  } catch (error) {
    if (error instanceof Difference) return error.message
    throw error
  }
}

function apply([op, u, v, w]: Edit, project: Project, ground: Ground, ledger: Ledger): Project {
  switch (op) {
    case "missing":
    case "evicted":
    case "flipped": {
      const texts = ledger.with("whole")
      if (texts.length === 0) return project
      const text = texts[u % texts.length]!
      ground.harm(objectOf(text), op)
      ledger.objects.set(text, op)
      return project
    }
    case "forget": {
      const [recipe, found] = [...ledger.records][u % Math.max(1, ledger.records.size)] ?? []
      if (recipe === undefined || found === undefined) return project
      ground.forget(found.kind, found.key)
      ledger.records.delete(recipe)
      return project
    }
    case "accept": {
      const kind = kinds[u % kinds.length]!
      const before = project.code[kind]
      if (before === 2) return project
      const after = 1 - before
      ground.accept?.(kind, codeAt(kind, after), codeAt(kind, before))
      if (ground.accept) ledger.accepted.set(`${kind} ${after}`, before)
      return { ...project, code: { ...project.code, [kind]: after } }
    }
    default:
      return change(project, [op as Change, u, v, w])
  }
}

/** Several stages at once, which end in another order than they began. */
const several = (slots: number) =>
  Layer.effect(
    Executor,
    Effect.gen(function* () {
      const store = yield* ArtifactStore
      let count = 0
      return {
        slots,
        execute: ({ stage, assignment }, report) =>
          Effect.gen(function* () {
            for (let turns = (count++ * 7) % 5; turns > 0; turns--) yield* Effect.yieldNow
            return yield* perform(stage, assignment, store, report)
          }),
      }
    }),
  )

/** One run: a quarter of them force a stage, a fifth bring only one node up to date. */
async function runAndCompare(
  { store }: Ground,
  ledger: Ledger,
  project: Project,
  [, u, v]: Edit,
  { slots, tally }: { readonly slots: number; readonly tally: Tally },
): Promise<void> {
  const parts = new Map(project.parts.map((part) => [idOf(part), part]))
  if (parts.size === 0) return
  const forced = new Set(u % 4 === 0 ? [kinds[(u >> 2) % kinds.length]!] : [])
  const targets = v % 5 === 0 ? [[...parts.keys()][(v >> 3) % parts.size]!] : []
  const { graph, codes } = await rigOf(project)
  const selected = await Effect.runPromise(select(graph, targets))
  const partAt = (index: number) => parts.get(graph.nodes[index]!.id)!
  const expected = new Expectation(ledger, project, new Set([...selected].map((i) => partAt(i).number)), forced)
  const steps = await Effect.runPromise(plan(planner(graph, codes, store, forced), selected))
  const foretold = new Foretold(steps, partAt, expected)
  const watch = new Watch(expected, parts)
  const planned = planner(graph, codes, store, forced)
  const program = run({ graph, codes, planner: planned, selected, keepGoing: false, emit: watch.see })
  const layer = several(slots).pipe(Layer.provideMerge(Layer.succeed(ArtifactStore, watch.watched(store))))
  const { manifests, failures } = await Effect.runPromise(Effect.provide(program, layer))
  check(failures.length === 0, () => `failed: ${failures[0]!.message}`)
  watch.compare()
  foretold.compare(watch.computed)
  compareValues(manifests, partAt, expected)
  const after = await Effect.runPromise(plan(planner(graph, codes, store), selected))
  for (const { _tag, node } of after) check(_tag === "Cached", () => `${graph.nodes[node]!.id} is ${_tag} after a run`)
  tally.runs++
  tally.computed += watch.computed.size
  for (const recipe of foretold.recipes.Blocked) if (!watch.computed.has(recipe)) tally.cutOff++
  for (const recipe of foretold.mendable) if (watch.computed.has(recipe)) tally.recalled++
  for (const recipe of foretold.recipes.Cached) if (watch.computed.has(recipe)) tally.unforeseen++
}

type Manifests = ReadonlyMap<number, { readonly outputs: Readonly<Record<string, { readonly digest: string }>> }>

function compareValues(manifests: Manifests, partAt: (index: number) => Part, { values }: Expectation): void {
  check(manifests.size === values.size, () => `${manifests.size} nodes of ${values.size} are up to date`)
  for (const [index, { outputs }] of manifests)
    for (const [port, value] of Object.entries(values.get(partAt(index).number)!))
      check(
        outputs[port]!.digest === contentDigest(Buffer.from(String(value))),
        () => `${idOf(partAt(index))}/${port} is not ${value}`,
      )
}

/** The store holds what it should: whole objects, and of evicted and lost ones what it says of them. */
async function compareObjects({ store }: Ground, { objects }: Ledger): Promise<void> {
  const states = { whole: "present", flipped: "present", suspect: "present", evicted: "evicted", missing: "missing" }
  for (const [text, state] of objects) {
    const object = objectOf(text)
    check(
      store.state(object) === states[state],
      () => `object ${text} is ${store.state(object)}, and should be ${state}`,
    )
    if (state !== "whole") continue
    const bytes = await Effect.runPromise(store.read(object))
    check(Buffer.from(bytes).toString() === text, () => `object ${text} is ${bytes}`)
  }
}
