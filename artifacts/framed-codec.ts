/**
 * Framed tables to Arrow files and back, with no more in memory than one record batch or one frame. A table of at most
 * {@link batchBytes} is one record batch: the bytes that codec.ts makes of it. A larger one has in each as many whole frames
 * as fit into that bound, so that its bytes too depend on its content alone.
 */
import {
  type ColumnData,
  type Columns,
  type Frame,
  type Framed,
  type FramedSchema,
  fromColumns,
  type Table,
} from "../schemas/table.ts"
import { type Arrow, fromArrow, Mismatch, refuseNaN, toArrow } from "./codec.ts"
import type { Source } from "./objects.ts"

/** Most bytes of the rows in a record batch; a frame that has more is one by itself. Another bound, other digests. */
export const batchBytes = 2 ** 28
/** From here on the Arrow library gets its offsets wrong. */
const tooLarge = 2 ** 31

type Numbers = Float64Array | Float32Array | Int32Array
type Data = ColumnData<Columns>[string]

/** The numbers of a column, row-major, and how many a row has. */
const numbersOf = (data: Data): { readonly width: number; readonly values: Numbers } =>
  "width" in data ? data : { width: 1, values: data as Numbers }

/** An array as `like`, of `length` zeros. */
const zeros = ({ constructor }: Numbers, length: number): Numbers =>
  new (constructor as new (length: number) => Numbers)(length)

/** The table's columns with other numbers, of the same widths. */
function withNumbers<S extends FramedSchema>(
  { schema, columns }: Table<S>,
  numbers: (values: Numbers, width: number, name: string) => Numbers,
): Table<S> {
  const made = Object.entries<Data>(columns).map(([name, data]) => {
    const { width } = numbersOf(data)
    const values = numbers(numbersOf(data).values, width, name)
    return [name, "width" in data ? { width, values } : values]
  })
  return fromColumns(schema, Object.fromEntries(made) as ColumnData<S["columns"]>)
}

/**
 * Pieces of the file of a framed table: after each frame those that it has completed, each good until the next. Ends with the
 * number of rows. Throws {@link Mismatch} as `encodeValue` does, and for a frame that is not the one that was announced.
 * `most`: as {@link batchBytes}.
 */
export async function encodeFrames<S extends FramedSchema>(
  schema: S,
  value: Framed<S>,
  most = batchBytes,
): Promise<Generator<readonly Uint8Array[], number>> {
  return piecesOf(await import("apache-arrow"), schema, value, most)
}

function* piecesOf<S extends FramedSchema>(
  arrow: Arrow,
  schema: S,
  { frames, frame }: Framed<S>,
  most: number,
): Generator<readonly Uint8Array[], number> {
  if (frames.length === 0) throw new Mismatch("one frame or more", "none")
  const pieces: Uint8Array[] = []
  const writer = writerTo(arrow, pieces)
  let room: Table<S> | undefined
  let sizes: number[] = []
  let filled = 0
  for (const k of frames.keys()) {
    const table = frame(k)
    refuseOther(schema, table, frames, k)
    if (room === undefined) {
      sizes = batchSizes(frames, table, most)
      const rows = Math.max(...sizes)
      room = withNumbers(table, (values, width) => zeros(values, rows * width))
    }
    fill(room, table, filled)
    filled += table.length
    if (filled === sizes[0]) {
      const batch = withNumbers(room, (values, width) => values.subarray(0, filled * width))
      refuseNaN(batch)
      writer.write(toArrow(arrow, schema, batch).batches[0]!)
      filled = 0
      sizes.shift()
    }
    if (sizes.length === 0) writer.finish()
    yield pieces.splice(0)
  }
  return rowsOf(frames)
}

/** A writer of an Arrow file whose bytes go to `pieces`, without a copy. */
function writerTo({ AsyncByteQueue, RecordBatchFileWriter }: Arrow, pieces: Uint8Array[]) {
  class Pieces extends AsyncByteQueue {
    override write = (piece: unknown) => void pieces.push(piece as Uint8Array)
  }
  return new RecordBatchFileWriter().reset(new Pieces())
}

const rowsOf = (frames: readonly Frame[]): number => frames.reduce((sum, { points }) => sum + points, 0)

/** Refuses a frame that is not as it was announced, or that would be read as another one. */
function refuseOther(schema: FramedSchema, table: Table<FramedSchema>, frames: readonly Frame[], k: number): void {
  const { t, points } = frames[k]!
  if (table.schema.name !== schema.name) throw new Mismatch(`a table ${schema.name}`, `a table ${table.schema.name}`)
  const ts = table.columns[schema.frames] as Int32Array
  const other = ts.findIndex((value) => value !== t)
  if (points === 0 || table.length !== points || other >= 0)
    throw new Mismatch(
      `${points} rows of ${schema.frames} = ${t}`,
      `${table.length} rows${other < 0 ? "" : `, one of ${schema.frames} = ${ts[other]}`}`,
    )
  if (k > 0 && frames[k - 1]!.t >= t) throw new Mismatch(`${schema.frames} above ${frames[k - 1]!.t}`, `${t}`)
}

