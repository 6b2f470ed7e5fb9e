/** Sum of the two lanes. */
export function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)
}

/** sum + a b. */
export function addProduct(sum: v128, a: v128, b: v128): v128 {
  return f64x2.add(sum, f64x2.mul(a, b))
}

/** Lanes the first of both, and the second of both. */
export function firsts(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2)
}
export function seconds(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3)
}

/** a -= factor b for `count` numbers. */
export function subtractMultiple(a: usize, factor: f64, b: usize, count: i32): void {
  const factors = f64x2.splat(factor)
  const end = a + ((<usize>(count & ~1)) << 3)
  for (; a < end; a += 16, b += 16) v128.store(a, f64x2.sub(v128.load(a), f64x2.mul(factors, v128.load(b))))
  if (count & 1) store<f64>(a, load<f64>(a) - factor * load<f64>(b))
}

/** 1.5 · 2⁵²: adding it leaves a small integer in the low bits of the mantissa. */
const SHIFTER: f64 = 6755399441055744

/** ln 2 in two parts; the first has 32 trailing zeros, so that its products with exponents are exact. */
const LN2_HEAD: f64 = 0.6931471803691238
const LN2_TAIL: f64 = 1.9082149292705877e-10

/**
 * exp x of both lanes for x <= 0; below -708 the value at -708, 3e-308. x = k ln 2 + r with |r| <= ln 2 / 2, and the Taylor
 * polynomial of exp r of degree 13, whose rest is below 2⁻⁵⁷. Relative error below 3e-16.
 */
export function expLanes(x: v128): v128 {
  x = f64x2.max(x, f64x2.splat(-708))
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(Math.LOG2E)), f64x2.splat(SHIFTER))
  const k = f64x2.sub(shifted, f64x2.splat(SHIFTER))
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HEAD))), f64x2.mul(k, f64x2.splat(LN2_TAIL)))
  let p = f64x2.splat(1 / 6227020800.0)
  p = addProduct(f64x2.splat(1 / 479001600.0), p, r)
  p = addProduct(f64x2.splat(1 / 39916800.0), p, r)
  p = addProduct(f64x2.splat(1 / 3628800.0), p, r)
  p = addProduct(f64x2.splat(1 / 362880.0), p, r)
  p = addProduct(f64x2.splat(1 / 40320.0), p, r)
  p = addProduct(f64x2.splat(1 / 5040.0), p, r)
  p = addProduct(f64x2.splat(1 / 720.0), p, r)
  p = addProduct(f64x2.splat(1 / 120.0), p, r)
  p = addProduct(f64x2.splat(1 / 24.0), p, r)
  p = addProduct(f64x2.splat(1 / 6.0), p, r)
  p = addProduct(f64x2.splat(0.5), p, r)
  p = addProduct(f64x2.splat(1), p, r)
  p = addProduct(f64x2.splat(1), p, r)
  return i64x2.add(p, i64x2.shl(shifted, 52))
}

/**
 * log x of both lanes for finite x; x below 2⁻¹⁰²² counts as 2⁻¹⁰²². x = 2ᵏ m with m in [1/√2, √2), s = (m - 1) / (m + 1),
 * and log m = 2 (s + s³/3 + ... + s²¹/21), whose rest is below 2⁻⁵⁶ of log m. Relative error below 1e-15 away from x = 1.
 */
export function logLanes(x: v128): v128 {
  x = f64x2.max(x, f64x2.splat(2.2250738585072014e-308))
  const offset = i64x2.sub(x, i64x2.splat(reinterpret<i64>(Math.SQRT1_2)))
  const exponent = i64x2.shr_s(offset, 52)
  const m = i64x2.sub(x, i64x2.shl(exponent, 52))
  const k = f64x2.sub(i64x2.add(exponent, f64x2.splat(SHIFTER)), f64x2.splat(SHIFTER))
  const one = f64x2.splat(1)
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one))
  const s2 = f64x2.mul(s, s)
  let p = f64x2.splat(1 / 21.0)
  p = addProduct(f64x2.splat(1 / 19.0), p, s2)
  p = addProduct(f64x2.splat(1 / 17.0), p, s2)
  p = addProduct(f64x2.splat(1 / 15.0), p, s2)
  p = addProduct(f64x2.splat(1 / 13.0), p, s2)
  p = addProduct(f64x2.splat(1 / 11.0), p, s2)
  p = addProduct(f64x2.splat(1 / 9.0), p, s2)
  p = addProduct(f64x2.splat(1 / 7.0), p, s2)
  p = addProduct(f64x2.splat(1 / 5.0), p, s2)
  p = addProduct(f64x2.splat(1 / 3.0), p, s2)
  p = addProduct(one, p, s2)
  const tail = addProduct(f64x2.mul(k, f64x2.splat(LN2_TAIL)), f64x2.add(s, s), p)
  return addProduct(tail, k, f64x2.splat(LN2_HEAD))
}
