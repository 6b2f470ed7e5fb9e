/**
 * Random numbers that are the same on every machine, in every order, for ever.
 *
 * A stream is named by a seed and a path, for example `stream(7, "train", "epoch", 3)`. SHA-256 of the name gives 128
 * bits: 64 are the key of Philox4x32-10, 64 the upper half of its counter; the lower half counts blocks of four words.
 * Hence two streams share nothing, whichever is used first, and block i is a pure function of (name, i).
 *
 * Source: Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3, section 3.3 (Philox).
 */
import { log } from "./elementary.ts"
import { sha256 } from "./sha256.ts"

const multiplier0 = 0xd251_1f53
const multiplier1 = 0xcd9e_8d57
const weyl0 = 0x9e37_79b9
const weyl1 = 0xbb67_ae85

/** Upper 32 bits of the product of two unsigned 32-bit integers, from 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff
  const a1 = a >>> 16
  const b0 = b & 0xffff
  const b1 = b >>> 16
  const middle = (Math.imul(a1, b0) >>> 0) + (Math.imul(a0, b0) >>> 16)
  const carry = (Math.imul(a0, b1) >>> 0) + (middle & 0xffff)
  return (Math.imul(a1, b1) + (middle >>> 16) + (carry >>> 16)) >>> 0
}

/**
 * One block of Philox4x32-10: writes four random words to `out[at..at+3]`.
 * Each of the ten rounds maps (c₀,c₁,c₂,c₃) to (hi(M₁c₂)⊕c₁⊕k₀, lo(M₁c₂), hi(M₀c₀)⊕c₃⊕k₁, lo(M₀c₀)) and then adds the
 * Weyl constants to the key (k₀,k₁).
 */
export function philox4x32(
  k0: number,
  k1: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  out: Uint32Array,
  at: number,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(c0, multiplier0)
    const high1 = multiplyHigh(c2, multiplier1)
    const low0 = Math.imul(c0, multiplier0)
    const low1 = Math.imul(c2, multiplier1)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + weyl0) | 0
    k1 = (k1 + weyl1) | 0
  }
  out[at] = c0
  out[at + 1] = c1
  out[at + 2] = c2
  out[at + 3] = c3
}

/** One element of a stream's name. Numbers are finite; -0 is 0. */
export type PathElement = string | number

/**
 * Name of a stream as bytes: a domain tag, then each element as type tag, length and contents, so that no two paths
 * collide: ("a","b") ≠ ("ab"), 1 ≠ "1". Strings are UTF-16 code units, numbers float64, all little-endian.
 */
function encodePath(path: readonly PathElement[]): Uint8Array {
  const bytes: number[] = []
  const append = (tag: string, length: number, write: (view: DataView) => void): void => {
    const view = new DataView(new ArrayBuffer(length))
    write(view)
    bytes.push(tag.charCodeAt(0), length & 0xff, (length >>> 8) & 0xff, (length >>> 16) & 0xff, length >>> 24)
    bytes.push(...new Uint8Array(view.buffer))
  }
  for (const element of ["rnn/stream/v1", ...path])
    if (typeof element === "number") append("n", 8, (view) => view.setFloat64(0, element + 0, true))
    else
      append("s", 2 * element.length, (view) => {
        for (let i = 0; i < element.length; i++) view.setUint16(2 * i, element.charCodeAt(i), true)
      })
  return Uint8Array.from(bytes)
}

/** Any array whose elements can be swapped. */
export interface Swappable<T> {
  readonly length: number
  [index: number]: T
}

const bufferedWords = 64

/**
 * A sequence of random numbers. Its only state is its position: nothing else is remembered between calls, so equal
 * calls in equal order give equal numbers. The period is 2⁶⁶ words.
 */
export class RandomStream {
  readonly #identity: Uint32Array
  readonly #words = new Uint32Array(bufferedWords)
  #used = bufferedWords
  #block = 0

  /** `identity` holds four words, which select one of 2¹²⁸ streams; `stream` derives them from a name. */
  constructor(identity: Uint32Array) {
    this.#identity = identity
  }

