/** Eigenvalues of real matrices that need not be symmetric. ml-matrix uses + - * / √ in a fixed order here. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix"
import { atan2 } from "./elementary.ts"

export interface Eigenvalue {
  readonly re: number
  readonly im: number
  /** |λ|. */
  readonly modulus: number
  /** Angle of λ in [-π, π]; 0 for λ = 0. */
  readonly argument: number
  /** ‖A v - λ v‖ / (‖A‖ ‖v‖) of its eigenvector, Frobenius norm of A: the certificate that λ is one. */
  readonly residual: number
}

/**
 * All n eigenvalues of A by descending modulus, of equal moduli by descending argument: of a conjugate pair the one above
 * the real axis is first. Hessenberg form and shifted QR (EISPACK's orthes and hqr2, in ml-matrix) on A divided by its
 * largest entry, which keeps tiny matrices from underflowing.
 *
 * A: n × n, row-major, not changed. Throws RangeError for entries that are not finite: the iteration would not end.
 */
export function eigenvalues(A: Float32Array | Float64Array, n: number): Eigenvalue[] {
  if (A.length !== n * n) throw new RangeError(`${A.length} entries are not an n × n matrix for n = ${n}`)
  let largest = 0
  for (const entry of A) largest = Math.max(largest, Math.abs(entry))
  if (!Number.isFinite(largest)) throw new RangeError("eigenvalues of a matrix whose entries are not finite")
  const scaled = Float64Array.from(A, (entry) => (largest > 0 ? entry / largest : 0))
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(n, n, scaled))
  const { realEigenvalues: re, imaginaryEigenvalues: im } = decomposition
  const residuals = residualsOf(scaled, decomposition.eigenvectorMatrix, re, im)
  return re
    .map((_, j): Eigenvalue => {
      const [x, y] = [largest * re[j]!, largest * im[j]!]
      const modulus = largest * Math.sqrt(re[j]! * re[j]! + im[j]! * im[j]!)
      return { re: x, im: y, modulus, argument: modulus === 0 ? 0 : atan2(y, x), residual: residuals[j]! }
    })
    .sort((a, b) => b.modulus - a.modulus || b.argument - a.argument)
}

/**
 * Residual of each eigenpair. Of a pair λ = a ± ib with b > 0, two neighbouring columns x, y of V hold the vector x + iy:
 * A x = a x - b y and A y = b x + a y, so that with (a, b) or (a, -b) of its own each column satisfies one equation,
 * A v = re v - im v', v' the other column.
 */
function residualsOf(A: Float64Array, vectors: Matrix, re: readonly number[], im: readonly number[]): Float64Array {
  const n = re.length
  const column = (j: number) => Float64Array.from(vectors.getColumn(j))
  const size = Math.sqrt(sumOfSquares(A))
  return Float64Array.from(re, (a, j) => {
    const b = im[j]!
    const v = column(j)
    const twin = b === 0 ? new Float64Array(n) : column(b > 0 ? j + 1 : j - 1)
    let square = 0
    for (let i = 0; i < n; i++) {
      let sum = b * twin[i]! - a * v[i]!
      for (let k = 0; k < n; k++) sum += A[i * n + k]! * v[k]!
      square += sum * sum
    }
    const length = size * Math.sqrt(sumOfSquares(v) + sumOfSquares(twin))
    return length > 0 ? Math.sqrt(square) / length : 0
  })
}

const sumOfSquares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0)
