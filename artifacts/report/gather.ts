/** Gathers what a report shows from the graph, the plan and the store. */
import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { type Table, toRows } from "../../schemas/table.ts"
import { acceptanceText } from "../accept.ts"
import type { Common } from "../cli/options.ts"
import { countBy, leafOf, type Prepared } from "../cli/prepare.ts"
import { csvLines } from "../cli/rows.ts"
import { isMissing, type StoreError } from "../errors.ts"
import { closure, type Graph } from "../graph.ts"
import { byCodeUnit } from "../key.ts"
import type { Leaf } from "../leaf.ts"
import { lockOf, lockText } from "../lock.ts"
import type { Manifest } from "../manifest.ts"
import { readOne } from "../perform.ts"
import { plan, type Step } from "../plan.ts"
import type { AnyStage } from "../stage.ts"
import type { Store } from "../store.ts"
import { absenceOf, holesOf, lacksOf } from "./holes.ts"
import type { Claim, Figure, Origin, Part, Provenance, Report, Share } from "./model.ts"
import { stageFacts, stageSettings, studyFacts } from "./settings.ts"

type Cached = Extract<Step, { _tag: "Cached" }>

/** The command line of a command with the settings of the report; other targets in place of its own. */
export type CommandOf = (name: string, targets?: readonly string[]) => string

export const gatherReport = Effect.fnUntraced(function* (
  prepared: Prepared,
  given: Pick<Common, "set" | "sweep">,
  commandOf: CommandOf,
) {
  const { graph, selected, planner, store } = prepared
  const steps = yield* plan(planner, selected)
  const cached = new Map(steps.flatMap((step) => (step._tag === "Cached" ? [[step.node, step] as const] : [])))
  const leaves = leavesOf(prepared)
  const lacks = yield* lacksOf(prepared, steps, leaves)
  const claims: Claim[] = []
  const figures: Figure[] = []
  for (const { leaf, index, id } of leaves) {
    const facts = { id, title: leaf.title, study: leaf.study, again: commandOf("run", [id]) }
    const step = cached.get(index)
    const show = <A>(read: (leaf: Leaf, manifest: Manifest, store: Store) => Effect.Effect<A, StoreError>) => {
      if (step === undefined) return Effect.succeed({ missing: absenceOf(index, lacks) })
      const origin = originOf(prepared, step, cached)
      const shown = Effect.map(read(leaf, step.manifest, store), (content) => ({ origin, ...content }))
      const missing = `${evicted}; ${facts.again} --force ${leaf.stage.name} makes it again`
      return Effect.catchIf(shown, isMissing, () => Effect.succeed({ missing }))
    }
    if (leaf.kind === "claim") claims.push({ ...facts, shown: yield* show(claimOf) })
    else figures.push({ ...facts, shown: yield* show(figureOf) })
  }
  return {
    ...settingsIn(prepared, given, commandOf),
    claims,
    figures,
    provenance: provenanceOf([...cached.values()], prepared),
    holes: holesOf(lacks, (index) => graph.nodes[index]!.stage.name),
    lock: lockText(lockOf([...cached].map(([index, { manifest }]) => [graph.nodes[index]!.id, manifest.outputs]))),
  } satisfies Report
})

const evicted = "it was removed from the store to save space"

/** What does not depend on the store. */
function settingsIn(
  { graph, selected, wanted, pipeline, preset, settings }: Prepared,
  { set, sweep }: Pick<Common, "set" | "sweep">,
  commandOf: CommandOf,
) {
  const nodes = [...selected].sort((a, b) => a - b).map((index) => graph.nodes[index]!)
  const studies = pipeline.studies.filter(({ name }) => nodes.some(({ study }) => study === name))
  const present = new Set(graph.nodes.map(({ stage }) => stage))
  return {
    program: programName(),
    runCommand: commandOf("run"),
    reportCommand: commandOf("report"),
    auditCommand: `${commandOf("audit")} --sample 0 --lock lock.json`,
    preset,
    set: [...stageSettings(pipeline, set), ...sweep.map((text) => `${text} (sweep)`)],
    studies: studies.map((study) => studyFacts(study, preset, settings)),
    stages: stagesOf(graph, nodes),
    unfed: wanted.size < graph.nodes.length ? [] : graph.leaves.filter(({ stage }) => !present.has(stage)),
  }
}

