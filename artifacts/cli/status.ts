import * as Effect from "effect/Effect"
import { acceptanceText } from "../accept.ts"
import type { Graph } from "../graph.ts"
import { type Cue, plan, type Step } from "../plan.ts"
import { cueText, waitText, withDefault } from "./cues.ts"
import { anyTargets, command, exits, type Given, type Host, jsonLine, toggle } from "./options.ts"
import { countBy, groupBy, groupOf, openGraph, type Prepared, prepare } from "./prepare.ts"
import { countText, tableLines } from "./table.ts"

/** Below this number every node is listed without being asked for. */
const few = 40

const flags = { all: toggle("lists every node, however many there are") }

/** Prints the steps of the selected nodes, by stage and, when they are few or asked for, one by one; how many are outdated. */
export const showSteps = Effect.fnUntraced(function* (
  { graph, selected, planner }: Prepared,
  { json, targets, all }: Pick<Given<typeof flags>, "json" | "targets" | "all">,
  host: Host,
) {
  const steps = yield* plan(planner, selected)
  const counts = countBy(steps.map(({ _tag }) => _tag))
  const [cached, stale, blocked] = [counts.get("Cached") ?? 0, counts.get("Stale") ?? 0, counts.get("Blocked") ?? 0]
  const detailed = json || all || targets.length > 0 || steps.length < few
  const cues = (step: Step) => (step._tag === "Stale" ? planner.cues(step) : Effect.succeed([]))
  const details = detailed
    ? yield* Effect.forEach(steps, (step) => Effect.map(cues(step), (cues) => ({ step, cues })))
    : []
  if (json) {
    for (const { step, cues } of details) jsonLine(host, stepRecord(step, cues, graph))
    jsonLine(host, { event: "planned", nodes: steps.length, cached, stale, blocked })
  } else {
    for (const line of stageTable(steps, graph)) host.out(line)
    host.out("")
    const rows = details.map(({ step, cues }) => [word(step), graph.nodes[step.node]!.id, reason(step, cues, graph)])
    if (detailed)
      for (const line of tableLines([{ title: "state" }, { title: "node" }, { title: "why" }], rows)) host.out(line)
    if (detailed) host.out("")
    host.out(
      stale + blocked === 0
        ? `up to date: ${countText(cached, "node")}`
        : `outdated: ${stale} stale and ${blocked} blocked of ${countText(steps.length, "node")}`,
    )
  }
  return stale + blocked
})

const word = ({ _tag }: Step): string => _tag.toLowerCase()

function reason(step: Step, cues: readonly Cue[], graph: Graph): string {
  if (step._tag === "Blocked") return waitText(step, graph)
  if (step._tag === "Cached") return step.accepted ? acceptanceText(step.accepted) : ""
  return cues.map((cue) => cueText(cue, graph.nodes[step.node]!.stage)).join("; ")
}

function stepRecord(step: Step, cues: readonly Cue[], graph: Graph) {
  const { id, stage } = graph.nodes[step.node]!
  return {
    event: "node",
    node: id,
    stage: stage.name,
    state: word(step),
    ...(step._tag === "Cached" ? { key: step.manifest.key } : {}),
    ...(step._tag === "Cached" && step.accepted ? { acceptedFrom: step.accepted } : {}),
    ...(step._tag === "Stale"
      ? { key: step.key, cues: cues.map((cue) => ({ ...withDefault(cue, stage), text: cueText(cue, stage) })) }
      : {}),
    ...(step._tag === "Blocked" ? { on: step.on.map((i) => graph.nodes[i]!.id) } : {}),
  }
}

function stageTable(steps: readonly Step[], graph: Graph): readonly string[] {
  const tags = ["Cached", "Stale", "Blocked"] as const
  const groups = groupBy(steps, ({ node }) => groupOf(graph, graph.nodes[node]!))
  const rows = [...groups].map(([group, of]) => {
    const counts = countBy(of.map(({ _tag }) => _tag))
    return [group, String(of.length), ...tags.map((tag) => String(counts.get(tag) ?? 0))]
  })
  const numbers = ["nodes", ...tags.map((tag) => tag.toLowerCase())].map((title) => ({ title, right: true }))
  return tableLines([{ title: "stage" }, ...numbers], rows)
}

export default command({
  targets: anyTargets,
  flags,
  examples: [
    ["status", "everything of the preset, by stage"],
    ["status train --set train.learningRate=0.002", "what a change would run again"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const prepared = yield* prepare(yield* openGraph(given, given.targets, host))
    return (yield* showSteps(prepared, given, host)) === 0 ? exits.ok : exits.outdated
  }),
})
