import { addProduct, expLanes, logLanes, total } from "./lanes"

/**
 * weights_j = exp(-beta d_j) and sums = [Σ w, Σ w d, Σ w d²] for `count` numbers d_j >= 0.
 * d, weights: `count` float64 and room for one more, finite in d, arbitrary in weights; sums: 3 float64.
 */
export function gaussian(d: usize, weights: usize, count: i32, beta: f64, sums: usize): void {
  const factor = f64x2.splat(-beta)
  let s0 = f64x2.splat(0)
  let s1 = s0
  let s2 = s0
  for (let j = 0; j < count; j += 2, d += 16, weights += 16) {
    const x = v128.load(d)
    let w = expLanes(f64x2.mul(factor, x))
    if (j + 1 === count) w = f64x2.replace_lane(w, 1, 0)
    v128.store(weights, w)
    const wx = f64x2.mul(w, x)
    s0 = f64x2.add(s0, w)
    s1 = f64x2.add(s1, wx)
    s2 = addProduct(s2, wx, x)
  }
  store<f64>(sums, total(s0))
  store<f64>(sums, total(s1), 8)
  store<f64>(sums, total(s2), 16)
}

/** P <- scale (P + Pᵀ) for an N x stride float64 matrix, of which the first N columns count. */
export function symmetrise(P: usize, N: i32, stride: i32, scale: f64): void {
  const row = (<usize>stride) << 3
  for (let block = 0; block < N; block += 32)
    for (let i = block; i < N; i++)
      for (let j = block; j < min(min(block + 32, i + 1), N); j++) {
        const upper = P + j * row + ((<usize>i) << 3)
        const lower = P + i * row + ((<usize>j) << 3)
        const p = scale * (load<f64>(upper) + load<f64>(lower))
        store<f64>(upper, p)
        store<f64>(lower, p)
      }
}

/** First even column at or after the diagonal's neighbour: of an even row the pair of columns holds the diagonal itself. */
function firstPair(i: i32): usize {
  return (<usize>((i + 1) & ~1)) << 3
}

/** lanes at `address` -= v. */
function subtract(address: usize, v: v128): void {
  v128.store(address, f64x2.sub(v128.load(address), v))
}

/** lanes at `address` -= v, then -= w. */
function subtractBoth(address: usize, v: v128, w: v128): void {
  v128.store(address, f64x2.sub(f64x2.sub(v128.load(address), v), w))
}

/** Of a point, both axes += the totals of u and v. */
function increaseBoth(address: usize, axis: usize, u: v128, v: v128): void {
  store<f64>(address, load<f64>(address) + total(u))
  store<f64>(address + axis, load<f64>(address + axis) + total(v))
}

/**
 * With w_ij = 1 / (1 + |y_i - y_j|²): attraction_i = Σ_j p_ij w_ij (y_i - y_j), repulsion_i = Σ_j w_ij² (y_i - y_j), and
 * the result Σ_{i≠j} w_ij. Each pair is taken once and acts on both its points.
 * P: N x stride, symmetric, zero on the diagonal and beyond N; y: 2 x stride, axis by axis, beyond N so far away that w
 * vanishes; attraction, repulsion: 2 x stride, likewise; stride even.
 */
