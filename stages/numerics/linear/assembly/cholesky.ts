import { addProduct, subtractMultiple, total } from "./lanes"

/** A pivot below this share of its diagonal entry is the rounding error of a singular matrix. */
const SINGULAR: f64 = 1e-14

/** Σ a_k b_k over `count` numbers, four at a time. */
function dot(a: usize, b: usize, count: i32): f64 {
  let even = f64x2.splat(0)
  let odd = even
  const end = a + ((<usize>(count & ~3)) << 3)
  for (; a < end; a += 32, b += 32) {
    even = addProduct(even, v128.load(a), v128.load(b))
    odd = addProduct(odd, v128.load(a, 16), v128.load(b, 16))
  }
  let sum = total(f64x2.add(even, odd))
  for (let k = count & 3; k > 0; k--, a += 8, b += 8) sum += load<f64>(a) * load<f64>(b)
  return sum
}

/**
 * A = L Lᵀ for a symmetric positive definite n x n float64 matrix, row-major, in place: the lower triangle is read and
 * becomes L, the rest is left alone. If A is singular to rounding, the pivots that fail become 1: L then is that of another
 * regular matrix, which differs from A in the directions that A does not determine.
 */
export function factoriseCholesky(A: usize, n: i32): void {
  const row = (<usize>n) << 3
  for (let i = 0; i < n; i++) {
    const rowI = A + i * row
    for (let j = 0; j < i; j++) {
      const rowJ = A + j * row
      const entry = rowI + ((<usize>j) << 3)
      store<f64>(entry, (load<f64>(entry) - dot(rowI, rowJ, j)) / load<f64>(rowJ + ((<usize>j) << 3)))
    }
    const diagonal = rowI + ((<usize>i) << 3)
    const pivot = load<f64>(diagonal) - dot(rowI, rowI, i)
    store<f64>(diagonal, pivot > SINGULAR * load<f64>(diagonal) ? Math.sqrt(pivot) : 1)
  }
}

/** Solves L Lᵀ u = v in place: v (n float64) becomes u. L as left by `factoriseCholesky`. */
export function solveCholesky(L: usize, n: i32, v: usize): void {
  const row = (<usize>n) << 3
  for (let i = 0; i < n; i++) {
    const at = v + ((<usize>i) << 3)
    store<f64>(at, (load<f64>(at) - dot(L + i * row, v, i)) / load<f64>(L + i * row + ((<usize>i) << 3)))
  }
  for (let i = n - 1; i >= 0; i--) {
    const at = v + ((<usize>i) << 3)
    const u = load<f64>(at) / load<f64>(L + i * row + ((<usize>i) << 3))
    store<f64>(at, u)
    subtractMultiple(v, u, L + i * row, i)
  }
}
