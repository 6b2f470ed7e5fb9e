/**
 * Elementary functions of float64 that give the same bits on every machine: only + - × ÷ √ and bit patterns are used,
 * which IEEE 754 fixes, whereas an engine's own Math.exp and the like may differ in the last bit.
 *
 * Method: subtract a multiple of a constant held in parts (its head has trailing zeros, so that products with small
 * integers are exact), expand what is left in its Taylor series, and add the small corrections before the large terms.
 * Errors are stated in ulp, units in the last place of the result; tests compare with 60 digits. NaN gives NaN.
 *
 * Source of the method: Muller 2016, Elementary functions, 3rd edition, chapters 11 (reduction) and 3 (polynomials).
 */

/** Constants c = head + tail (+ rest), each rounded from 100 digits. */
const ln2Head = 0.6931471803691238 // 32 bits
const ln2Tail = 1.9082149292705877e-10
const halfPiHead = 1.5707963267923333 // 38 bits
const halfPiTail = 2.5633441515839558e-12 // 38 bits
const halfPiRest = 1.0562999066987428e-23
const piTail = 1.2246467991473532e-16
/** arctan(i/8), and what its rounding leaves, i = 0 … 8. */
const arctanHead = [
  0, 0.12435499454676144, 0.24497866312686414, 0.35877067027057225, 0.4636476090008061, 0.5585993153435624,
  0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
] as const
const arctanTail = [
  0, -3.1253241424539383e-18, 1.0698755618734451e-17, -2.4623815582638635e-17, 2.2698777452961687e-17,
  -5.4556305485916264e-18, 1.5834785051444286e-17, -2.1478388444456983e-17, 3.061616997868383e-17,
] as const

/** One number seen as a float64 and as its two 32-bit halves; `upper` finds the half with sign and exponent. */
const float = new Float64Array(1)
const halves = new Int32Array(float.buffer)
float[0] = 1
const upper = halves[1] === 0 ? 0 : 1

/** 2ᵏ for -1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  halves[1 - upper] = 0
  halves[upper] = (k + 1023) << 20
  return float[0]!
}

/** y·2ᵏ for |k| ≤ 2044, rounded once: the first product is exact for y near 1. */
function scale(y: number, k: number): number {
  if (k >= -1021 && k <= 1023) return y * powerOfTwo(k)
  return k > 0 ? y * powerOfTwo(1023) * powerOfTwo(k - 1023) : y * powerOfTwo(k + 1022) * powerOfTwo(-1022)
}

/** e^r - 1 for |r| ≤ .36 as r + (r² Σ rⁱ/(i+2)! + correction), so that only the last sum rounds visibly. */
function expm1Reduced(r: number, correction: number): number {
  const z = r * r
  const even = 1 / 2 + z * (1 / 24 + z * (1 / 720 + z * (1 / 40320 + z * (1 / 3628800 + z / 479001600))))
  const odd = 1 / 6 + z * (1 / 120 + z * (1 / 5040 + z * (1 / 362880 + z * (1 / 39916800 + z / 6227020800))))
  return r + (z * (even + r * odd) + correction)
}

/** e^(x + correction) for a correction of about an ulp of x. */
function expOfSum(x: number, correction: number): number {
  if (!(x > -746)) return x <= -746 ? 0 : x
  if (x > 710) return Number.POSITIVE_INFINITY
  const k = Math.round(x * Math.LOG2E)
  const head = x - k * ln2Head
  const tail = k * ln2Tail - correction
  const r = head - tail
  return scale(1 + expm1Reduced(r, head - r - tail), k)
}

/** eˣ within 1 ulp. Underflows through the subnormals to 0 below -745.13, overflows to ∞ above 709.78. */
export function exp(x: number): number {
  return expOfSum(x, 0)
}

/** eˣ - 1 within 2 ulp, also for small x. -1 from -37.5 downwards. */
export function expm1(x: number): number {
  if (Math.abs(x) < 1e-16) return x
  if (!(Math.abs(x) < 40)) return x > 0 ? exp(x) : x < 0 ? -1 : x
  const k = Math.round(x * Math.LOG2E)
  const head = x - k * ln2Head
  const r = head - k * ln2Tail
  const power = powerOfTwo(k)
  return power * expm1Reduced(r, head - r - k * ln2Tail) + (power - 1)
}

