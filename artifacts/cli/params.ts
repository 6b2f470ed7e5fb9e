/** Nodes by the parameters in which they differ, those of everything that they come from included. */
import * as Effect from "effect/Effect"
import { closure, type Graph, type GraphNode } from "../graph.ts"
import { byCodeUnit, encode } from "../key.ts"
import { docsFor } from "../params.ts"
import { plan } from "../plan.ts"
import type { Json } from "../stage.ts"
import { type Host, jsonLine } from "./options.ts"
import { groupBy, type Prepared } from "./prepare.ts"
import { countText, tableLines, valueText } from "./table.ts"

/** `stage.parameter` and its value, defaults included. */
const paramsOf = ({ stage, params }: GraphNode): readonly (readonly [name: string, value: Json])[] =>
  docsFor(stage.params, params).map(({ name, default: byDefault }) => [
    `${stage.name}.${name}`,
    params[name] ?? byDefault ?? null,
  ])

/** Every value of every parameter that a node and all that it comes from were made with. */
function valuesOf(graph: Graph, index: number): ReadonlyMap<string, readonly Json[]> {
  const all = [...closure(graph, new Set([index]))].sort((a, b) => a - b).flatMap((i) => paramsOf(graph.nodes[i]!))
  const groups = groupBy(all, ([name]) => name)
  return new Map(
    [...groups].map(([name, of]) => {
      const distinct = new Map(of.map(([, value]) => [encode(value), value]))
      return [name, [...distinct.values()]] as const
    }),
  )
}

/** Prints the wanted nodes, with a column for each parameter that has several values among those that have it. */
export const listParams = Effect.fnUntraced(function* (prepared: Prepared, json: boolean, host: Host) {
  const { graph, wanted, planner, selected } = prepared
  const steps = new Map((yield* plan(planner, selected)).map(({ node, _tag }) => [node, _tag.toLowerCase()]))
  const nodes = [...wanted]
    .sort((a, b) => a - b)
    .map((i) => ({ id: graph.nodes[i]!.id, state: steps.get(i)!, values: valuesOf(graph, i) }))
  const names = [...new Set(nodes.flatMap(({ values }) => [...values.keys()]))].sort(byCodeUnit).filter((name) => {
    const found = nodes.flatMap(({ values }) => (values.has(name) ? [encode(values.get(name)!)] : []))
    return new Set(found).size > 1
  })
  if (json) {
    for (const { id: node, state, values } of nodes) {
      const params = names.flatMap((name) => (values.has(name) ? [[name, values.get(name)]] : []))
      jsonLine(host, { event: "node", node, state, params: Object.fromEntries(params) })
    }
    return
  }
  const headings = [{ title: "node" }, { title: "state" }, ...names.map((title) => ({ title, right: true }))]
  const rows = nodes.map(({ id, state, values }) => [
    id,
    state,
    ...names.map((name) => (values.get(name) ?? []).map(valueText).join(", ")),
  ])
  for (const line of tableLines(headings, rows)) host.out(line)
  host.out("")
  host.out(
    `${countText(nodes.length, "node")}, ${countText(names.length, "parameter")} that ${names.length === 1 ? "differs" : "differ"}`,
  )
})
