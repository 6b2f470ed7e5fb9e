import * as Effect from "effect/Effect"
import type { Acceptance } from "../accept.ts"
import type { Graph } from "../graph.ts"
import type { Manifest, OutputRecord } from "../manifest.ts"
import { plan } from "../plan.ts"
import { anyTargets, command, exits, type Host, jsonLine, toggle } from "./options.ts"
import { listParams } from "./params.ts"
import { leafOf, openGraph, type Prepared, prepare } from "./prepare.ts"
import { bytesText, countText, secondsText, tableLines, timeText } from "./table.ts"

export interface Artifact {
  readonly index: number
  readonly port: string
  readonly output: OutputRecord
  readonly manifest: Manifest
  readonly accepted: Acceptance | undefined
}

/** Stage and port; the labels have columns of their own. */
function nameOf(graph: Graph, { index, port, manifest }: Artifact): string {
  const node = graph.nodes[index]!
  const several = Object.keys(manifest.outputs).length > 1
  const name = leafOf(graph, node) ? node.id : `${node.study}/${node.stage.name}`
  return several ? `${name}.${port}` : name
}

function printTable(graph: Graph, artifacts: readonly Artifact[], missing: number, host: Host): void {
  const labels = [...new Set(artifacts.flatMap(({ index }) => Object.keys(graph.nodes[index]!.labels)))]
  const numbers = ["rows", "size", "time"].map((title) => ({ title, right: true }))
  const headings = [
    { title: "artifact" },
    ...labels.map((title) => ({ title, right: true })),
    ...numbers,
    { title: "finished" },
    { title: "digest" },
    // Results of earlier code that stand for those of the code now are never shown without a word.
    ...(artifacts.some(({ accepted }) => accepted) ? [{ title: "accepted from code" }] : []),
  ]
  const rows = artifacts.map((artifact) => {
    const { output, manifest, index, accepted } = artifact
    const own = graph.nodes[index]!.labels
    return [
      nameOf(graph, artifact),
      ...labels.map((name) => String(own[name] ?? "")),
      String(output.rows),
      bytesText(output.bytes),
      secondsText(manifest.provenance.seconds),
      timeText(manifest.provenance.finished),
      output.digest.slice(0, 12),
      accepted?.from.slice(0, 12) ?? "",
    ].slice(0, headings.length)
  })
  if (rows.length > 0) for (const line of tableLines(headings, rows)) host.out(line)
  const size = new Map(artifacts.map(({ output }) => [output.digest, output.bytes]))
  const total = [...size.values()].reduce((a, b) => a + b, 0)
  if (rows.length > 0) host.out("")
  const absent = missing > 0 ? `; ${countText(missing, "node")} not up to date, see status` : ""
  host.out(`${countText(rows.length, "artifact")}, ${bytesText(total)}${absent}`)
}

/** Outputs of the wanted nodes that are up to date, in the order of the graph. */
export const artifactsOf = Effect.fnUntraced(function* ({ planner, selected, wanted }: Prepared) {
  const steps = yield* plan(planner, selected)
  return steps.flatMap((step): readonly Artifact[] => {
    if (step._tag !== "Cached" || !wanted.has(step.node)) return []
    const { node: index, manifest, accepted } = step
    return Object.entries(manifest.outputs).map(([port, output]) => ({ index, port, output, manifest, accepted }))
  })
})

export default command({
  targets: anyTargets,
  flags: { params: toggle("lists nodes instead, with every parameter that differs, also of what they come from") },
  examples: [
    ["ls measure-dimension", "rows, size, time and digest of each table of a stage"],
    ["ls train --params --sweep train.learningRate=1e-4,1e-3", "which runs there are, and in what they differ"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const prepared = yield* prepare(yield* openGraph(given, given.targets, host))
    const { graph, wanted, store } = prepared
    if (given.params) {
      yield* listParams(prepared, given.json, host)
      return exits.ok
    }
    const artifacts = yield* artifactsOf(prepared)
    if (given.json)
      for (const { index, port, output, manifest, accepted } of artifacts) {
        const { id, study, stage, labels } = graph.nodes[index]!
        const path = store.where(output)
        jsonLine(host, {
          event: "artifact",
          node: id,
          study,
          stage: stage.name,
          labels,
          port,
          path,
          ...output,
          manifest,
          ...(accepted ? { acceptedFrom: accepted } : {}),
        })
      }
    else {
      const present = new Set(artifacts.map(({ index }) => index)).size
      printTable(graph, artifacts, wanted.size - present, host)
    }
    return exits.ok
  }),
})