/** x = 2ᵏ m with √½ ≤ m < √2 (about), for positive finite x. Returns k and leaves m in `float`. */
function splitExponent(x: number): number {
  const subnormal = x < 2.2250738585072014e-308
  float[0] = subnormal ? x * 18014398509481984 : x
  // .41 of the mantissa's range belongs below the split at √2: adding its complement carries into the exponent.
  const k = ((halves[upper]! + 0x9_5f62) >> 20) - 1023
  halves[upper]! -= k << 20
  return subnormal ? k - 54 : k
}

/** Σ 2zⁱ/(2i+5): with z = s², 2 artanh(s) = 2s + s·z·(2/3 + z·artanhTail(z)) for |s| ≤ .172. */
const artanhTail = (z: number): number =>
  2 / 5 +
  z *
    (2 / 7 +
      z *
        (2 / 9 +
          z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21 + (z * 2) / 23))))))))

/** ln x within 1 ulp. ln 0 = -∞; negative x gives NaN. */
export function log(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN
  const k = splitExponent(x)
  const f = float[0]! - 1
  // ln(1+f) = 2 artanh(s) with s = f/(2+f), and 2s = f - s·f: only f, which is exact, enters at full size.
  const s = f / (2 + f)
  const z = s * s
  const rest = z * (2 / 3 + z * artanhTail(z))
  return k * ln2Head + (f - (s * (f - rest) - k * ln2Tail))
}

/** ln(1 + x) within 2 ulp, also for small x. ln(1 - 1) = -∞; x < -1 gives NaN. */
export function log1p(x: number): number {
  const u = 1 + x
  if (u === 1) return x
  return u > 0 && u < Number.POSITIVE_INFINITY ? log(u) + (x - (u - 1)) / u : log(u)
}

/** a·b - fl(a·b), exactly, for |a|, |b| < 2⁹⁹⁰ and no underflow. Source: Dekker 1971. */
function productError(a: number, b: number): number {
  const aHead = a * 134217729 - (a * 134217729 - a)
  const bHead = b * 134217729 - (b * 134217729 - b)
  const aTail = a - aHead
  const bTail = b - bHead
  return aTail * bTail - (a * b - aHead * bHead - aTail * bHead - aHead * bTail)
}

/** ln x = head + tail with relative error about 2⁻⁶⁴, for positive finite x: `log` with each large term in two parts. */
function logInParts(x: number): readonly [head: number, tail: number] {
  const k = splitExponent(x)
  const f = float[0]! - 1
  const d = 2 + f
  const s = f / d
  const sTail = (f - s * d - productError(s, d) - s * (f - (d - 2))) / d
  const z = s * s
  const zTail = productError(s, s) + 2 * s * sTail
  const beyond = z * artanhTail(z)
  const q = 2 / 3 + beyond
  const qTail = 2 / 3 - q + beyond + 3.700743415417188e-17 // 2/3 - fl(2/3)
  const zq = z * q
  const zqTail = productError(z, q) + zTail * q + z * qTail
  const cubic = s * zq
  const cubicTail = productError(s, zq) + sTail * zq + s * zqTail
  const a = k * ln2Head
  const b = a + 2 * s
  const c = b + cubic
  const tail = a - b + 2 * s + (b - c + cubic) + (2 * sTail + cubicTail + k * ln2Tail)
  return [c + tail, c - (c + tail) + tail]
}

/**
 * x^y within 1 ulp, exact where the result is a float64. Negative x takes whole y; another y gives NaN.
 * x⁰ = 1 and 1^y = 1 for every x and y; 0 and ∞ follow the limits.
 */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1
  if (x < 0 && Number.isInteger(y)) return y % 2 === 0 ? pow(-x, y) : -pow(-x, y)
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return x >= 0 ? exp(y * log(x)) : Number.NaN
  const [head, tail] = logInParts(x)
  const product = y * head
  if (!(Math.abs(product) < 750)) return exp(product)
  return expOfSum(product, productError(y, head) + y * tail)
}

