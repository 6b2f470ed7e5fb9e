/**
 * The contract between stages: a table schema names its columns with type, unit and meaning, and the TypeScript types of
 * columns and rows follow from it. A table is columnar in memory (typed arrays), an Arrow file or a Parquet file on disk.
 */

/** Logical type of a column. `vector` is a fixed-size list of float32, one list a row; its width is set by the data. */
export type ColumnType = "float64" | "float32" | "int32" | "utf8" | "bool" | "vector"

export interface Column<T extends ColumnType = ColumnType> {
  readonly type: T
  /** What the column holds, with its symbol in the papers. */
  readonly doc: string
  /** Unit, or the shape of a vector such as `n × n`. */
  readonly unit: string
  /** NaN in an output is an error unless its column allows it. */
  readonly nan: boolean
}

interface ColumnOptions {
  readonly unit?: string
  readonly nan?: boolean
}

const column =
  <T extends ColumnType>(type: T) =>
  (doc: string, options: ColumnOptions = {}): Column<T> => ({
    type,
    doc,
    unit: options.unit ?? "1",
    nan: options.nan ?? false,
  })

export const float64 = column("float64")
export const float32 = column("float32")
export const int32 = column("int32")
export const utf8 = column("utf8")
export const bool = column("bool")
export const vector = column("vector")

/** Fixed-size lists, row-major: list `i` is `values[i*width … (i+1)*width)`. */
export interface Vectors {
  readonly width: number
  readonly values: Float32Array
}

interface DataOf {
  readonly float64: Float64Array
  readonly float32: Float32Array
  readonly int32: Int32Array
  readonly utf8: readonly string[]
  readonly bool: readonly boolean[]
  readonly vector: Vectors
}

interface CellOf {
  readonly float64: number
  readonly float32: number
  readonly int32: number
  readonly utf8: string
  readonly bool: boolean
  readonly vector: Float32Array
}

export type Columns = Readonly<Record<string, Column>>

export interface TableSchema<Name extends string = string, C extends Columns = Columns> {
  readonly kind: "table"
  readonly name: Name
  readonly doc: string
  /** `arrow`: IPC file, for tensors and states; `parquet`: for tables. */
  readonly format: "arrow" | "parquet"
  readonly columns: C
}

/**
 * A table that is made, written and read a frame at a time, since as a whole it may not fit into memory. A frame is the rows
 * with one value in the column `frames`, which ascends from frame to frame; every frame holds the same things in the same
 * order, such as points at a step. Each row takes the same number of bytes.
 */
export interface FramedSchema<Name extends string = string, C extends Columns = Columns> extends TableSchema<Name, C> {
  readonly frames: string
}

/** One text document, such as a figure. */
export interface DocumentSchema<Name extends string = string> {
  readonly kind: "document"
  readonly name: Name
  readonly doc: string
  readonly format: "svg"
}

export type ArtifactSchema = TableSchema | DocumentSchema
export type Format = ArtifactSchema["format"]

export type ColumnData<C extends Columns> = { readonly [K in keyof C]: DataOf[C[K]["type"]] }
export type Row<S extends TableSchema> = { readonly [K in keyof S["columns"]]: CellOf[S["columns"][K]["type"]] }

/** A table in memory. Made by {@link fromColumns} or {@link fromRows}, which check it. */
export interface Table<S extends TableSchema = TableSchema> {
  readonly schema: S
  readonly length: number
  readonly columns: ColumnData<S["columns"]>
}

/** Rows `first … first + points` of a framed table: those with the value `t` in its column `frames`. */
export interface Frame {
  readonly t: number
  readonly first: number
  readonly points: number
}

/** A framed table, of which no more is in memory than the frames that somebody holds. */
export interface Framed<S extends FramedSchema = FramedSchema> {
  readonly schema: S
  readonly frames: readonly Frame[]
  /**
   * The rows of frame `k`, read or made when they are asked for, and the caller's own from then on. What a stage is given
   * may be asked for in any order and again; what it makes is asked for once, in order.
   */
  readonly frame: (k: number) => Table<S>
}

/** A value of schema `S` as a whole. */
export type Whole<S extends ArtifactSchema> = S extends TableSchema ? Table<S> : string

/** What a port of schema `S` carries in memory. */
export type Value<S extends ArtifactSchema> = S extends FramedSchema ? Framed<S> : Whole<S>

