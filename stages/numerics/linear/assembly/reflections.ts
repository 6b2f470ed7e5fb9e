import { addProduct, firsts, seconds, subtractMultiple } from "./lanes"

// Every sum here runs over its terms one after the other: four sums are on their way at a time, two in the lanes of a
// vector, and the bits are those of the plain loop.

/**
 * A ← A - v wᵀ - w vᵀ in the lower triangle of the leading i x i block, with p = β A v and w = p - β (pᵀv / 2) v: the
 * reflection I - β v vᵀ on both sides. A: n numbers a row, float64; v: the i numbers of row i; w: room for i float64.
 */
export function reflect(A: usize, n: i32, i: i32, beta: f64, w: usize): void {
  const row = (<usize>n) << 3
  const v = A + i * row
  multiply(A, row, i, v, w)
  const end = w + ((<usize>i) << 3)
  let product: f64 = 0
  for (let at = w, u = v; at < end; at += 8, u += 8) {
    const p = load<f64>(at) * beta
    store<f64>(at, p)
    product += p * load<f64>(u)
  }
  const share = (beta / 2) * product
  for (let at = w, u = v; at < end; at += 8, u += 8) store<f64>(at, load<f64>(at) - share * load<f64>(u))
  for (let j = 0; j < i; j++) {
    const at = (<usize>j) << 3
    subtractPair(A + j * row, load<f64>(v + at), w, load<f64>(w + at), v, j + 1)
  }
}

/** w = A v of a symmetric i x i matrix given by its lower triangle: w_j = A_jj v_j + Σ_{k<j} A_jk v_k + Σ_{k>j} A_kj v_k. */
function multiply(A: usize, row: usize, i: i32, v: usize, w: usize): void {
  memory.fill(w, 0, (<usize>i) << 3)
  let j = 0
  for (; j < (i & 3); j++) addRow(A + j * row, j, 0, diagonalTerm(A, row, j, v), v, w)
  for (; j < i; j += 4) {
    const a = A + j * row
    const even = j & ~1
    const at = (<usize>j) << 3
    const v0 = v128.load64_splat(v + at)
    const v1 = v128.load64_splat(v + at, 8)
    const v2 = v128.load64_splat(v + at, 16)
    const v3 = v128.load64_splat(v + at, 24)
    let s01 = f64x2(diagonalTerm(A, row, j, v), diagonalTerm(A, row, j + 1, v))
    let s23 = f64x2(diagonalTerm(A, row, j + 2, v), diagonalTerm(A, row, j + 3, v))
    for (let k: usize = 0; k < (<usize>even) << 3; k += 16) {
      const a0 = v128.load(a + k)
      const a1 = v128.load(a + row + k)
      const a2 = v128.load(a + 2 * row + k)
      const a3 = v128.load(a + 3 * row + k)
      const vk = v128.load(v + k)
      const p0 = f64x2.mul(a0, vk)
      const p1 = f64x2.mul(a1, vk)
      const p2 = f64x2.mul(a2, vk)
      const p3 = f64x2.mul(a3, vk)
      s01 = f64x2.add(f64x2.add(s01, firsts(p0, p1)), seconds(p0, p1))
      s23 = f64x2.add(f64x2.add(s23, firsts(p2, p3)), seconds(p2, p3))
      const wk = addProduct(addProduct(v128.load(w + k), a0, v0), a1, v1)
      v128.store(w + k, addProduct(addProduct(wk, a2, v2), a3, v3))
    }
    addRow(a, j, even, f64x2.extract_lane(s01, 0), v, w)
    addRow(a + row, j + 1, even, f64x2.extract_lane(s01, 1), v, w)
    addRow(a + 2 * row, j + 2, even, f64x2.extract_lane(s23, 0), v, w)
    addRow(a + 3 * row, j + 3, even, f64x2.extract_lane(s23, 1), v, w)
  }
}

/** A_jj v_j. */
function diagonalTerm(A: usize, row: usize, j: i32, v: usize): f64 {
  const at = (<usize>j) << 3
  return load<f64>(A + j * row + at) * load<f64>(v + at)
}

/** What is left of row j in `multiply`: columns from..j-1, and w_j += sum. */
function addRow(a: usize, j: i32, from: i32, sum: f64, v: usize, w: usize): void {
  const end = (<usize>j) << 3
  const vj = load<f64>(v + end)
  for (let k = (<usize>from) << 3; k < end; k += 8) {
    const ak = load<f64>(a + k)
    sum += ak * load<f64>(v + k)
    store<f64>(w + k, load<f64>(w + k) + ak * vj)
  }
  store<f64>(w + end, load<f64>(w + end) + sum)
}

/** a -= f b + g c for `count` numbers. */
function subtractPair(a: usize, f: f64, b: usize, g: f64, c: usize, count: i32): void {
  const fs = f64x2.splat(f)
  const gs = f64x2.splat(g)
  const end = a + ((<usize>(count & ~1)) << 3)
  for (; a < end; a += 16, b += 16, c += 16) {
    const both = addProduct(f64x2.mul(fs, v128.load(b)), gs, v128.load(c))
    v128.store(a, f64x2.sub(v128.load(a), both))
  }
  if (count & 1) store<f64>(a, load<f64>(a) - (f * load<f64>(b) + g * load<f64>(c)))
}

/**
 * x ← x - (q · x) q for the `count` vectors of n numbers that follow q, float64, taken four at a time: up to three more
 * must be zero, and stay so.
 */
export function removeFromFollowing(q: usize, n: i32, count: i32): void {
  const row = (<usize>n) << 3
  for (let x = q + row; count > 0; count -= 4, x += 4 * row) removeFromFour(q, n, x)
}

function removeFromFour(q: usize, n: i32, x0: usize): void {
  const row = (<usize>n) << 3
  const x1 = x0 + row
  const x2 = x1 + row
  const x3 = x2 + row
  const even = (<usize>(n & ~1)) << 3
  let s01 = f64x2.splat(0)
  let s23 = s01
  for (let k: usize = 0; k < even; k += 16) {
    const qk = v128.load(q + k)
    const p0 = f64x2.mul(qk, v128.load(x0 + k))
    const p1 = f64x2.mul(qk, v128.load(x1 + k))
    const p2 = f64x2.mul(qk, v128.load(x2 + k))
    const p3 = f64x2.mul(qk, v128.load(x3 + k))
    s01 = f64x2.add(f64x2.add(s01, firsts(p0, p1)), seconds(p0, p1))
    s23 = f64x2.add(f64x2.add(s23, firsts(p2, p3)), seconds(p2, p3))
  }
  if (n & 1) {
    const qk = v128.load64_splat(q + even)
    s01 = addProduct(s01, qk, f64x2(load<f64>(x0 + even), load<f64>(x1 + even)))
    s23 = addProduct(s23, qk, f64x2(load<f64>(x2 + even), load<f64>(x3 + even)))
  }
  subtractMultiple(x0, f64x2.extract_lane(s01, 0), q, n)
  subtractMultiple(x1, f64x2.extract_lane(s01, 1), q, n)
  subtractMultiple(x2, f64x2.extract_lane(s23, 0), q, n)
  subtractMultiple(x3, f64x2.extract_lane(s23, 1), q, n)
}