/** tanh x = (e²ˣ - 1)/(e²ˣ + 1) within 2.5 ulp, odd, and ±1 beyond 22. */
export function tanh(x: number): number {
  if (!(Math.abs(x) < 22)) return Math.sign(x)
  const t = expm1(2 * Math.abs(x))
  return x < 0 ? -t / (t + 2) : x === 0 ? x : t / (t + 2)
}

/** sin(x + shift·π/2) for whole `shift`. */
function sine(x: number, shift: number): number {
  if (!Number.isFinite(x)) return Number.NaN
  if (Math.abs(x) > 32768) throw new RangeError(`sin or cos of ${x}: reduce angles to |x| ≤ 32768 first`)
  const n = Math.round(x * (2 / Math.PI))
  const a = x - n * halfPiHead
  const b = n * halfPiTail
  const rest = a - (a - b) - b - n * halfPiRest
  const r = a - b + rest
  const correction = a - b - r + rest
  const z = r * r
  const quadrant = n + shift
  const value = (quadrant & 1) === 0 ? sineReduced(r, z, correction) : cosineReduced(r, z, correction)
  return (quadrant & 2) === 0 ? value : -value
}

/** sin(r + correction) for |r| ≤ π/4, z = r². */
function sineReduced(r: number, z: number, correction: number): number {
  const high = 1 / 39916800 - z * (1 / 6227020800 - z * (1 / 1307674368000 - z / 355687428096000))
  const series = 1 / 6 - z * (1 / 120 - z * (1 / 5040 - z * (1 / 362880 - z * high)))
  return r + (correction * (1 - z / 2) - r * z * series)
}

/** cos(r + correction) for |r| ≤ π/4, z = r². */
function cosineReduced(r: number, z: number, correction: number): number {
  const high = 1 / 3628800 - z * (1 / 479001600 - z * (1 / 87178291200 - z / 20922789888000))
  const series = 1 / 24 - z * (1 / 720 - z * (1 / 40320 - z * high))
  const head = 1 - z / 2
  return head + (1 - head - z / 2 + (z * z * series - r * correction))
}

/** sin x within 1 ulp for |x| ≤ 32768, x in radians. ±∞ gives NaN. RangeError beyond. */
export function sin(x: number): number {
  return Math.abs(x) < 1e-8 ? x : sine(x, 0)
}

/** cos x within 1 ulp for |x| ≤ 32768, x in radians. ±∞ gives NaN. RangeError beyond. */
export function cos(x: number): number {
  return sine(x, 1)
}

/** arctan(y/x) for 0 ≤ y ≤ x as a head and a tail: the angle of i/8, the nearest of nine, plus a short series. */
function firstOctant(y: number, x: number): readonly [head: number, tail: number] {
  if (x === 0) return [0, 0]
  if (x === Number.POSITIVE_INFINITY) return y === x ? [arctanHead[8], arctanTail[8]] : [0, 0]
  const rescale = x > 1e300 ? 1 / 1024 : x < 1e-280 ? 0x1000_0000_0000_0000 : 1 // powers of two
  const [a, b] = [y * rescale, x * rescale]
  const i = Math.round((8 * a) / b)
  const u = (a - (i / 8) * b) / (b + (i / 8) * a)
  const z = u * u
  const series = 1 / 3 - z * (1 / 5 - z * (1 / 7 - z * (1 / 9 - z * (1 / 11 - z / 13))))
  return [arctanHead[i]!, arctanTail[i]! - u * z * series + u]
}

/** Angle of the point (x, y) in [-π, π] within 2 ulp, with the signs of zeros and the infinities of IEEE 754's atan2. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  const [up, along] = [Math.abs(y), Math.abs(x)]
  let [head, tail] = up > along ? firstOctant(along, up) : firstOctant(up, along)
  if (up > along) [head, tail] = [Math.PI / 2 - head, piTail / 2 - tail]
  if (x < 0 || Object.is(x, -0)) [head, tail] = [Math.PI - head, piTail - tail]
  const angle = head + tail
  return y < 0 || Object.is(y, -0) ? -angle : angle
}

/** ln Σ exp(xᵢ), without overflow: the largest xᵢ is taken out first. -∞ for no values; NaN if any is NaN. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!)
  if (!Number.isFinite(largest)) return largest
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += exp(values[i]! - largest)
  return largest + log(sum)
}