  #refill(): void {
    const [key0, key1, upper0, upper1] = this.#identity
    for (let at = 0; at < bufferedWords; at += 4) {
      const high = Math.floor(this.#block / 0x1_0000_0000)
      philox4x32(key0!, key1!, this.#block, high, upper0!, upper1!, this.#words, at)
      this.#block++
    }
    this.#used = 0
  }

  /** Uniform integer in [0, 2³²). */
  u32(): number {
    if (this.#used === bufferedWords) this.#refill()
    return this.#words[this.#used++]!
  }

  /** Uniform multiple of 2⁻⁵³ in [0, 1), from two words: 27 bits of the first, 26 of the second. */
  uniform(): number {
    const upper = this.u32() >>> 5
    return (upper * 0x400_0000 + (this.u32() >>> 6)) / 0x20_0000_0000_0000
  }

  /** Uniform integer in [0, n), 1 ≤ n < 2³², without bias. Source: Lemire 2019, Fast random integer generation. */
  integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 0xffff_ffff))
      throw new RangeError(`integer(${n}): 1 ≤ n < 2³² expected`)
    const rejected = 0x1_0000_0000 % n
    for (;;) {
      const word = this.u32()
      if (Math.imul(word, n) >>> 0 >= rejected) return multiplyHigh(word, n)
    }
  }

  /**
   * Standard normal deviate by the polar method (Marsaglia & Bray 1964): u√(-2 ln(s)/s) with (u, v) uniform in the unit
   * disc and s = u² + v². Its twin, v in place of u, is thrown away, so that no state is kept; `fillNormal` uses both.
   */
  normal(): number {
    const pair = new Float64Array(2)
    this.fillNormal(pair, 0, 1)
    return pair[0]!
  }

  /**
   * Fills `out` with N(mean, sd²), rounded to its element type. Deviates come in pairs: filling two arrays of even
   * length in turn equals filling one of the total length; an odd length drops the last twin. |deviate| < 9.4 sd.
   */
  fillNormal(out: Float32Array | Float64Array, mean: number, sd: number): void {
    const last = out.length - 1
    for (let i = 0; i <= last; i += 2) {
      // Odd multiples of 2⁻³¹ / 2 in (-1, 1): symmetric, and s > 0 without a test.
      let u: number
      let v: number
      let s: number
      do {
        u = ((this.u32() | 0) + 0.5) / 0x8000_0000
        v = ((this.u32() | 0) + 0.5) / 0x8000_0000
        s = u * u + v * v
      } while (s >= 1)
      const scale = sd * Math.sqrt((-2 * log(s)) / s)
      out[i] = mean + scale * u
      if (i < last) out[i + 1] = mean + scale * v
    }
  }

  /** Fills `out` with uniform numbers from lo to hi, rounded to its element type; hi itself comes by rounding only. */
  fillUniform(out: Float32Array | Float64Array, lo: number, hi: number): void {
    for (let i = 0; i < out.length; i++) out[i] = lo + (hi - lo) * this.uniform()
  }

  /** Puts `array` in random order, in place, every order being equally likely (Fisher-Yates). Returns nothing. */
  shuffle<T>(array: Swappable<T>): void {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const kept = array[i]!
      array[i] = array[j]!
      array[j] = kept
    }
  }

  /** The numbers 0 … n-1 in random order. */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i)
    this.shuffle(order)
    return order
  }
}

/**
 * The random stream named by `seed` (a non-negative safe integer) and `path`. Equal names give equal streams, different
 * names independent ones. RangeError: seed out of range, or a number in the path that is not finite.
 */
export function stream(seed: number, ...path: readonly PathElement[]): RandomStream {
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new RangeError(`seed ${seed}: non-negative safe integer expected`)
  const unnamed = path.find((element) => typeof element === "number" && !Number.isFinite(element))
  if (unnamed !== undefined) throw new RangeError(`stream path: ${unnamed} is not finite`)
  return new RandomStream(sha256(encodePath([seed, ...path])))
}
