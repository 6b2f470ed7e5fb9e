import * as Effect from "effect/Effect"
import { diffArtifacts, diffRuns, type NodeDifference, type OutputDifference, type RunNode } from "../diff.ts"
import { isLost } from "../errors.ts"
import type { Manifest } from "../manifest.ts"
import { type Cue, compareRecipes } from "../plan.ts"
import type { AnyStage } from "../stage.ts"
import { ArtifactStore, type Store } from "../store.ts"
import { type CodeDiffer, codeDiffer, differenceText } from "./code-changes.ts"
import { cueText, withDefault } from "./cues.ts"
import { artifactLines, runLines } from "./diff-lines.ts"
import { type Common, command, exits, type Given, type Host, jsonLine, refuse, toggle } from "./options.ts"
import { openGraph } from "./prepare.ts"
import { type Run, sidesOf } from "./sides.ts"

const flags = { brief: toggle("compares parameters and code, and reads no values") }

export default command({
  targets: {
    count: "any",
    metavar: "A B",
    doc: "two runs: latest, latest~1 or the first digits of an id, none for the last two; or two artifacts: a node, NODE@RUN, or the first digits of a key or digest",
  },
  flags,
  examples: [
    ["diff", "what changed from the last run but one to the last"],
    ["diff 'clusters/train[d=200,g=20,seed=0]@latest~3' 'clusters/train[d=200,g=20,seed=0]'", "a node, then and now"],
    ["diff 3f2a91c0 77e1b204 --json", "two artifacts by their keys or digests; null is an infinite difference"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const store = yield* ArtifactStore
    const [before, after] = yield* sidesOf(given, host)
    const comparing = { store, stages: yield* stagesOf(given, host), differ: codeDiffer(store, new Map()) }
    if (before._tag === "Run" && after._tag === "Run") yield* showRuns(comparing, before, after, given, host)
    else if (before._tag === "Artifact" && after._tag === "Artifact")
      yield* showArtifacts(comparing, before.manifest, after.manifest, given, host)
    else return yield* refuse("one of the two is a run, the other an artifact; NODE@RUN is an artifact of a run")
    return exits.ok
  }),
})

interface Comparing {
  readonly store: Store
  /** Of the pipeline, by name. */
  readonly stages: ReadonlyMap<string, AnyStage>
  readonly differ: CodeDiffer
}

/** One difference of two recipes, in words as well. */
export type Told = Cue & { readonly text: string }

/** A node of two runs with what differs. */
export interface Compared extends NodeDifference {
  readonly told: readonly Told[]
  /** With values, unless they were not asked for. */
  readonly differences: readonly OutputDifference[]
}

/** Stages of the pipeline, those of leaves that the preset leaves out included. */
const stagesOf = Effect.fnUntraced(function* (given: Common, host: Host) {
  const { graph } = yield* openGraph(given, [], host)
  return new Map([...graph.nodes, ...graph.leaves].map(({ stage }) => [stage.name, stage]))
})

const showArtifacts = Effect.fnUntraced(function* (
  comparing: Comparing,
  before: Manifest,
  after: Manifest,
  { brief, json }: Given<typeof flags>,
  host: Host,
) {
  const [a, b] = [before.recipe.stage, after.recipe.stage]
  if (a !== b) return yield* refuse(`only artifacts of one stage can be compared, found ${a} and ${b}`)
  const { told, differences } = yield* compare(comparing, before, after, brief)
  if (json) {
    const name = ({ key, provenance }: Manifest) => ({ node: provenance.node, key, finished: provenance.finished })
    jsonLine(host, { event: "compared", stage: a, before: name(before), after: name(after), cues: told })
    for (const difference of differences) jsonLine(host, { event: "output", ...difference })
  } else for (const line of artifactLines(before, after, told, differences)) host.out(line)
})

/** Both recipes in words, and the values unless `brief`. */
const compare = Effect.fnUntraced(function* (
  { store, stages, differ }: Comparing,
  before: Manifest,
  after: Manifest,
  brief: boolean,
) {
  const stage = stages.get(before.recipe.stage) ?? { name: before.recipe.stage }
  const told: Told[] = []
  for (const cue of compareRecipes(before.recipe, after.recipe)) {
    const difference = cue._tag === "Code" ? yield* differ(before.recipe.code, after.recipe.code) : undefined
    const what = difference ? `: ${differenceText(difference)}` : ""
    told.push({ ...withDefault(cue, stage), text: `${cueText(cue, stage)}${what}` })
  }
  if (brief) return { told, differences: [] }
  const schemaOf = ({ recipe }: Manifest, port: string) => stages.get(recipe.stage)?.outputs[port]
  return { told, differences: (yield* diffArtifacts(store, before, after, schemaOf)).outputs }
})

const showRuns = Effect.fnUntraced(function* (
  comparing: Comparing,
  before: Run,
  after: Run,
  { brief, json }: Given<typeof flags>,
  host: Host,
) {
  const { changed, ...runs } = yield* diffRuns(comparing.store, before.log, after.log)
  const compared = yield* Effect.forEach(changed, (node) => compareNode(comparing, node, brief))
  if (!json) {
    for (const line of runLines(before, after, { ...runs, changed: compared })) host.out(line)
    return
  }
  const counts = { same: runs.same, changed: changed.length }
  jsonLine(host, { event: "compared", before: before.id, after: after.id, ...counts })
  for (const node of runs.onlyBefore) jsonLine(host, { event: "node", in: "before", ...node })
  for (const node of runs.onlyAfter) jsonLine(host, { event: "node", in: "after", ...node })
  for (const { before, after, told, differences } of compared)
    jsonLine(host, { event: "node", in: "both", node: before.node, before, after, cues: told, outputs: differences })
})

/** Adds words and values to what differs of a node; what cannot be read any more hides nothing else. */
const compareNode = Effect.fnUntraced(function* (comparing: Comparing, node: NodeDifference, brief: boolean) {
  const { before, after, cues, outputs } = node
  if (cues === undefined) return { ...node, told: [], differences: [] } satisfies Compared
  const manifestOf = ({ stage, key }: RunNode) => Effect.map(comparing.store.lookup(stage, key!), (found) => found!)
  const [a, b] = [yield* manifestOf(before), yield* manifestOf(after)]
  const { told, differences } = yield* compare(comparing, a, b, brief).pipe(
    Effect.catchIf(isLost, ({ message }) =>
      Effect.map(compare(comparing, a, b, true), ({ told }) => ({
        told,
        differences: outputs!.map((port) => unreadable(port, a, b, message)),
      })),
    ),
  )
  return { ...node, told, differences: differences.filter(({ port }) => outputs!.includes(port)) } satisfies Compared
})

const unreadable = (port: string, before: Manifest, after: Manifest, message: string): OutputDifference => ({
  port,
  before: before.outputs[port],
  after: after.outputs[port],
  values: { _tag: "Unreadable", message },
})
