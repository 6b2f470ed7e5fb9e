/**
 * Values to bytes and back. The same value always gives the same bytes: one record batch, plain UTF-8 strings instead of
 * dictionaries (whose ids count up in the process), no metadata but the types. Arrow and Parquet load when first used.
 */
import type { Table as ArrowTable, DataType, Field, RecordBatch } from "apache-arrow"
import {
  type ArtifactSchema,
  type ColumnData,
  type Columns,
  type ColumnType,
  fromColumns,
  type Table,
  type TableSchema,
  type Vectors,
  type Whole,
} from "../schemas/table.ts"

export type Arrow = typeof import("apache-arrow")
type AnyData = ColumnData<Columns>[string]

export interface Encoded {
  readonly bytes: Uint8Array
  readonly rows: number
}

/** Bytes do not hold what the schema promises. */
export class Mismatch extends Error {
  readonly expected: string
  readonly found: string
  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`)
    this.expected = expected
    this.found = found
  }
}

/** Bytes of a value of `schema`. Throws {@link Mismatch} when the value is not of that schema or holds a NaN it may not. */
export async function encodeValue(schema: ArtifactSchema, value: Table | string): Promise<Encoded> {
  if (schema.kind === "document") {
    if (typeof value !== "string") throw new Mismatch("text", typeof value)
    return { bytes: new TextEncoder().encode(value), rows: 1 }
  }
  if (typeof value !== "object") throw new Mismatch(`a table ${schema.name}`, typeof value)
  if (value.schema.name !== schema.name) throw new Mismatch(`a table ${schema.name}`, `a table ${value.schema.name}`)
  refuseNaN(value)
  const arrow = await import("apache-arrow")
  const table = toArrow(arrow, schema, value)
  return {
    bytes: schema.format === "arrow" ? arrow.tableToIPC(table, "file") : await toParquet(arrow, table),
    rows: value.length,
  }
}

/** Value of `schema` from bytes. Throws {@link Mismatch} when columns or types differ; bytes that cannot be read throw too. */
export async function decodeValue<S extends ArtifactSchema>(schema: S, bytes: Uint8Array): Promise<Whole<S>>
export async function decodeValue(schema: ArtifactSchema, bytes: Uint8Array): Promise<Table | string> {
  if (schema.kind === "document") return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  const arrow = await import("apache-arrow")
  return fromArrow(schema, schema.format === "arrow" ? arrow.tableFromIPC(bytes) : await fromParquet(arrow, bytes))
}

/** Throws {@link Mismatch} when the table holds a NaN in a column that may have none. */
export function refuseNaN(value: Table): void {
  for (const [name, { nan }] of Object.entries(value.schema.columns)) {
    const data = value.columns[name]!
    const numbers = isVectors(data) ? data.values : data
    if (nan || Array.isArray(numbers)) continue
    const at = (numbers as Float64Array).findIndex(Number.isNaN)
    if (at >= 0) throw new Mismatch(`numbers in column ${name}`, `NaN at ${at}`)
  }
}

const isVectors = (data: AnyData): data is Vectors => !Array.isArray(data) && !ArrayBuffer.isView(data)

/** The table as one record batch, without a copy where that can be. */
export function toArrow(arrow: Arrow, schema: TableSchema, { length, columns }: Table): ArrowTable {
  const fields: Field[] = []
  const buffers = new Set<ArrayBufferLike>()
  /** Arrow's writer takes neighbours in one buffer for one piece, and drops what overlaps: each column gets its own. */
  const own = <A extends Float64Array | Float32Array | Int32Array>(data: A): A => {
    const shared = buffers.has(data.buffer)
    buffers.add(data.buffer)
    return shared ? (data.slice() as A) : data
  }
  const children = Object.entries(schema.columns).map(([name, { type }]) => {
    const data = columns[name]!
    const of = arrowType(arrow, type, isVectors(data) ? data.width : 0)
    fields.push(new arrow.Field(name, of, false))
    if (isVectors(data)) {
      const child = arrow.makeData({ type: new arrow.Float32(), data: own(data.values) })
      return arrow.makeData({ type: of as InstanceType<Arrow["FixedSizeList"]>, length, nullCount: 0, child })
    }
    if (Array.isArray(data)) return arrow.vectorFromArray(data, of as InstanceType<Arrow["Utf8"]>).data[0]!
    return arrow.makeData({
      type: of as InstanceType<Arrow["Float64"]>,
      length,
      nullCount: 0,
      data: own(data as Float64Array),
    })
  })
  const arrowSchema = new arrow.Schema(fields)
  const struct = arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children })
  return new arrow.Table(arrowSchema, new arrow.RecordBatch(arrowSchema, struct) as RecordBatch)
}

function arrowType(arrow: Arrow, type: ColumnType, width: number): DataType {
  switch (type) {
    case "float64":
      return new arrow.Float64()
    case "float32":
      return new arrow.Float32()
    case "int32":
      return new arrow.Int32()
    case "utf8":
      return new arrow.Utf8()
    case "bool":
      return new arrow.Bool()
    case "vector":
      return new arrow.FixedSizeList(width, new arrow.Field("item", new arrow.Float32(), false))
  }
}

async function toParquet(arrow: Arrow, table: ArrowTable): Promise<Uint8Array> {
  const parquet = await import("parquet-wasm/node")
  // Snappy, plain encoding: what every Parquet reader reads, the small ones in JavaScript too.
  const properties = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.SNAPPY)
    .setDictionaryEnabled(false)
    .setCreatedBy("rnn-geometry")
    .build()
  return parquet.writeParquet(parquet.Table.fromIPCStream(arrow.tableToIPC(table, "stream")), properties)
}

async function fromParquet(arrow: Arrow, bytes: Uint8Array): Promise<ArrowTable> {
  const parquet = await import("parquet-wasm/node")
  return arrow.tableFromIPC(parquet.readParquet(bytes, { batchSize: 2 ** 31 - 1 }).intoIPCStream())
}

/** The table, of all its record batches. Throws {@link Mismatch} when columns or types differ. */
export function fromArrow<S extends TableSchema>(schema: S, table: ArrowTable): Table<S> {
  const expected = Object.keys(schema.columns).join(", ")
  const found = table.schema.fields.map((field) => field.name).join(", ")
  if (found !== expected) throw new Mismatch(`columns ${expected}`, found)
  const columns: Record<string, AnyData> = {}
  for (const [name, { type }] of Object.entries(schema.columns)) columns[name] = fromVector(name, type, table)
  return fromColumns(schema, columns as ColumnData<S["columns"]>)
}

const typeNames: Readonly<Record<ColumnType, RegExp>> = {
  float64: /^Float64$/,
  float32: /^Float32$/,
  int32: /^Int32$/,
  utf8: /^Utf8$/,
  bool: /^Bool$/,
  vector: /^FixedSizeList\[\d+\]<Float32>$/,
}

function fromVector(name: string, type: ColumnType, table: ArrowTable): AnyData {
  const column = table.getChild(name)!
  if (!typeNames[type].test(String(column.type)))
    throw new Mismatch(`column ${name} of type ${type}`, String(column.type))
  if (type === "utf8" || type === "bool") return [...column] as string[]
  if (type !== "vector") return column.toArray() as Float64Array
  const width = (column.type as InstanceType<Arrow["FixedSizeList"]>).listSize
  const parts = column.data.map((data) => data.children[0]!.values as Float32Array)
  if (parts.length === 1) return { width, values: parts[0]!.subarray(0, column.length * width) }
  const values = new Float32Array(column.length * width)
  let at = 0
  for (const part of parts) {
    values.set(part, at)
    at += part.length
  }
  return { width, values }
}
