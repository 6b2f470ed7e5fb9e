import type { Weights } from "./network.ts"

/** Columns of a panel: two registers of four floats. */
export const PANEL = 8

/** The next multiple of 8. */
export const padded = (count: number): number => Math.ceil(count / PANEL) * PANEL

/**
 * A place for a rows × columns matrix in a buffer of floats, packed for the kernels: panels of 8 columns, each
 * `height` rows of 8 floats, so element (i, j) lies at offset + (⌊j/8⌋ height + i) 8 + j mod 8. What pads it to
 * whole panels is zero and stays zero.
 */
export interface Packed {
  readonly offset: number
  readonly rows: number
  readonly columns: number
  readonly height: number
  /** Whether the matrix given to `pack` and by `unpack` is the transpose of the packed one. */
  readonly transposed: boolean
}

/** Floats that a packed matrix takes. */
export const packedLength = ({ height, columns }: Packed): number => height * padded(columns)

function forEachElement(matrix: Packed, visit: (packedIndex: number, plainIndex: number) => void): void {
  const { offset, rows, columns, height, transposed } = matrix
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      visit(
        offset + (Math.floor(j / PANEL) * height + i) * PANEL + (j % PANEL),
        transposed ? j * rows + i : i * columns + j,
      )
}

/** Copies a row-major matrix into its place. RangeError when its length does not fit. */
export function pack(values: Float32Array, matrix: Packed, buffer: Float32Array): void {
  if (values.length !== matrix.rows * matrix.columns)
    throw new RangeError(`a ${matrix.rows} × ${matrix.columns} matrix cannot have ${values.length} elements`)
  forEachElement(matrix, (to, from) => {
    buffer[to] = values[from]!
  })
}

/** A row-major copy of a packed matrix. */
export function unpack(matrix: Packed, buffer: Float32Array): Float32Array {
  const values = new Float32Array(matrix.rows * matrix.columns)
  forEachElement(matrix, (from, to) => {
    values[to] = buffer[from]!
  })
  return values
}

/** A packed place for each of the network's parameters, one after the other in one buffer, in the given order. */
export function placeParameters(
  { n, d, classes }: { readonly n: number; readonly d: number; readonly classes: number },
  order: readonly (keyof Weights)[],
): Readonly<Record<keyof Weights, Packed>> {
  // U is packed as Uᵀ, the orientation in which it is multiplied; neither pass needs the other one.
  const shapes = {
    R: { rows: n, columns: n, height: padded(n), transposed: false },
    W: { rows: classes, columns: n, height: padded(classes), transposed: false },
    U: { rows: d, columns: n, height: padded(d), transposed: true },
    b1: { rows: 1, columns: n, height: 1, transposed: false },
    b2: { rows: 1, columns: classes, height: 1, transposed: false },
  }
  let offset = 0
  const places = order.map((name) => {
    const place = { offset, ...shapes[name] }
    offset += packedLength(place)
    return [name, place] as const
  })
  return Object.fromEntries(places) as Record<keyof Weights, Packed>
}
