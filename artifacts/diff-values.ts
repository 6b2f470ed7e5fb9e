/** What differs between two tables, column by column, and between two texts. */
import { type ColumnData, type Columns, type ColumnType, cellAt, type Table } from "../schemas/table.ts"
import { ulps32, ulps64 } from "./ulps.ts"

export interface ColumnDifference {
  readonly column: string
  readonly type: ColumnType
  /** Rows whose cells are not the same value; NaN is the same as NaN, and -0 is not the same as 0. */
  readonly rows: number
  /** The first of them. */
  readonly first: number
  /** max |a − b|, of numbers; ∞ where one is a NaN or an infinity. */
  readonly maxAbs?: number
  /** max |a − b| / max(|a|, |b|), in 0 … 2; ∞ where one is a NaN or an infinity. */
  readonly maxRel?: number
  /** Greatest distance in units in the last place of the column's type, of floating-point numbers; see {@link ulps64}. */
  readonly maxUlps?: number
}

export interface TableDifference {
  readonly _tag: "Table"
  readonly lengths: readonly [before: number, after: number]
  /** Rows that differ in a column; those that only one table has included. */
  readonly rows: number
  readonly first: number | undefined
  /** Columns with differences, in the order of the table. */
  readonly columns: readonly ColumnDifference[]
  /** Columns that cannot be compared, and why: only one table has them, or type or width differ. */
  readonly incomparable: readonly { readonly column: string; readonly reason: string }[]
}

type AnyColumn = ColumnData<Columns>[string]
type Numbers = Float64Array | Float32Array | Int32Array

/** Differences of two tables, row by row and column by column; rows that only the longer one has count as different. */
export function diffTables(before: Table, after: Table): TableDifference {
  const length = Math.min(before.length, after.length)
  const differs = new Uint8Array(length)
  const columns: ColumnDifference[] = []
  const incomparable: { column: string; reason: string }[] = []
  for (const column of new Set([...Object.keys(before.columns), ...Object.keys(after.columns)])) {
    const reason = unlike(column, before, after)
    if (reason !== undefined) incomparable.push({ column, reason })
    else {
      const { type } = before.schema.columns[column]!
      const found = diffColumn(before.columns[column]!, after.columns[column]!, type, differs)
      if (found !== undefined) columns.push({ column, type, ...found })
    }
  }
  const first = differs.indexOf(1)
  const extra = Math.max(before.length, after.length) - length
  return {
    _tag: "Table",
    lengths: [before.length, after.length],
    rows: differs.reduce((sum, one) => sum + one, extra),
    first: first >= 0 ? first : extra > 0 ? length : undefined,
    columns,
    incomparable,
  }
}

/** Why a column of two tables cannot be compared, if so. */
function unlike(column: string, before: Table, after: Table): string | undefined {
  const [a, b] = [before.schema.columns[column], after.schema.columns[column]]
  if (a === undefined || b === undefined) return `only the ${a === undefined ? "second" : "first"} table has it`
  if (a.type !== b.type) return `${a.type} and ${b.type}`
  const [x, y] = [widthOf(before.columns[column]!), widthOf(after.columns[column]!)]
  return x === y || before.length === 0 || after.length === 0 ? undefined : `vectors of ${x} and ${y}`
}

const widthOf = (data: AnyColumn): number => ("width" in data ? data.width : 1)

type Found = Omit<ColumnDifference, "column" | "type">

function diffColumn(a: AnyColumn, b: AnyColumn, type: ColumnType, differs: Uint8Array): Found | undefined {
  if (type === "utf8" || type === "bool") return diffCells(a, b, differs)
  const ulps = type === "float64" ? ulps64 : type === "int32" ? undefined : ulps32
  return diffNumbers(numbersOf(a), numbersOf(b), widthOf(a), ulps, differs)
}

const numbersOf = (data: AnyColumn): Numbers => ("width" in data ? data.values : (data as Numbers))

function diffCells(a: AnyColumn, b: AnyColumn, differs: Uint8Array): Found | undefined {
  let [rows, first] = [0, -1]
  for (let i = 0; i < differs.length; i++) {
    if (cellAt(a, i) === cellAt(b, i)) continue
    differs[i] = 1
    if (rows++ === 0) first = i
  }
  return rows === 0 ? undefined : { rows, first }
}

/** Differences of `width` numbers a row, both arrays row-major. */
function diffNumbers(
  a: Numbers,
  b: Numbers,
  width: number,
  ulps: ((a: number, b: number) => number) | undefined,
  differs: Uint8Array,
): Found | undefined {
  let [rows, first, last, maxAbs, maxRel, maxUlps] = [0, -1, -1, 0, 0, 0]
  for (let k = 0; k < differs.length * width; k++) {
    const x = a[k]!
    const y = b[k]!
    if (Object.is(x, y)) continue
    const row = Math.floor(k / width)
    if (row !== last) {
      if (rows++ === 0) first = row
      differs[row] = 1
      last = row
    }
    const distance = Number.isNaN(x) || Number.isNaN(y) ? Number.POSITIVE_INFINITY : Math.abs(x - y)
    maxAbs = Math.max(maxAbs, distance)
    if (distance > 0) maxRel = Math.max(maxRel, relative(x, y, distance))
    if (ulps !== undefined) maxUlps = Math.max(maxUlps, ulps(x, y))
  }
  if (rows === 0) return undefined
  return { rows, first, maxAbs, maxRel, ...(ulps === undefined ? {} : { maxUlps }) }
}

/** |a − b| / max(|a|, |b|), also where the difference of two finite numbers overflows. */
function relative(a: number, b: number, distance: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY
  const scale = Math.max(Math.abs(a), Math.abs(b))
  return distance < Number.POSITIVE_INFINITY ? distance / scale : Math.abs(a / scale - b / scale)
}

/** Where two texts part: line and column, from 1. */
export interface TextDifference {
  readonly _tag: "Text"
  readonly line: number
  readonly column: number
}

export function diffTexts(before: string, after: string): TextDifference {
  let at = 0
  while (at < before.length && before[at] === after[at]) at++
  const lines = before.slice(0, at).split("\n")
  return { _tag: "Text", line: lines.length, column: lines.at(-1)!.length + 1 }
}