/** The leaves that are asked for, by their ids. */
const leavesOf = ({ graph, wanted }: Prepared) =>
  [...wanted]
    .flatMap((index) => {
      const leaf = leafOf(graph, graph.nodes[index]!)
      return leaf === undefined ? [] : [{ leaf, index, id: leaf.id }]
    })
    .sort((a, b) => byCodeUnit(a.id.toLowerCase(), b.id.toLowerCase()))

const stagesOf = (graph: Graph, nodes: Graph["nodes"]) => {
  const stages = new Set(nodes.filter((node) => leafOf(graph, node) === undefined).map(({ stage }) => stage))
  return [...stages].map((stage) => stageFacts(nodes.filter((node) => node.stage === stage)))
}

function originOf({ graph }: Prepared, { node, manifest }: Cached, cached: ReadonlyMap<number, Cached>): Origin {
  const outputs = Object.entries(manifest.outputs).map(([port, { digest, bytes }]) => ({ port, digest, bytes }))
  const accepted = [...closure(graph, new Set([node]))]
    .sort((a, b) => a - b)
    .flatMap((index) => {
      const acceptance = cached.get(index)?.accepted
      return acceptance === undefined ? [] : [`${graph.nodes[index]!.stage.name}: ${acceptanceText(acceptance)}`]
    })
  return { key: manifest.key, outputs, accepted: [...new Set(accepted)] }
}

const read = ({ stage }: Leaf, port: string, { outputs }: Manifest, store: Store) =>
  readOne((stage.outputs as AnyStage["outputs"])[port]!, outputs[port]!, store)

const claimOf = Effect.fnUntraced(function* (leaf: Leaf, manifest: Manifest, store: Store) {
  const table = (yield* read(leaf, "claim", manifest, store)) as Table
  return { parts: toRows(table) as unknown as readonly Part[] }
})

const figureOf = Effect.fnUntraced(function* (leaf: Leaf, manifest: Manifest, store: Store) {
  const svg = (yield* read(leaf, "figure", manifest, store)) as string
  const numbers = manifest.outputs.data
  if (numbers === undefined || numbers.rows === 0) return { svg }
  const table = (yield* read(leaf, "data", manifest, store)) as Table
  const csv = `${csvLines(table).join("\n")}\n`
  return { svg, data: { rows: numbers.rows, csv, parquet: yield* store.read(numbers) } }
})

/** Name and version of the program, as its package has them. */
function programName(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8")
  const { name, version } = JSON.parse(text) as { name: string; version: string }
  return `${name} ${version}`
}

function provenanceOf(cached: readonly Cached[], { graph }: Prepared): Provenance {
  const manifests = cached.map(({ manifest }) => manifest)
  const sizes = new Map(
    manifests.flatMap(({ outputs }) => Object.values(outputs).map(({ digest, bytes }) => [digest, bytes] as const)),
  )
  const times = manifests.map(({ provenance }) => provenance.finished).sort(byCodeUnit)
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
  return {
    results: cached.length,
    artifacts: sizes.size,
    bytes: sum([...sizes.values()]),
    seconds: sum(manifests.map(({ provenance }) => provenance.seconds)),
    first: times[0],
    last: times.at(-1),
    commits: sharesOf(manifests, ({ provenance: { commit } }) => (commit ? `commit ${commit}` : "commit not recorded")),
    machines: sharesOf(manifests, ({ provenance: { machine } }) => {
      const { cpu, platform, node } = machine
      return `${cpu}, ${platform}, Node ${node}`
    }),
    accepted: sharesOf(cached, ({ node, accepted }) =>
      accepted === undefined ? undefined : `${graph.nodes[node]!.stage.name}: ${acceptanceText(accepted)}`,
    ),
  }
}

/** How many have each text, the most frequent first. */
function sharesOf<A>(all: readonly A[], textOf: (one: A) => string | undefined): readonly Share[] {
  const counts = countBy(all.flatMap((one) => textOf(one) ?? []))
  const shares = [...counts].map(([what, results]) => ({ what, results }))
  return shares.sort((a, b) => b.results - a.results || byCodeUnit(a.what, b.what))
}