export function forces(P: usize, y: usize, N: i32, stride: i32, attraction: usize, repulsion: usize): f64 {
  const axis = (<usize>stride) << 3
  const one = f64x2.splat(1)
  memory.fill(attraction, 0, 2 * axis)
  memory.fill(repulsion, 0, 2 * axis)
  let sum: f64 = 0
  // Two rows at a time, so that the forces on the other points are loaded and stored half as often.
  for (let i = 0; i < N; i += 2, P += 2 * axis) {
    const at = (<usize>i) << 3
    const below = P + axis
    const u0 = v128.load64_splat(y + at)
    const v0 = v128.load64_splat(y + axis + at)
    const u1 = v128.load64_splat(y + at, 8)
    const v1 = v128.load64_splat(y + axis + at, 8)
    // The first pair of columns holds the two points themselves: only the upper row acts on the lower.
    let du = f64x2.sub(u0, v128.load(y + at))
    let dv = f64x2.sub(v0, v128.load(y + axis + at))
    let w = f64x2.div(one, addProduct(addProduct(one, du, du), dv, dv))
    let z0 = w
    let pw = f64x2.mul(v128.load(P + at), w)
    let ww = f64x2.mul(w, w)
    let au0 = f64x2.mul(pw, du)
    let av0 = f64x2.mul(pw, dv)
    let ru0 = f64x2.mul(ww, du)
    let rv0 = f64x2.mul(ww, dv)
    subtract(attraction + at, au0)
    subtract(attraction + axis + at, av0)
    subtract(repulsion + at, ru0)
    subtract(repulsion + axis + at, rv0)
    let z1 = f64x2.splat(0)
    let au1 = z1
    let av1 = z1
    let ru1 = z1
    let rv1 = z1
    for (let j = at + 16; j < axis; j += 16) {
      const uj = v128.load(y + j)
      const vj = v128.load(y + axis + j)
      du = f64x2.sub(u0, uj)
      dv = f64x2.sub(v0, vj)
      w = f64x2.div(one, addProduct(addProduct(one, du, du), dv, dv))
      const eu = f64x2.sub(u1, uj)
      const ev = f64x2.sub(v1, vj)
      const x = f64x2.div(one, addProduct(addProduct(one, eu, eu), ev, ev))
      z0 = f64x2.add(z0, w)
      z1 = f64x2.add(z1, x)
      pw = f64x2.mul(v128.load(P + j), w)
      const px = f64x2.mul(v128.load(below + j), x)
      let f = f64x2.mul(pw, du)
      let g = f64x2.mul(px, eu)
      au0 = f64x2.add(au0, f)
      au1 = f64x2.add(au1, g)
      subtractBoth(attraction + j, f, g)
      f = f64x2.mul(pw, dv)
      g = f64x2.mul(px, ev)
      av0 = f64x2.add(av0, f)
      av1 = f64x2.add(av1, g)
      subtractBoth(attraction + axis + j, f, g)
      ww = f64x2.mul(w, w)
      const xx = f64x2.mul(x, x)
      f = f64x2.mul(ww, du)
      g = f64x2.mul(xx, eu)
      ru0 = f64x2.add(ru0, f)
      ru1 = f64x2.add(ru1, g)
      subtractBoth(repulsion + j, f, g)
      f = f64x2.mul(ww, dv)
      g = f64x2.mul(xx, ev)
      rv0 = f64x2.add(rv0, f)
      rv1 = f64x2.add(rv1, g)
      subtractBoth(repulsion + axis + j, f, g)
    }
    sum += total(z0)
    increaseBoth(attraction + at, axis, au0, av0)
    increaseBoth(repulsion + at, axis, ru0, rv0)
    if (i + 1 === N) break
    sum += total(z1)
    increaseBoth(attraction + at + 8, axis, au1, av1)
    increaseBoth(repulsion + at + 8, axis, ru1, rv1)
  }
  return 2 * (sum - <f64>((N + 1) >> 1))
}

/**
 * Σ_{i≠j} p_ij log(p_ij / w_ij), to which log Σ w is to be added for the divergence; sums[0] = Σ_{i≠j} w_ij.
 * P, y as in `forces`.
 */
export function crossEntropy(P: usize, y: usize, N: i32, stride: i32, sums: usize): f64 {
  const axis = (<usize>stride) << 3
  const one = f64x2.splat(1)
  let entropy: f64 = 0
  let weights: f64 = 0
  for (let i = 0; i < N; i++, P += axis) {
    const u = v128.load64_splat(y + ((<usize>i) << 3))
    const v = v128.load64_splat(y + axis + ((<usize>i) << 3))
    let h = f64x2.splat(0)
    let z = h
    for (let j = firstPair(i); j < axis; j += 16) {
      const du = f64x2.sub(u, v128.load(y + j))
      const dv = f64x2.sub(v, v128.load(y + axis + j))
      const inverse = addProduct(addProduct(one, du, du), dv, dv)
      const p = v128.load(P + j)
      z = f64x2.add(z, f64x2.div(one, inverse))
      h = addProduct(h, p, logLanes(f64x2.mul(p, inverse)))
    }
    entropy += total(h)
    weights += total(z)
  }
  store<f64>(sums, 2 * (weights - <f64>((N + 1) >> 1)))
  return 2 * entropy
}
