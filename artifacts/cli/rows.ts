/** Rows of a table, chosen and printed. */
import {
  type ColumnData,
  type Columns,
  cellAt,
  type Framed,
  fromRows,
  type Table,
  toRows,
} from "../../schemas/table.ts"
import { nearest } from "../errors.ts"
import { parseValue } from "../params.ts"
import type { Json } from "../stage.ts"
import { csvField, numberText, tableLines } from "./table.ts"

type Cell = ReturnType<typeof cellAt>
type Data = ColumnData<Columns>[string]

/** Rows with one of these values in a column. */
export interface Selection {
  readonly column: string
  readonly values: readonly Json[]
}

const numeric: ReadonlySet<string> = new Set(["int32", "float32", "float64"])

/** `column=value`, `column=1,2` or `column=0..9`; a sentence when the table has no such column, or other values in it. */
export function parseSelection(text: string, columns: Columns): Selection | string {
  const [, column = text, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  const known = Object.keys(columns)
  if (value === undefined) return `--select ${text}: expected COLUMN=VALUE, such as ${known[0]}=0`
  const type = columns[column]?.type
  if (type === undefined) {
    const near = nearest(column, known)
    return `--select ${text}: unknown column ${column}; ${near ? `did you mean ${near}?` : `known: ${known.join(", ")}`}`
  }
  if (type === "vector") return `--select ${text}: ${column} holds vectors; select by a column of single values`
  const parsed = type === "utf8" ? value.split(",") : parseValue(value)
  const values = [parsed].flat() as readonly Json[]
  const other = numeric.has(type) ? values.find((value) => typeof value !== "number") : undefined
  if (other === undefined) return { column, values }
  return `--select ${text}: expected numbers in ${column}, found ${JSON.stringify(other)}`
}

/** The first `head` rows that satisfy every selection. */
export function chooseRows(table: Table, selections: readonly Selection[], head: number): Table {
  if (selections.length === 0 && head >= table.length) return table
  const chosen: ReturnType<typeof toRows>[number][] = []
  const rows = selections.length === 0 ? toRows({ ...table, length: Math.min(head, table.length) }) : toRows(table)
  for (const row of rows) {
    if (chosen.length >= head) break
    if (selections.every(({ column, values }) => values.includes(row[column] as Json))) chosen.push(row)
  }
  return fromRows(table.schema, chosen)
}

/** As {@link chooseRows}, and how many rows satisfy every selection; frames of which none is wanted are not read. */
export function chooseFrames({ schema, frames, frame }: Framed, selections: readonly Selection[], head: number) {
  const byFrame = selections.filter(({ column }) => column === schema.frames)
  const others = selections.filter(({ column }) => column !== schema.frames)
  const chosen: Table[] = []
  let rows = 0
  for (const [k, { t, points }] of frames.entries()) {
    if (!byFrame.every(({ values }) => values.includes(t))) continue
    if (rows >= head && others.length === 0) rows += points
    else {
      const selected = chooseRows(frame(k), others, Number.POSITIVE_INFINITY)
      chosen.push(chooseRows(selected, [], Math.max(head - rows, 0)))
      rows += selected.length
    }
  }
  return { table: fromRows(schema, chosen.flatMap(toRows)), rows }
}

const shownElements = 4

/** A cell in a text table: numbers to six digits, vectors by their first elements. */
function cellText(cell: Cell): string {
  if (typeof cell === "number") return numberText(cell)
  if (typeof cell !== "object") return String(cell)
  const first = [...cell.subarray(0, shownElements)].map(numberText).join(" ")
  return cell.length > shownElements ? `[${first} … ${cell.length}]` : `[${first}]`
}

export function valueLines({ schema, columns, length }: Table): readonly string[] {
  const entries = Object.entries(schema.columns)
  const headings = entries.map(([title, { type }]) => ({ title, right: type !== "utf8" && type !== "vector" }))
  const rows = Array.from({ length }, (_, i) => entries.map(([name]) => cellText(cellAt(columns[name]!, i))))
  return tableLines(headings, rows)
}

/** RFC 4180, a vector as its elements between spaces; numbers to their last digit. */
export function csvLines({ schema, columns, length }: Table): readonly string[] {
  const names = Object.keys(schema.columns)
  const cell = (of: Cell) => csvField(typeof of === "object" ? of.join(" ") : String(of))
  const rows = Array.from({ length }, (_, i) => names.map((name) => cell(cellAt(columns[name]!, i))).join(","))
  return [names.map(csvField).join(","), ...rows]
}

/** Plain objects: a vector as an array. JSON has no NaN: it becomes null. */
export const rowRecords = (table: Table): readonly Readonly<Record<string, unknown>>[] =>
  toRows(table).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, ArrayBuffer.isView(cell) ? [...cell] : cell])),
  )

export interface ColumnStats {
  readonly column: string
  /** Values, NaN included; elements of vectors count one by one. */
  readonly count: number
  readonly nan: number
  /** Of the values that are numbers, and are not NaN; of booleans as 0 and 1. Undefined for text, and when there are none. */
  readonly min?: number
  readonly max?: number
  readonly mean?: number
  /** Sample standard deviation: √(Σ(x−mean)²/(n−1)). */
  readonly sd?: number
  /** Different values of a column of text. */
  readonly distinct?: number
}

export function columnStats(column: string, data: Data): ColumnStats {
  if (Array.isArray(data) && typeof data[0] === "string")
    return { column, count: data.length, nan: 0, distinct: new Set(data).size }
  const all = "values" in data && "width" in data ? data.values : (data as ArrayLike<number | boolean>)
  const numbers = Float64Array.from(all as ArrayLike<number>, Number)
  const x = numbers.filter((value) => !Number.isNaN(value))
  const counts = { column, count: numbers.length, nan: numbers.length - x.length }
  if (x.length === 0) return counts
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length
  const squares = x.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  const [min, max] = x.reduce(([lo, hi], value) => [Math.min(lo, value), Math.max(hi, value)] as const, [x[0]!, x[0]!])
  return { ...counts, min, max, mean, ...(x.length > 1 ? { sd: Math.sqrt(squares / (x.length - 1)) } : {}) }
}

export function statsLines(stats: readonly ColumnStats[]): readonly string[] {
  const fields = ["count", "nan", "min", "max", "mean", "sd", "distinct"] as const
  const shown = fields.filter((field) => stats.some((of) => of[field] !== undefined))
  const headings = [{ title: "column" }, ...shown.map((title) => ({ title, right: true }))]
  const text = (x: number | undefined) => (x === undefined ? "" : numberText(x))
  return tableLines(
    headings,
    stats.map((of) => [of.column, ...shown.map((field) => text(of[field]))]),
  )
}