type FixedColumns = Readonly<Record<string, Column<"float64" | "float32" | "int32" | "vector">>>
type OfType<T extends ColumnType, C extends Columns> = {
  [K in keyof C]: C[K] extends Column<T> ? K : never
}[keyof C]

/** Declares a table. Tensors and states are `arrow`, everything else `parquet`; see {@link FramedSchema} for `frames`. */
export function table<const Name extends string, const C extends FixedColumns>(
  name: Name,
  options: {
    readonly doc: string
    readonly format: "arrow"
    readonly columns: C
    readonly frames: OfType<"int32", C> & string
  },
): FramedSchema<Name, C>
export function table<const Name extends string, const C extends Columns>(
  name: Name,
  options: { readonly doc: string; readonly format: "arrow" | "parquet"; readonly columns: C },
): TableSchema<Name, C>
export function table(name: string, options: Omit<TableSchema, "kind" | "name">): TableSchema {
  return { kind: "table", name, ...options }
}

export const isFramed = (schema: ArtifactSchema): schema is FramedSchema => "frames" in schema

/** Declares a text document. */
export function document<const Name extends string>(name: Name, doc: string): DocumentSchema<Name> {
  return { kind: "document", name, doc, format: "svg" }
}

const isVectors = (data: DataOf[ColumnType]): data is Vectors => !Array.isArray(data) && !ArrayBuffer.isView(data)

/** Number of rows of one column. */
export const columnLength = (data: DataOf[ColumnType]): number =>
  isVectors(data) ? (data.width === 0 ? 0 : data.values.length / data.width) : data.length

/** Table from columns. Throws RangeError when a column is missing, unknown, or of another length. */
export function fromColumns<S extends TableSchema>(schema: S, columns: ColumnData<S["columns"]>): Table<S> {
  const names = Object.keys(schema.columns)
  const unknown = Object.keys(columns).filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new RangeError(`${schema.name}: unknown column ${unknown.join(", ")}`)
  let length = -1
  for (const name of names) {
    const data = columns[name]
    if (data === undefined) throw new RangeError(`${schema.name}: column ${name} is missing`)
    const rows = columnLength(data)
    if (length < 0) length = rows
    if (rows !== length) throw new RangeError(`${schema.name}: column ${name} has ${rows} rows, others have ${length}`)
  }
  return { schema, length: Math.max(length, 0), columns }
}

const collect: { readonly [T in ColumnType]: (cells: readonly never[]) => DataOf[T] } = {
  float64: (cells) => Float64Array.from(cells),
  float32: (cells) => Float32Array.from(cells),
  int32: (cells) => Int32Array.from(cells),
  utf8: (cells) => cells,
  bool: (cells) => cells,
  vector: (cells: readonly Float32Array[]) => {
    const width = cells[0]?.length ?? 0
    const values = new Float32Array(width * cells.length)
    cells.forEach((cell, i) => {
      if (cell.length !== width) throw new RangeError(`vectors of width ${width} and ${cell.length} in one column`)
      values.set(cell, i * width)
    })
    return { width, values }
  },
}

/** Table from rows: convenient where rows are few; large tensors use {@link fromColumns}. */
export function fromRows<S extends TableSchema>(schema: S, rows: readonly Row<S>[]): Table<S> {
  const columns: Record<string, DataOf[ColumnType]> = {}
  for (const [name, { type }] of Object.entries(schema.columns))
    columns[name] = collect[type](rows.map((row) => (row as Record<string, unknown>)[name]) as never[])
  return fromColumns(schema, columns as ColumnData<S["columns"]>)
}

/** Cell of a column at row `i`; a vector's cell is a view. */
export const cellAt = (data: DataOf[ColumnType], i: number): CellOf[ColumnType] =>
  isVectors(data) ? data.values.subarray(i * data.width, (i + 1) * data.width) : data[i]!

/** Rows of a table, each a plain typed object. */
export function toRows<S extends TableSchema>(table: Table<S>): Row<S>[] {
  const entries = Object.entries(table.columns)
  return Array.from({ length: table.length }, (_, i) => {
    const row: Record<string, unknown> = {}
    for (const [name, data] of entries) row[name] = cellAt(data, i)
    return row as Row<S>
  })
}
