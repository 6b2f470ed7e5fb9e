/** Tables of several nodes of one stage as one table, with a column for each label before those that they have. */
import * as Effect from "effect/Effect"
import {
  bool,
  type Column,
  type ColumnData,
  type Columns,
  float64,
  fromColumns,
  int32,
  type Table,
  type TableSchema,
  utf8,
  type Vectors,
} from "../../schemas/table.ts"
import { readOne } from "../perform.ts"
import type { AnyStage, Json, Labels } from "../stage.ts"
import { isHexPrefix, portOf } from "./find.ts"
import { type Artifact, artifactsOf } from "./ls.ts"
import { type Common, exits, type Host, refuse } from "./options.ts"
import { openGraph, type Prepared, prepare } from "./prepare.ts"
import { recallCommand } from "./recall.ts"
import { parseSelection, type Selection } from "./rows.ts"
import { countText, othersText } from "./table.ts"

type Data = ColumnData<Columns>[string]
type Label = Labels[string] | undefined

export interface Gathered {
  readonly stage: AnyStage
  readonly port: string
  /** The nodes whose labels fit, and that are up to date. */
  readonly nodes: readonly string[]
  /** How many of those that fit are not up to date, and left out. */
  readonly outdated: number
  readonly table: Table
  /** What is still to be selected, among the rows. */
  readonly selections: readonly Selection[]
}

interface Wanted {
  readonly port: string | undefined
  /** As they are written: `d=2,g=250` is two. */
  readonly select: readonly string[]
  /** One node is a table of its own, unless its rows are asked for by the name of its stage. */
  readonly rows: boolean
}

/** The tables of a stage as one; undefined when the target is something else, or one node to be described. */
export const gather = Effect.fnUntraced(function* (target: string, wanted: Wanted, given: Common, host: Host) {
  if (isHexPrefix(target)) return undefined
  const opened = yield* openGraph(given, [target], host)
  const nodes = [...opened.wanted].map((i) => opened.graph.nodes[i]!)
  const { stage, study } = nodes[0]!
  const named = nodes.every((node) => node.stage === stage) && [stage.name, `${study}/${stage.name}`].includes(target)
  if (!named || (nodes.length === 1 && !wanted.rows)) return undefined
  const port = yield* portOf(stage.name, Object.keys(stage.outputs), wanted.port)
  const schema = (stage.outputs as AnyStage["outputs"])[port]! as TableSchema
  if (schema.kind !== "table") return undefined
  const labels = labelColumns(
    nodes.map(({ labels }) => labels),
    schema,
  )
  const selections = yield* selectionsOf(wanted.select, columnsUnder(labels, schema))
  const fitting = [...opened.wanted].filter((i) => isFitting(opened.graph.nodes[i]!.labels, labels, selections))
  if (fitting.length === 0) {
    const known = labels.map((of) => valuesText(of, nodes)).join("; ")
    return yield* refuse(`${target} has no node with such labels${known && `; there are ${known}`}`)
  }
  const prepared = yield* prepare({ ...opened, wanted: new Set(fitting) })
  const artifacts = (yield* artifactsOf(prepared)).filter((of) => of.port === port)
  const evicted = artifacts.filter(({ output }) => prepared.store.state(output) === "evicted").length
  if (evicted > 0) {
    const which = `${evicted} of ${countText(artifacts.length, "table")} of ${target}`
    const message = `${which} evicted; \`${recallCommand(target, stage.name, given)}\` computes them again`
    return yield* refuse(message, exits.outdated)
  }
  const read = yield* readTables(artifacts, prepared, schema)
  if (read.length === 0)
    return yield* refuse(`${target} has no such node that is up to date; \`run\` computes them`, exits.outdated)
  // Not of the nodes left out: a stage of two studies has the labels of both.
  const carried = labelColumns(
    read.map(({ labels }) => labels),
    schema,
  )
  const table = unite({ ...schema, columns: columnsUnder(carried, schema) }, carried, read)
  if (typeof table === "string") return yield* refuse(`${table}; choose among the nodes with --select`)
  const ofRows = selections.filter(({ column }) => labels.every(({ title }) => title !== column))
  const outdated = fitting.length - read.length
  return { stage, port, nodes: read.map(({ id }) => id), outdated, table, selections: ofRows } satisfies Gathered
})

const columnsUnder = (labels: readonly LabelColumn[], { columns }: TableSchema): Columns => ({
  ...Object.fromEntries(labels.map(({ title, column }) => [title, column])),
  ...columns,
})

