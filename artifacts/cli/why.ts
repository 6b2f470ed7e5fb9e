import * as Effect from "effect/Effect"
import { closure } from "../graph.ts"
import type { Recipe } from "../key.ts"
import type { Manifest } from "../manifest.ts"
import { type Cue, plan } from "../plan.ts"
import { type CodeDiffer, codeDiffer, differenceText } from "./code-changes.ts"
import { type Evidence, explain, type Finding, findingLines } from "./explain.ts"
import { command, exits, type Host, jsonLine } from "./options.ts"
import { oneNode, openGraph, type Prepared, prepare } from "./prepare.ts"
import { secondsText, timeText } from "./table.ts"

export default command({
  targets: { count: "one", metavar: "NODE", doc: "a node or figure, or a stage or study that has one node" },
  flags: {},
  examples: [["why 'clusters/train[d=200,g=20,seed=0]'", "the parameter, code or input that makes it run again"]],
  handler: Effect.fnUntraced(function* (given, host) {
    const target = given.targets[0]!
    const opened = yield* openGraph(given, [target], host)
    const index = yield* oneNode(opened, target)
    const prepared = yield* prepare({ ...opened, selected: closure(opened.graph, new Set([index])) })
    const evidence = yield* gather(prepared)
    const finding = yield* withCode(explain(evidence, index), codeDiffer(prepared.store, prepared.codes))
    const step = evidence.steps.get(index)!
    const manifest = step._tag === "Cached" ? step.manifest : undefined
    if (given.json) printJson(finding, 0, manifest, host)
    else for (const line of [...findingLines([finding]), ...(manifest ? [origin(manifest)] : [])]) host.out(line)
    return exits.ok
  }),
})

const gather = Effect.fnUntraced(function* ({ graph, selected, planner, store }: Prepared) {
  const steps = yield* plan(planner, selected)
  const stale = new Map<number, { cues: readonly Cue[]; before: Recipe | undefined }>()
  for (const step of steps) {
    if (step._tag !== "Stale") continue
    const before = (yield* planner.nearest(step))?.manifest.recipe
    stale.set(step.node, { cues: yield* planner.cues(step), before })
  }
  const manifests = new Map<string, readonly Manifest[]>()
  for (const i of selected) {
    const { name } = graph.nodes[i]!.stage
    if (!manifests.has(name)) manifests.set(name, yield* store.manifests(name))
  }
  return { graph, steps: new Map(steps.map((step) => [step.node, step])), stale, manifests } satisfies Evidence
})

/** Adds to every change of code what differs. */
const withCode = (finding: Finding, differ: CodeDiffer): Effect.Effect<Finding> =>
  Effect.gen(function* () {
    const reasons = yield* Effect.forEach(finding.reasons, (reason) =>
      Effect.gen(function* () {
        const causes = yield* Effect.forEach(reason.causes, (cause) => withCode(cause, differ))
        const difference = reason.code && (yield* differ(reason.code.before, reason.code.after))
        if (difference === undefined) return { ...reason, causes }
        const text = `${reason.text}: ${differenceText(difference)}`
        return { ...reason, text, causes, code: { ...reason.code!, difference } }
      }),
    )
    return { ...finding, reasons, roots: yield* Effect.forEach(finding.roots, (root) => withCode(root, differ)) }
  })

function origin({ provenance: { finished, seconds, machine, commit } }: Manifest): string {
  const at = commit === undefined ? "" : `, commit ${commit.slice(0, 12)}`
  return `  computed ${timeText(finished)} in ${secondsText(seconds)} on ${machine.platform}, Node ${machine.node}${at}`
}

/** One line a finding, what explains it after it and one deeper. */
function printJson(
  { node, state, reasons, roots }: Finding,
  depth: number,
  manifest: Manifest | undefined,
  host: Host,
) {
  const cues = reasons.map(({ cue, text, code }) => ({ ...cue, text, ...(code ? { code } : {}) }))
  jsonLine(host, { event: "why", depth, node, state, cues, ...(manifest ? { provenance: manifest.provenance } : {}) })
  for (const below of [...reasons.flatMap(({ causes }) => causes), ...roots])
    printJson(below, depth + 1, undefined, host)
}
