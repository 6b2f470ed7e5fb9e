import * as Effect from "effect/Effect"
import { type Framed, isFramed, type Table, type TableSchema } from "../../schemas/table.ts"
import { encodeValue } from "../codec.ts"
import type { OutputRecord } from "../manifest.ts"
import { docsFor, type JsonRecord } from "../params.ts"
import { openOne, readOne } from "../perform.ts"
import type { AnyStage } from "../stage.ts"
import { ArtifactStore, type Store } from "../store.ts"
import { type Artifact, findArtifact, nodeOf } from "./find.ts"
import { type Gathered, gather, selectionsOf } from "./gather.ts"
import {
  choice,
  command,
  exits,
  type Given,
  type Host,
  jsonLine,
  refuse,
  text,
  texts,
  toggle,
  whole,
} from "./options.ts"
import { evictedText, recallCommand } from "./recall.ts"
import {
  type ColumnStats,
  chooseFrames,
  chooseRows,
  columnStats,
  csvLines,
  rowRecords,
  type Selection,
  statsLines,
  valueLines,
} from "./rows.ts"
import { bytesText, countText, resumedText, secondsText, tableLines, timeText, valueText } from "./table.ts"

const flags = {
  port: text("NAME", "which output, where a stage has several"),
  head: whole("N", 0, "how many rows (default: 10 in a description, else all)"),
  stats: toggle("count, NaN, least, greatest, mean and standard deviation of each column"),
  select: texts("COLUMN=VALUE", "only rows with this value, or one of 1,2 or 0..9; of a stage, only such nodes"),
  format: choice(["table", "json", "csv", "parquet", "arrow"], "prints the rows alone, in this format"),
}
type Options = Given<typeof flags>

export default command({
  targets: {
    count: "one",
    metavar: "TARGET",
    doc: "a node or figure, a stage, a study that has one node, or the first digits of a digest",
  },
  flags,
  examples: [
    ["inspect 'clusters/measure-dimension[d=200,g=20,seed=0]' --stats", "a table, described"],
    ["inspect 3f2a91c0 --select t=0..9 --format csv", "rows of an artifact by its digest"],
    ["inspect measure-dimension --select d=2,g=250 --format parquet", "nodes of a stage as one table, by their labels"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const { format, head, stats, select, json } = given
    if (json && format !== undefined && format !== "json")
      return yield* refuse(`--json and --format ${format} exclude each other`)
    const asked = format !== undefined || head !== undefined || stats || select.length > 0
    const store = yield* ArtifactStore
    const [target] = given.targets as [string]
    const gathered = yield* gather(target, { ...given, rows: format !== undefined }, given, host)
    if (gathered) return yield* showGathered(gathered, given, store, host)
    const found = yield* findArtifact(target, given.port, given, host)
    const schema = found.stage.outputs[found.port]! as AnyStage["outputs"][string]
    if (schema.kind === "document" && asked)
      return yield* refuse(`a ${schema.name} has no rows; it lies at ${store.where(found.output)}`)
    const evicted = yield* evictedOf(found, given, store, host)
    if (evicted && asked) return yield* refuse(`${nameOf(found)} was evicted ${evicted.text}`, exits.outdated)
    const view = schema.kind === "document" || evicted ? undefined : yield* openTable(found, schema, given, store)
    if (view && format !== undefined) yield* printRows(view, found.output, format, store, host)
    else if (json) jsonLine(host, record(found, view, evicted, store))
    else for (const line of description(found, view, evicted, store)) host.out(line)
    return exits.ok
  }),
})

const nameOf = ({ manifest, port }: Artifact): string => `${manifest.provenance.node}.${port}`

/** An object that was removed to save space. */
interface Evicted {
  readonly since: Date
  /** Computes it again. */
  readonly command: string | undefined
  readonly text: string
}

const evictedOf = Effect.fnUntraced(function* (found: Artifact, given: Options, store: Store, host: Host) {
  const since = store.has(found.output) ? undefined : store.evicted(found.output)
  if (since === undefined) return undefined
  const node = yield* nodeOf(found, given, host)
  const command = node === undefined ? undefined : recallCommand(node, found.stage.name, given)
  return { since, command, text: evictedText(since, command) } satisfies Evicted
})

/** The rows that are asked for, and the statistics of all that are selected. */
interface View {
  readonly table: Table
  readonly rows: number
  readonly stats: readonly ColumnStats[] | undefined
}

const openTable = Effect.fnUntraced(function* (found: Artifact, schema: TableSchema, given: Options, store: Store) {
  const selections = yield* selectionsOf(given.select, schema.columns)
  // Statistics are of all rows at once.
  if (!isFramed(schema) || given.stats)
    return viewOf((yield* readOne(schema, found.output, store)) as Table, selections, given)
  const framed = (yield* openOne(schema, found.output, store)) as Framed
  return { ...chooseFrames(framed, selections, headOf(given)), stats: undefined } satisfies View
}, Effect.scoped)

const headOf = ({ head, format }: Options): number => head ?? (format === undefined ? 10 : Number.POSITIVE_INFINITY)

