import { total } from "./lanes"

/** sum + (a - b)². */
function addSquare(sum: v128, a: v128, b: v128): v128 {
  const d = f64x2.sub(a, b)
  return f64x2.add(sum, f64x2.mul(d, d))
}

/** Points taken together: 32 rows of 200 doubles stay in the first-level cache while all queries pass by. */
const BLOCK = 32

/**
 * out[q][p] = Σ_j (query_qj - point_pj)², by differences, so that near points keep all their digits.
 * queries: Q x n, points: P x n, out: Q x P, all float64, row-major; n even, Q a multiple of 2, P of 4.
 */
export function squaredDistances(queries: usize, Q: i32, points: usize, P: i32, n: i32, out: usize): void {
  const row = (<usize>n) << 3
  for (let first = 0; first < P; first += BLOCK)
    for (let q = 0; q < Q; q += 2)
      for (let p = first; p < min(first + BLOCK, P); p += 4)
        distanceTile(queries + q * row, points + p * row, row, out + ((<usize>q * P + p) << 3), (<usize>P) << 3)
}

/** Two queries against four points. */
function distanceTile(a: usize, b: usize, row: usize, out: usize, outRow: usize): void {
  let s00 = f64x2.splat(0)
  let s01 = s00
  let s02 = s00
  let s03 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  let s13 = s00
  for (const end = a + row; a < end; a += 16, b += 16) {
    const a0 = v128.load(a)
    const a1 = v128.load(a + row)
    let p = v128.load(b)
    s00 = addSquare(s00, a0, p)
    s10 = addSquare(s10, a1, p)
    p = v128.load(b + row)
    s01 = addSquare(s01, a0, p)
    s11 = addSquare(s11, a1, p)
    p = v128.load(b + 2 * row)
    s02 = addSquare(s02, a0, p)
    s12 = addSquare(s12, a1, p)
    p = v128.load(b + 3 * row)
    s03 = addSquare(s03, a0, p)
    s13 = addSquare(s13, a1, p)
  }
  store<f64>(out, total(s00))
  store<f64>(out, total(s01), 8)
  store<f64>(out, total(s02), 16)
  store<f64>(out, total(s03), 24)
  store<f64>(out + outRow, total(s10))
  store<f64>(out + outRow, total(s11), 8)
  store<f64>(out + outRow, total(s12), 16)
  store<f64>(out + outRow, total(s13), 24)
}
