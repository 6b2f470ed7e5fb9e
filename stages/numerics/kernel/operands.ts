import type { Kernels } from "./instance.ts"
import { PANEL } from "./panels.ts"

/**
 * Where a matrix of floats lies in the kernels' memory: address and distances in bytes. All that a left factor
 * needs.
 */
interface Strided {
  readonly at: number
  /** From a row to the next. */
  readonly row: number
  /** From a column to the next, within a panel. */
  readonly column: number
}

/** A matrix in panels of eight columns. */
export interface Operand extends Strided {
  /** From a panel to the next. */
  readonly panel: number
}

/** A row-major matrix whose rows start `width` floats apart. */
export const plain = (at: number, width: number): Operand => ({ at, row: 4 * width, column: 4, panel: 4 * PANEL })

/** A matrix in packed panels of `height` rows. */
export const packed = (at: number, height: number): Operand => ({
  at,
  row: 4 * PANEL,
  column: 4,
  panel: 4 * PANEL * height,
})

/** The matrix from a row on. */
export const fromRow = (matrix: Operand, row: number): Operand => ({ ...matrix, at: matrix.at + row * matrix.row })

/** The transpose of a row-major matrix, as a left factor. */
export const transposed = ({ at, row, column }: Operand): Strided => ({ at, row: column, column: row })

/**
 * C ← C + A B for A rows × depth, B depth × columns, C rows × columns; columns a multiple of 8. Each element is one
 * sum in the order of the depth, started from C's element, whatever the other rows and columns.
 */
export function addProduct(
  kernels: Kernels,
  [rows, depth, columns]: readonly [number, number, number],
  A: Strided,
  B: Operand,
  C: Operand,
): void {
  const { multiply } = kernels
  multiply(rows, columns / PANEL, depth, A.at, A.row, A.column, B.at, B.row, B.panel, C.at, C.row, C.panel)
}
