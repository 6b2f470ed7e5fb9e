/**
 * Distance of two floating-point numbers in units in the last place: how many steps from one representable number to the
 * next lie between them. Numbers are laid out on a line by sign and magnitude of their bits (IEEE 754-2019, 3.4), on which -0
 * and 0 are one point, and ±∞ the neighbours of the largest finite numbers. A NaN is at no distance from a NaN, and
 * infinitely far from every number.
 */
const f64 = new Float64Array(2)
const u64 = new Uint32Array(f64.buffer)
const f32 = new Float32Array(2)
const u32 = new Uint32Array(f32.buffer)
/** Index of the half of a float64 that holds its sign. */
const [hi, lo] = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? [1, 0] : [0, 1]

const magnitude = 0x7fffffff

/** Steps of float64 between a and b: exact below 2⁵³, and correctly rounded above. */
export function ulps64(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Number.POSITIVE_INFINITY
  f64[0] = a
  f64[1] = b
  const signA = u64[hi]! > magnitude ? -1 : 1
  const signB = u64[2 + hi]! > magnitude ? -1 : 1
  // Both halves are exact: only their sum is rounded, once.
  const high = signA * (u64[hi]! & magnitude) - signB * (u64[2 + hi]! & magnitude)
  return Math.abs(high * 2 ** 32 + (signA * u64[lo]! - signB * u64[2 + lo]!))
}

/** Steps of float32 between a and b, which are rounded to float32 first: exact. */
export function ulps32(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Number.POSITIVE_INFINITY
  f32[0] = a
  f32[1] = b
  const [x, y] = [u32[0]!, u32[1]!]
  return Math.abs((x > magnitude ? magnitude + 1 - x : x) - (y > magnitude ? magnitude + 1 - y : y))
}