/** Rows of each record batch: of as many frames as fit into `most` bytes, each at least one. */
function batchSizes(frames: readonly Frame[], like: Table, most: number): number[] {
  const sizes: number[] = []
  const bytes = Object.values<Data>(like.columns)
    .map(numbersOf)
    .reduce((sum, { width, values }) => sum + width * values.BYTES_PER_ELEMENT, 0)
  for (const { points } of frames) {
    if (points * bytes >= tooLarge) throw new Mismatch("a frame of less than 2 GiB", `${points * bytes} bytes`)
    const size = sizes.at(-1)
    if (size !== undefined && (size + points) * bytes <= most) sizes[sizes.length - 1] = size + points
    else sizes.push(points)
  }
  return sizes
}

/** Writes the rows of `table` into those of `room` from `first` on. */
function fill(room: Table<FramedSchema>, table: Table<FramedSchema>, first: number): void {
  for (const [name, data] of Object.entries<Data>(room.columns)) {
    const [into, from] = [numbersOf(data), numbersOf(table.columns[name]!)]
    if (from.width !== into.width)
      throw new Mismatch(`column ${name} of width ${into.width}`, `vectors of ${from.width}`)
    into.values.set(from.values, first * into.width)
  }
}

/**
 * The frames of a file, each read when it is asked for. Throws {@link Mismatch} as `decodeValue` does, and when the frames
 * are out of order.
 */
export async function openFrames<S extends FramedSchema>(schema: S, source: Source): Promise<Framed<S>> {
  const arrow = await import("apache-arrow")
  const like = fromArrow(schema, new arrow.Table(schemaOf(arrow, source)))
  const frames: Frame[] = []
  const places: { readonly at: Place; readonly row: number }[] = []
  let first = 0
  for (const { rows, at } of batchesOf(arrow, source, like)) {
    const ts = new Int32Array(rows)
    readNumbers(source, ts, at[schema.frames]!)
    for (let row = 0, end = 0; row < rows; row = end) {
      const t = ts[row]!
      while (end < rows && ts[end] === t) end++
      frames.push({ t, first: first + row, points: end - row })
      places.push({ at, row })
    }
    first += rows
  }
  const back = frames.find(({ t }, k) => k > 0 && frames[k - 1]!.t >= t)
  if (back !== undefined) throw new Mismatch(`rows ordered by ${schema.frames}`, `${back.t} at row ${back.first}`)
  return {
    schema,
    frames,
    frame: (k) => {
      const { at, row } = places[k]!
      return withNumbers(like, (none, width, name) => {
        const values = zeros(none, frames[k]!.points * width)
        readNumbers(source, values, at[name]! + row * width * values.BYTES_PER_ELEMENT)
        return values
      })
    },
  }
}

/** Of each column where its first number lies in the file. */
type Place = Readonly<Record<string, number>>

const bytesAt = ({ read }: Source, position: number, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  read(bytes, position)
  return bytes
}

const readNumbers = ({ read }: Source, { buffer, byteOffset, byteLength }: Numbers, position: number): void =>
  read(new Uint8Array(buffer, byteOffset, byteLength), position)

const int32At = (source: Source, position: number): number => {
  const { buffer } = bytesAt(source, position, 4)
  return new DataView(buffer).getInt32(0, true)
}

/** An Arrow file ends in its footer, the footer's length, and the word it began with. */
function schemaOf(arrow: Arrow, source: Source) {
  const end = source.bytes - 10
  const length = int32At(source, end)
  // The reader needs the beginning and the end alone.
  const ends = [bytesAt(source, 0, 8), bytesAt(source, end - length, length + 10)]
  return arrow.RecordBatchReader.from(Buffer.concat(ends)).open().schema
}

/** Record batches from the first to the last: after the magic word, each with its length and metadata before it. */
function* batchesOf(arrow: Arrow, source: Source, like: Table): Generator<{ rows: number; at: Place }> {
  for (let position = 8; ; ) {
    const length = int32At(source, position + 4)
    if (length === 0) return
    const message = arrow.Message.decode(bytesAt(source, position + 8, length))
    const body = position + 8 + length
    if (message.isRecordBatch()) {
      const { length: rows, buffers } = message.header()
      yield {
        rows,
        at: placeIn(
          buffers.map(({ offset }) => body + offset),
          like,
        ),
      }
    }
    position = body + message.bodyLength
  }
}

/** The numbers of a column come after a bitmap of its nulls, and that of a vector's elements after one of the vectors. */
function placeIn(buffers: readonly number[], { columns }: Table): Place {
  let next = 0
  const places = Object.entries<Data>(columns).map(([name, data]) => {
    next += "width" in data ? 3 : 2
    return [name, buffers[next - 1]!]
  })
  return Object.fromEntries(places)
}
