/** What a run comes to for a person: where its figures lie, and whether its claims hold. */
import * as Effect from "effect/Effect"
import { type Table, toRows } from "../../schemas/table.ts"
import type { Manifest } from "../manifest.ts"
import { readOne } from "../perform.ts"
import { differencesOf, type Part } from "../report/model.ts"
import { stageSettings, studyFacts } from "../report/settings.ts"
import { outcomeOf } from "../verdict.ts"
import type { Common } from "./options.ts"
import { leafOf, type Prepared } from "./prepare.ts"
import { evictedText, recallCommand } from "./recall.ts"
import { countText } from "./table.ts"

/** One line for each leaf that is up to date, in the order of the graph, and one on the settings of the claims. */
export const outcomes = Effect.fnUntraced(function* (
  { graph, store, ...opened }: Prepared,
  manifests: ReadonlyMap<number, Manifest>,
  given: Common,
) {
  const lines: string[] = []
  const judged = new Set<string>()
  for (const [i, { outputs }] of [...manifests].sort(([a], [b]) => a - b)) {
    const { id, stage } = graph.nodes[i]!
    const leaf = leafOf(graph, graph.nodes[i]!)
    const output = leaf && outputs[leaf.kind]
    if (output === undefined) continue
    const name = `${leaf!.kind} ${leaf!.id}`
    if (leaf!.kind === "claim") judged.add(leaf!.study)
    const evicted = store.has(output) ? undefined : store.evicted(output)
    if (evicted) lines.push(`${name} evicted ${evictedText(evicted, recallCommand(id, stage.name, given))}`)
    else if (leaf!.kind === "figure") lines.push(`${name} ${store.where(output)}`)
    else lines.push(`${name} ${verdictText((yield* readOne(leaf!.stage.outputs.claim, output, store)) as Table)}`)
  }
  const apart = judged.size === 0 ? [] : settingsApart(opened, judged, given)
  if (apart.length > 0)
    lines.push(`claims judged with ${apart.join(", ")}; with the settings of the papers: --preset paper`)
  return lines
})

/** Settings that are not those of the papers: of the studies, and of stages. */
function settingsApart(
  { pipeline, preset, settings }: Omit<Prepared, "graph" | "store">,
  judged: ReadonlySet<string>,
  { set, sweep }: Common,
) {
  const studies = pipeline.studies.filter(({ name }) => judged.has(name))
  const ofStudies = studies.flatMap((study) =>
    differencesOf(studyFacts(study, preset, settings)).map(({ name, value }) => `${study.name}.${name}=${value}`),
  )
  return [...ofStudies, ...stageSettings(pipeline, set), ...sweep]
}

function verdictText(table: Table): string {
  const parts = toRows(table) as unknown as readonly Part[]
  const n = Math.max(...parts.map((part) => part.n))
  const outcome = outcomeOf(parts)
  if (outcome === "not tested") return "not tested in full"
  if (outcome !== "fails") return `${outcome} (n = ${n})`
  const failed = parts.filter(({ verdict }) => verdict === "fails").length
  return `fails (${failed} of ${countText(parts.length, "part")}, n = ${n})`
}
