/**
 * The one matrix product: C += A B, float32. Each element of C is one chain of separate multiplications and
 * additions over k = 0, 1, 2, …, whatever the tile it lies in, so no result depends on how many rows are multiplied
 * together.
 *
 * All strides are bytes. A(i, k) lies at `a + i aRow + k aStep`, so a transposed A costs nothing. The eight columns
 * 8p … 8p+7 of B and C are a *panel*: B(k, 8p + v) lies at `b + p bPanel + k bStep + 4v` and likewise C(i, 8p + v).
 * A row-major matrix of stride ld has bStep = 4 ld and bPanel = 32; packed panels have bStep = 32.
 */

/**
 * Rows of A and steps of k multiplied at a time: 40 × 128 floats of A and a panel of B stay in the first-level
 * cache.
 */
const ROWS: i32 = 40
const DEPTH: i32 = 128

/** C (rows × 8 panels) += A (rows × depth) B (depth × 8 panels). */
export function multiply(
  rows: i32,
  panels: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  bPanel: usize,
  c: usize,
  cRow: usize,
  cPanel: usize,
): void {
  for (let k = 0; k < depth; k += DEPTH) {
    const count = min(DEPTH, depth - k)
    for (let top = 0; top < rows; top += ROWS) {
      const bottom = min(rows, top + ROWS)
      for (let p = 0; p < panels; p++) {
        const bTile = b + <usize>p * bPanel + <usize>k * bStep
        const cTile = c + <usize>p * cPanel
        let i = top
        for (; i + 5 <= bottom; i += 5)
          tile5(count, a + <usize>i * aRow + <usize>k * aStep, aRow, aStep, bTile, bStep, cTile + <usize>i * cRow, cRow)
        for (; i < bottom; i++)
          tile1(count, a + <usize>i * aRow + <usize>k * aStep, aStep, bTile, bStep, cTile + <usize>i * cRow)
      }
    }
  }
}

/**
 * Five rows by one panel: 10 accumulators, 2 columns of B, 1 of A and 1 product fill 14 of the 15 registers V8 gives
 * out. Exported, for a function inlined into the loops around it has its inner loop unrolled by V8, which then runs
 * out of registers and halves the speed.
 */
export function tile5(
  depth: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
): void {
  let a0 = a
  let a1 = a0 + aRow
  let a2 = a1 + aRow
  let a3 = a2 + aRow
  let a4 = a3 + aRow
  const c1 = c + cRow
  const c2 = c1 + cRow
  const c3 = c2 + cRow
  const c4 = c3 + cRow
  let s00 = v128.load(c)
  let s01 = v128.load(c, 16)
  let s10 = v128.load(c1)
  let s11 = v128.load(c1, 16)
  let s20 = v128.load(c2)
  let s21 = v128.load(c2, 16)
  let s30 = v128.load(c3)
  let s31 = v128.load(c3, 16)
  let s40 = v128.load(c4)
  let s41 = v128.load(c4, 16)
  for (; depth > 0; depth--) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a0)
    s00 = f32x4.add(s00, f32x4.mul(x, b0))
    s01 = f32x4.add(s01, f32x4.mul(x, b1))
    x = v128.load32_splat(a1)
    s10 = f32x4.add(s10, f32x4.mul(x, b0))
    s11 = f32x4.add(s11, f32x4.mul(x, b1))
    x = v128.load32_splat(a2)
    s20 = f32x4.add(s20, f32x4.mul(x, b0))
    s21 = f32x4.add(s21, f32x4.mul(x, b1))
    x = v128.load32_splat(a3)
    s30 = f32x4.add(s30, f32x4.mul(x, b0))
    s31 = f32x4.add(s31, f32x4.mul(x, b1))
    x = v128.load32_splat(a4)
    s40 = f32x4.add(s40, f32x4.mul(x, b0))
    s41 = f32x4.add(s41, f32x4.mul(x, b1))
    a0 += aStep
    a1 += aStep
    a2 += aStep
    a3 += aStep
    a4 += aStep
    b += bStep
  }
  v128.store(c, s00)
  v128.store(c, s01, 16)
  v128.store(c1, s10)
  v128.store(c1, s11, 16)
  v128.store(c2, s20)
  v128.store(c2, s21, 16)
  v128.store(c3, s30)
  v128.store(c3, s31, 16)
  v128.store(c4, s40)
  v128.store(c4, s41, 16)
}

/** One row by one panel, for the rows that five does not divide. */
export function tile1(depth: i32, a: usize, aStep: usize, b: usize, bStep: usize, c: usize): void {
  let s0 = v128.load(c)
  let s1 = v128.load(c, 16)
  for (; depth > 0; depth--) {
    const x = v128.load32_splat(a)
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(b)))
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(b, 16)))
    a += aStep
    b += bStep
  }
  v128.store(c, s0)
  v128.store(c, s1, 16)
}

/**
 * Transposes packed panels: `from` holds a matrix of `rows` × (8 `panels`) and `to` gets its transpose, rows a
 * multiple of 8; both as panel, row, 8 columns.
 */
export function transpose(rows: i32, panels: i32, from: usize, to: usize): void {
  for (let p = 0; p < panels; p++)
    for (let i = 0; i < rows; i += 8) {
      const source = from + <usize>(32 * (p * rows + i))
      const target = to + <usize>(32 * (i * panels + 8 * p))
      transpose4(source, target)
      transpose4(source + 128, target + 16)
      transpose4(source + 16, target + 128)
      transpose4(source + 144, target + 144)
    }
}

/** Transposes 4 × 4 floats; rows are 32 bytes apart on both sides. */
function transpose4(from: usize, to: usize): void {
  const a = v128.load(from)
  const b = v128.load(from, 32)
  const c = v128.load(from, 64)
  const d = v128.load(from, 96)
  const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5))
  v128.store(to, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7), 32)
  v128.store(to, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5), 64)
  v128.store(to, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7), 96)
}