function viewOf(whole: Table, selections: readonly Selection[], given: Options): View {
  const selected = chooseRows(whole, selections, Number.POSITIVE_INFINITY)
  const stats = given.stats
    ? Object.entries(selected.columns).map(([name, data]) => columnStats(name, data))
    : undefined
  return { table: chooseRows(selected, [], headOf(given)), rows: selected.length, stats }
}

/** Several nodes of one stage, as one table. */
const showGathered = Effect.fnUntraced(function* (gathered: Gathered, given: Options, store: Store, host: Host) {
  const { stage, port, nodes, outdated, table, selections } = gathered
  const view = viewOf(table, selections, given)
  const { columns } = table.schema
  if (outdated > 0) host.err(`${countText(outdated, "node")} not up to date and left out, see status`)
  if (given.format !== undefined) yield* printRows(view, undefined, given.format, store, host)
  else if (given.json) {
    const { stats } = view
    const rows = { rows: view.rows, ...(stats ? { stats } : {}), head: rowRecords(view.table) }
    jsonLine(host, { event: "table", stage: stage.name, port, nodes, outdated, columns, ...rows })
  } else {
    const from = `${stage.name}.${port} of ${countText(nodes.length, "node")}: ${stage.outputs[port]!.doc}`
    const facts = [
      ["table", from],
      ["size", countText(view.rows, "row")],
    ]
    for (const line of [...untitled(facts), ...viewLines(view)]) host.out(line)
  }
  return exits.ok
})

const printRows = Effect.fnUntraced(function* (
  { table }: View,
  output: OutputRecord | undefined,
  format: NonNullable<Options["format"]>,
  store: Store,
  host: Host,
) {
  if (format === "table") for (const line of valueLines(table)) host.out(line)
  if (format === "csv") for (const line of csvLines(table)) host.out(line)
  if (format === "json") for (const row of rowRecords(table)) jsonLine(host, row)
  if (format !== "parquet" && format !== "arrow") return
  if (host.terminal.out) return yield* refuse(`${format} is not for a terminal; send it to a file: … > rows.${format}`)
  const stored = output !== undefined && format === output.format && table.length === output.rows
  const schema = { ...table.schema, format }
  const encoded = Effect.map(
    Effect.promise(() => encodeValue(schema, { ...table, schema })),
    ({ bytes }) => bytes,
  )
  host.bytes(stored ? yield* store.read(output) : yield* encoded)
})

/** Parameters of the recipe, those at their default included. */
function paramsOf({ stage, manifest }: Artifact) {
  const given = manifest.recipe.params as JsonRecord
  return docsFor(stage.params, given).map(({ name, doc, default: byDefault }) => ({
    name,
    doc,
    value: given[name] ?? byDefault,
    set: name in given,
  }))
}

function record(found: Artifact, view: View | undefined, evicted: Evicted | undefined, store: Store) {
  const { stage, port, output, manifest } = found
  const params = Object.fromEntries(paramsOf(found).map(({ name, value }) => [name, value]))
  const { columns } = stage.outputs[port] as Partial<TableSchema>
  return {
    event: "artifact",
    node: manifest.provenance.node,
    stage: stage.name,
    port,
    path: store.where(output),
    ...output,
    ...(columns ? { columns } : {}),
    ...(evicted ? { evicted: evicted.since.toISOString(), recall: evicted.command } : {}),
    params,
    manifest,
    ...(view?.stats ? { stats: view.stats } : {}),
    ...(view ? { head: rowRecords(view.table) } : {}),
  }
}

function description(
  found: Artifact,
  view: View | undefined,
  evicted: Evicted | undefined,
  store: Store,
): readonly string[] {
  const { stage, port, output, manifest } = found
  const { finished, seconds, resumedFrom } = manifest.provenance
  const rows = view ? `${countText(output.rows, "row")}, ` : ""
  const facts = [
    ["artifact", `${nameOf(found)}: ${stage.outputs[port]!.doc}`],
    ["size", `${rows}${bytesText(output.bytes)}, ${output.format}`],
    ["digest", output.digest],
    evicted ? ["evicted", evicted.text] : ["path", store.where(output)],
    ["made by", `${stage.name} in ${secondsText(seconds)}, ${timeText(finished)}${resumedText(resumedFrom)}`],
  ]
  const params = paramsOf(found).map(({ name, value, set, doc }) => [
    name,
    `${valueText(value)}${set ? "" : " (default)"}`,
    doc,
  ])
  return [
    ...untitled(facts),
    ...(params.length > 0 ? ["", "parameters", ...untitled(params).map((line) => `  ${line}`)] : []),
    ...(view ? viewLines(view) : []),
  ]
}

const viewLines = ({ table, rows, stats }: View): readonly string[] => [
  ...["", "columns", ...columnLines(table.schema).map((line) => `  ${line}`)],
  ...(stats ? ["", ...statsLines(stats)] : []),
  ...["", ...valueLines(table)],
  ...(table.length < rows ? [`… and ${rows - table.length} more of ${rows}`] : []),
]

const columnLines = ({ columns }: TableSchema): readonly string[] =>
  untitled(Object.entries(columns).map(([name, { type, unit, doc }]) => [name, type, unit === "1" ? "" : unit, doc]))

/** A table without headings. */
const untitled = (rows: readonly (readonly string[])[]): readonly string[] =>
  tableLines(rows[0]?.map(() => ({ title: "" })) ?? [], rows).slice(1)
