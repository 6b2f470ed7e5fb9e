import * as Effect from "effect/Effect"
import { type Graph, type GraphNode, sourcesOf } from "../graph.ts"
import { anyTargets, command, exits, jsonLine, toggle } from "./options.ts"
import { countBy, leafOf, openGraph } from "./prepare.ts"
import { countText, tableLines } from "./table.ts"

/** A stage of a study with all its nodes, or one leaf. */
interface Group {
  readonly study: string
  /** Name of the stage. */
  readonly name: string
  readonly doc: string
  /** `figure` or `claim` where it is one. */
  readonly leaf: string | undefined
  readonly nodes: number
  /** Names of the groups it reads, and how many links there are. */
  readonly from: ReadonlyMap<string, number>
}

function groupsOf(graph: Graph, selected: ReadonlySet<number>): readonly Group[] {
  const nameOf = (node: GraphNode) => node.stage.name
  const groups = new Map<string, Group & { nodes: number; from: Map<string, number> }>()
  for (const i of [...selected].sort((a, b) => a - b)) {
    const node = graph.nodes[i]!
    const [key, leaf] = [`${node.study}/${nameOf(node)}`, leafOf(graph, node)?.kind]
    const fresh = { study: node.study, name: nameOf(node), doc: node.stage.doc, leaf, nodes: 0, from: new Map() }
    const group = groups.get(key) ?? fresh
    groups.set(key, group)
    group.nodes++
    for (const [name, links] of countBy(sourcesOf(node).map(({ from }) => nameOf(graph.nodes[from]!))))
      group.from.set(name, (group.from.get(name) ?? 0) + links)
  }
  return [...groups.values()]
}

function treeLines(groups: readonly Group[]): readonly string[] {
  const studies = [...new Set(groups.map(({ study }) => study))]
  return studies.flatMap((study) => {
    const own = groups.filter((group) => group.study === study)
    const rows = own.map(({ name, nodes, from, leaf, doc }, i) => {
      const links = [...from].map(([source, links]) => `${source} (${links})`).join(", ")
      const reads = links === "" ? "" : `from ${links}`
      return [`${i === own.length - 1 ? "└─" : "├─"} ${name}`, leaf ?? countText(nodes, "node"), reads, doc]
    })
    const [, ...lines] = tableLines([{ title: "" }, { title: "", right: true }, { title: "" }, { title: "" }], rows)
    return [study, ...lines, ""]
  })
}

/** Mermaid takes letters, digits and _ in ids, and anything but quotes in a quoted label. */
const idOf = (study: string, name: string): string => `${study}_${name}`.replace(/[^A-Za-z0-9_]/g, "_")
const quote = (text: string): string => `"${text.replaceAll('"', "#quot;")}"`

function mermaidLines(groups: readonly Group[]): readonly string[] {
  const studies = [...new Set(groups.map(({ study }) => study))]
  const boxes = studies.flatMap((study) => {
    const own = groups.filter((group) => group.study === study)
    const box = ({ name, nodes, leaf, doc }: Group) =>
      leaf
        ? `    ${idOf(study, name)}([${quote(`${name}: ${doc}`)}])`
        : `    ${idOf(study, name)}[${quote(nodes > 1 ? `${name} × ${nodes}` : name)}]`
    return [`  subgraph ${idOf("study", study)}[${quote(study)}]`, ...own.map(box), "  end"]
  })
  const links = groups.flatMap(({ study, name, from }) =>
    [...from.keys()].map((source) => `  ${idOf(study, source)} --> ${idOf(study, name)}`),
  )
  return ["flowchart LR", ...boxes, ...links]
}

export default command({
  targets: anyTargets,
  flags: { mermaid: toggle("prints a Mermaid flowchart, which GitHub draws") },
  examples: [
    ["graph clusters", "the stages of a study, and what each reads"],
    ["graph --mermaid", "the picture in the README"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const { graph, selected } = yield* openGraph(given, given.targets, host)
    const groups = groupsOf(graph, selected)
    if (given.json)
      for (const { from, ...group } of groups)
        jsonLine(host, { event: "group", ...group, from: Object.fromEntries(from) })
    else for (const line of given.mermaid ? mermaidLines(groups) : treeLines(groups)) host.out(line)
    return exits.ok
  }),
})
