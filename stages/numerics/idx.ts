/**
 * The IDX format of the MNIST files. All header words are 32-bit, big-endian.
 * Source: LeCun, Cortes & Burges, The MNIST database, "File formats".
 */

/** `pixels` is count × rows × columns, row by row, 0 (background) … 255; a view of the bytes, not a copy. */
export interface IdxImages {
  readonly count: number
  readonly rows: number
  readonly columns: number
  readonly pixels: Uint8Array
}

/**
 * What is wrong with the bytes. `magic`: the first word is not the expected one. `truncated` and `excess`: fewer or more
 * bytes than the header promises (or, for `truncated`, than a header needs).
 */
export interface IdxError {
  readonly error: "magic" | "truncated" | "excess"
  readonly expected: number
  readonly found: number
}

/** Images, magic number 0x803: header (magic, count, rows, columns), then one byte a pixel. */
export function parseImages(bytes: Uint8Array): IdxImages | IdxError {
  const parsed = parse(bytes, 0x803, 3)
  if ("error" in parsed) return parsed
  const [count, rows, columns] = parsed.sizes as [number, number, number]
  return { count, rows, columns, pixels: parsed.data }
}

/** Labels 0 … 9, magic number 0x801: header (magic, count), then one byte a label. A view of the bytes, not a copy. */
export function parseLabels(bytes: Uint8Array): Uint8Array | IdxError {
  const parsed = parse(bytes, 0x801, 1)
  return "error" in parsed ? parsed : parsed.data
}

function parse(bytes: Uint8Array, magic: number, dimensions: number): { sizes: number[]; data: Uint8Array } | IdxError {
  const header = 4 * (dimensions + 1)
  if (bytes.length < header) return { error: "truncated", expected: header, found: bytes.length }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = view.getUint32(0)
  if (word !== magic) return { error: "magic", expected: magic, found: word }
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 * (i + 1)))
  const expected = sizes.reduce((product, size) => product * size, 1) + header
  if (bytes.length !== expected)
    return { error: bytes.length < expected ? "truncated" : "excess", expected, found: bytes.length }
  return { sizes, data: bytes.subarray(header) }
}
