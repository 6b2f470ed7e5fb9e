/** Rows packed at a time: 64 x 200 doubles stay in the second-level cache. */
const BLOCK = 64

/**
 * G = Σ_i s_i² x_i x_iᵀ, on and above the diagonal (tiles of 4 x 4; what is below is not defined).
 * X: N x n, scales s: N, G: n x n, float64, row-major; n a multiple of 4; `packed`: room for 64 n float64.
 */
export function gram(X: usize, scales: usize, N: i32, n: i32, G: usize, packed: usize): void {
  const row = (<usize>n) << 3
  const panel: usize = BLOCK << 3
  memory.fill(G, 0, n * row)
  for (let first = 0; first < N; first += BLOCK) {
    const rows = min(BLOCK, N - first)
    for (let i = 0; i < rows; i++)
      packRow(X + (first + i) * row, scales + ((<usize>first + i) << 3), n, packed + ((<usize>i) << 5))
    for (let j = 0; j < n; j += 4)
      for (let k = j; k < n; k += 4)
        addTile(packed + j * panel, packed + k * panel, rows, G + j * row + ((<usize>k) << 3), row)
  }
}

/** One scaled row into panels of four columns: panel p holds columns 4p..4p+3 of all rows of the block, row by row. */
function packRow(x: usize, scale: usize, n: i32, packed: usize): void {
  const s = v128.load64_splat(scale)
  for (let j = 0; j < n; j += 4, x += 32, packed += BLOCK << 5) {
    v128.store(packed, f64x2.mul(s, v128.load(x)))
    v128.store(packed, f64x2.mul(s, v128.load(x, 16)), 16)
  }
}

/** tile += Σ_rows a bᵀ for two panels a, b: eight accumulators of two lanes. */
function addTile(a: usize, b: usize, rows: i32, tile: usize, row: usize): void {
  const tile1 = tile + row
  const tile2 = tile1 + row
  const tile3 = tile2 + row
  let t00 = v128.load(tile)
  let t01 = v128.load(tile, 16)
  let t10 = v128.load(tile1)
  let t11 = v128.load(tile1, 16)
  let t20 = v128.load(tile2)
  let t21 = v128.load(tile2, 16)
  let t30 = v128.load(tile3)
  let t31 = v128.load(tile3, 16)
  for (const end = a + ((<usize>rows) << 5); a < end; a += 32, b += 32) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let s = v128.load64_splat(a)
    t00 = f64x2.add(t00, f64x2.mul(s, b0))
    t01 = f64x2.add(t01, f64x2.mul(s, b1))
    s = v128.load64_splat(a, 8)
    t10 = f64x2.add(t10, f64x2.mul(s, b0))
    t11 = f64x2.add(t11, f64x2.mul(s, b1))
    s = v128.load64_splat(a, 16)
    t20 = f64x2.add(t20, f64x2.mul(s, b0))
    t21 = f64x2.add(t21, f64x2.mul(s, b1))
    s = v128.load64_splat(a, 24)
    t30 = f64x2.add(t30, f64x2.mul(s, b0))
    t31 = f64x2.add(t31, f64x2.mul(s, b1))
  }
  v128.store(tile, t00)
  v128.store(tile, t01, 16)
  v128.store(tile1, t10)
  v128.store(tile1, t11, 16)
  v128.store(tile2, t20)
  v128.store(tile2, t21, 16)
  v128.store(tile3, t30)
  v128.store(tile3, t31, 16)
}