/** What is to be selected among rows with these columns. */
export const selectionsOf = Effect.fnUntraced(function* (texts: readonly string[], columns: Columns) {
  const parsed = texts.flatMap(splitSelection).map((text) => parseSelection(text, columns))
  const faults = parsed.filter((of) => typeof of === "string")
  return faults.length > 0 ? yield* refuse(faults.join("\n")) : (parsed as readonly Selection[])
})

const isFitting = (own: Labels, labels: readonly LabelColumn[], selections: readonly Selection[]): boolean =>
  labels.every(({ name, title, cellOf }) =>
    selections.every(({ column, values }) => column !== title || values.includes(cellOf(own[name]) as Json)),
  )

/** `d=2,g=250` is two selections, `d=2,10` is one. */
const splitSelection = (text: string): readonly string[] => text.split(/,(?=[A-Za-z_][\w.-]*=)/)

interface LabelColumn {
  readonly name: string
  /** Name of its column: another where the tables have a column of that name. */
  readonly title: string
  readonly column: Column
  readonly cellOf: (label: Label) => string | number | boolean
}

function labelColumns(all: readonly Labels[], { columns }: TableSchema): readonly LabelColumn[] {
  const names = [...new Set(all.flatMap((labels) => Object.keys(labels)))]
  return names.map((name) => {
    const title = name in columns ? `node.${name}` : name
    return {
      name,
      title,
      ...columnFor(
        all.map((labels) => labels[name]),
        `label ${name} of the node`,
      ),
    }
  })
}

/** Type of a column that holds these labels, and how: a node without the label has NaN, or an empty text. */
function columnFor(labels: readonly Label[], doc: string): Pick<LabelColumn, "column" | "cellOf"> {
  if (labels.every((label) => typeof label === "boolean"))
    return { column: bool(doc), cellOf: (label) => label === true }
  if (labels.some((label) => label !== undefined && typeof label !== "number"))
    return { column: utf8(doc), cellOf: (label) => String(label ?? "") }
  const column = labels.every((label) => label === (Number(label) | 0)) ? int32(doc) : float64(doc, { nan: true })
  return { column, cellOf: (label) => Number(label ?? Number.NaN) }
}

/** Values of a label that a message lists at most. */
const few = 10

/** `seed 0, 1, 2`: the values of a label that nodes have, under the name that selects them. */
function valuesText({ name, title }: LabelColumn, nodes: readonly { readonly labels: Labels }[]): string {
  const values = new Set(nodes.flatMap(({ labels }) => (name in labels ? [String(labels[name])] : [])))
  return `${title} ${[...values].slice(0, few).join(", ")}${othersText(values.size - few)}`
}

interface ReadTable {
  readonly id: string
  readonly labels: Labels
  readonly table: Table
}

const readTables = (artifacts: readonly Artifact[], { graph, store }: Prepared, schema: TableSchema) =>
  Effect.forEach(artifacts, ({ index, output }) => {
    const { id, labels } = graph.nodes[index]!
    return Effect.map(readOne(schema, output, store), (table): ReadTable => ({ id, labels, table: table as Table }))
  })

/** All rows under the united columns; a sentence when vectors of different widths stand in one column. */
function unite(schema: TableSchema, labels: readonly LabelColumn[], read: readonly ReadTable[]): Table | string {
  const columns: Record<string, Data> = {}
  for (const { name, title, column, cellOf } of labels) {
    const cells = read.flatMap(({ labels, table }) => Array.from({ length: table.length }, () => cellOf(labels[name])))
    if (column.type === "float64") columns[title] = Float64Array.from(cells as number[])
    else if (column.type === "int32") columns[title] = Int32Array.from(cells as number[])
    else columns[title] = cells as string[]
  }
  for (const name of Object.keys(read[0]!.table.columns)) {
    const parts = read.filter(({ table }) => table.length > 0).map(({ table }) => table.columns[name]!)
    const widths = new Set(parts.map((part) => ("width" in part ? part.width : 1)))
    if (widths.size > 1) return `column ${name} holds vectors of ${[...widths].join(" and ")}`
    columns[name] = parts.length === 0 ? read[0]!.table.columns[name]! : concatenated(parts)
  }
  return fromColumns(schema, columns as ColumnData<Columns>)
}

function concatenated(parts: readonly Data[]): Data {
  const [first] = parts as [Data]
  if (Array.isArray(first)) return parts.flat() as string[]
  if ("width" in first) {
    const values = joined(parts.map((part) => (part as Vectors).values)) as Float32Array
    return { width: first.width, values }
  }
  return joined(parts as readonly Float64Array[])
}

function joined<A extends Float64Array | Float32Array | Int32Array>(parts: readonly A[]): A {
  const all = new (parts[0]!.constructor as new (length: number) => A)(
    parts.reduce((sum, part) => sum + part.length, 0),
  )
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
