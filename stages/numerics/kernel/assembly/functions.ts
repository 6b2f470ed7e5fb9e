/** tanh, exp and log of float32 values from + - × ÷ and bit patterns alone: the same bits on every machine. */

/**
 * tanh of four values; error below 2.7 ulp, odd to the last bit, |tanh| ≤ 1, tanh(±∞) = ±1, tanh(NaN) = NaN, exact
 * at 0 and for subnormal values.
 *
 * With t = e^(2|x|) - 1, tanh |x| = t / (t + 2). 2|x| = k ln 2 + r with |r| ≤ ln 2 / 2; e^r - 1 = r + r² q(r), q the
 * minimax polynomial of degree 4 (relative error of e^r - 1: 1.7e-8); t = 2^k (e^r - 1) + (2^k - 1). From |x| = 10
 * on the result is 1.
 */
export function tanh4(x: v128): v128 {
  const y = f32x4.pmin(v128.and(x, i32x4.splat(0x7fffffff)), f32x4.splat(10))
  const y2 = f32x4.add(y, y)
  // Adding 1.5 × 2^23 rounds to an integer and leaves it in the low bits.
  const shifted = f32x4.add(f32x4.mul(y2, f32x4.splat(1.4426950216293335)), f32x4.splat(12582912))
  const k = f32x4.sub(shifted, f32x4.splat(12582912))
  const scale = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000))
  // ln 2 in two parts; the first has 16 bits, so that k times it is exact.
  const high = f32x4.sub(y2, f32x4.mul(k, f32x4.splat(0.693145751953125)))
  const r = f32x4.sub(high, f32x4.mul(k, f32x4.splat(1.428606765330187e-6)))
  let q = f32x4.add(f32x4.mul(r, f32x4.splat(0.0013882521307095885)), f32x4.splat(0.008366520516574383))
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.04166720062494278))
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.1666654348373413))
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.4999999701976776))
  const m = f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q))
  const t = f32x4.add(f32x4.mul(scale, m), f32x4.sub(scale, f32x4.splat(1)))
  const size = f32x4.div(t, f32x4.add(t, f32x4.splat(2)))
  return v128.or(size, v128.and(x, i32x4.splat(0x80000000)))
}

/**
 * e^x; error below 0.51 ulp, exp(0) = 1, exp(-∞) = 0, overflow gives ∞, underflow rounds through the subnormals to 0.
 * In float64: x = k ln 2 + r, the Taylor polynomial of degree 8 at |r| ≤ ln 2 / 2 (error 2e-10), times 2^k.
 */
export function exp(x: f32): f32 {
  if (Number.isNaN(x)) return x
  const y = min(max(<f64>x, -150), 150)
  const k = nearest(y * Math.LOG2E)
  const r = y - k * Math.LN2
  let p = 1.0 / 40320.0
  p = p * r + 1.0 / 5040.0
  p = p * r + 1.0 / 720.0
  p = p * r + 1.0 / 120.0
  p = p * r + 1.0 / 24.0
  p = p * r + 1.0 / 6.0
  p = p * r + 0.5
  p = p * r + 1
  p = p * r + 1
  return <f32>(p * reinterpret<f64>((<i64>k + 1023) << 52))
}

/**
 * Natural logarithm; error below 0.51 ulp, log(1) = 0, log(0) = -∞, log(∞) = ∞, NaN below 0.
 * In float64: x = 2^k m with √½ ≤ m < √2, log m = 2 artanh s, s = (m - 1) / (m + 1), to s¹¹ (error 5e-11).
 */
export function log(x: f32): f32 {
  if (!(x > 0)) return x === 0 ? -Infinity : f32.NaN
  if (x === Infinity) return x
  // Subtracting the leading bits of √½ turns the exponent into k.
  const bits = reinterpret<i64>(<f64>x)
  const k = (bits - ((<i64>0x3fe6a000) << 32)) >> 52
  const m = reinterpret<f64>(bits - (k << 52))
  const s = (m - 1) / (m + 1)
  const z = s * s
  let p = z / 11 + 1.0 / 9.0
  p = p * z + 1.0 / 7.0
  p = p * z + 1.0 / 5.0
  p = p * z + 1.0 / 3.0
  return <f32>(<f64>k * Math.LN2 + 2 * (s + s * z * p))
}
