/**
 * Random n × d matrix Q with orthonormal columns, Qᵀ Q = I, uniform (Haar) over all such matrices.
 *
 * The Q of a Gaussian matrix's QR factors is Haar distributed when R's diagonal is positive, which Gram-Schmidt gives.
 * Each column is orthogonalised twice: once leaves errors that grow with the condition number, twice is enough.
 * Source: Stewart 1980, SIAM J. Numer. Anal. 17, section 3; Giraud, Langou & Rozložník 2005 ("twice is enough").
 */
import type { RandomStream } from "./random.ts"

/** Q as float64, row-major n × d. RangeError unless 0 ≤ d ≤ n, both whole. */
export function orthonormal(n: number, d: number, random: RandomStream): Float64Array {
  if (!(Number.isInteger(n) && Number.isInteger(d) && d >= 0 && d <= n))
    throw new RangeError(`orthonormal(${n}, ${d}): whole numbers 0 ≤ d ≤ n expected`)
  const columns: Float64Array[] = []
  for (let j = 0; j < d; j++) {
    const v = new Float64Array(n)
    random.fillNormal(v, 0, 1)
    for (const q of [...columns, ...columns]) {
      const overlap = dot(q, v)
      for (let i = 0; i < n; i++) v[i]! -= overlap * q[i]!
    }
    const norm = Math.sqrt(dot(v, v))
    columns.push(v.map((x) => x / norm))
  }
  const matrix = new Float64Array(n * d)
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) matrix[i * d + j] = columns[j]![i]!
  return matrix
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
