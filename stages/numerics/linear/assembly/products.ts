import { addProduct, total } from "./lanes"

/**
 * Z = X Wᵀ. X: N x n, W: k x n, Z: N x k, float64, row-major; n a multiple of 8, N of 4.
 */
export function scores(X: usize, W: usize, Z: usize, N: i32, n: i32, k: i32): void {
  const row = (<usize>n) << 3
  const outRow = (<usize>k) << 3
  for (let i = 0; i < N; i += 4) {
    const x = X + i * row
    const z = Z + i * outRow
    let c = 0
    for (; c + 1 < k; c += 2) scorePair(x, W + c * row, row, z + ((<usize>c) << 3), outRow)
    if (c < k) scoreOne(x, W + c * row, row, z + ((<usize>c) << 3), outRow)
  }
}

/** Four points against two rows of W. */
function scorePair(x: usize, w: usize, row: usize, z: usize, outRow: usize): void {
  let s00 = f64x2.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  for (const end = x + row; x < end; x += 16, w += 16) {
    const w0 = v128.load(w)
    const w1 = v128.load(w + row)
    let a = v128.load(x)
    s00 = addProduct(s00, a, w0)
    s01 = addProduct(s01, a, w1)
    a = v128.load(x + row)
    s10 = addProduct(s10, a, w0)
    s11 = addProduct(s11, a, w1)
    a = v128.load(x + 2 * row)
    s20 = addProduct(s20, a, w0)
    s21 = addProduct(s21, a, w1)
    a = v128.load(x + 3 * row)
    s30 = addProduct(s30, a, w0)
    s31 = addProduct(s31, a, w1)
  }
  store<f64>(z, total(s00))
  store<f64>(z, total(s01), 8)
  store<f64>(z + outRow, total(s10))
  store<f64>(z + outRow, total(s11), 8)
  store<f64>(z + 2 * outRow, total(s20))
  store<f64>(z + 2 * outRow, total(s21), 8)
  store<f64>(z + 3 * outRow, total(s30))
  store<f64>(z + 3 * outRow, total(s31), 8)
}

/** Four points against one row of W. */
function scoreOne(x: usize, w: usize, row: usize, z: usize, outRow: usize): void {
  let s0 = f64x2.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  for (const end = x + row; x < end; x += 16, w += 16) {
    const w0 = v128.load(w)
    s0 = addProduct(s0, v128.load(x), w0)
    s1 = addProduct(s1, v128.load(x + row), w0)
    s2 = addProduct(s2, v128.load(x + 2 * row), w0)
    s3 = addProduct(s3, v128.load(x + 3 * row), w0)
  }
  store<f64>(z, total(s0))
  store<f64>(z + outRow, total(s1))
  store<f64>(z + 2 * outRow, total(s2))
  store<f64>(z + 3 * outRow, total(s3))
}

/** Rows of X taken together: 32 x 208 doubles stay near while every class passes by. */
const BLOCK = 32

/**
 * G = Rᵀ X. R: N x k, X: N x n, G: k x n, float64, row-major; n a multiple of 8.
 */
export function scoresGradient(R: usize, X: usize, G: usize, N: i32, n: i32, k: i32): void {
  const row = (<usize>n) << 3
  const residualRow = (<usize>k) << 3
  memory.fill(G, 0, k * row)
  for (let first = 0; first < N; first += BLOCK) {
    const rows = min(BLOCK, N - first)
    const r = R + first * residualRow
    const x = X + first * row
    for (let j: usize = 0; j < row; j += 64) {
      let c = 0
      for (; c + 1 < k; c += 2) gradientPair(r + ((<usize>c) << 3), residualRow, x + j, row, G + c * row + j, rows)
      if (c < k) gradientOne(r + ((<usize>c) << 3), residualRow, x + j, row, G + c * row + j, rows)
    }
  }
}

/** Two classes, eight features. */
function gradientPair(r: usize, residualRow: usize, x: usize, row: usize, g: usize, rows: i32): void {
  const h = g + row
  let s00 = v128.load(g)
  let s01 = v128.load(g, 16)
  let s02 = v128.load(g, 32)
  let s03 = v128.load(g, 48)
  let s10 = v128.load(h)
  let s11 = v128.load(h, 16)
  let s12 = v128.load(h, 32)
  let s13 = v128.load(h, 48)
  for (let i = 0; i < rows; i++, r += residualRow, x += row) {
    const r0 = v128.load64_splat(r)
    const r1 = v128.load64_splat(r, 8)
    let a = v128.load(x)
    s00 = addProduct(s00, r0, a)
    s10 = addProduct(s10, r1, a)
    a = v128.load(x, 16)
    s01 = addProduct(s01, r0, a)
    s11 = addProduct(s11, r1, a)
    a = v128.load(x, 32)
    s02 = addProduct(s02, r0, a)
    s12 = addProduct(s12, r1, a)
    a = v128.load(x, 48)
    s03 = addProduct(s03, r0, a)
    s13 = addProduct(s13, r1, a)
  }
  v128.store(g, s00)
  v128.store(g, s01, 16)
  v128.store(g, s02, 32)
  v128.store(g, s03, 48)
  v128.store(h, s10)
  v128.store(h, s11, 16)
  v128.store(h, s12, 32)
  v128.store(h, s13, 48)
}

/** One class, eight features. */
function gradientOne(r: usize, residualRow: usize, x: usize, row: usize, g: usize, rows: i32): void {
  let s0 = v128.load(g)
  let s1 = v128.load(g, 16)
  let s2 = v128.load(g, 32)
  let s3 = v128.load(g, 48)
  for (let i = 0; i < rows; i++, r += residualRow, x += row) {
    const r0 = v128.load64_splat(r)
    s0 = addProduct(s0, r0, v128.load(x))
    s1 = addProduct(s1, r0, v128.load(x, 16))
    s2 = addProduct(s2, r0, v128.load(x, 32))
    s3 = addProduct(s3, r0, v128.load(x, 48))
  }
  v128.store(g, s0)
  v128.store(g, s1, 16)
  v128.store(g, s2, 32)
  v128.store(g, s3, 48)
}
