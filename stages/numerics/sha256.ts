/**
 * SHA-256 of a byte string, synchronous and free of `node:` modules, so that any kernel may derive keys from names.
 * Source: NIST FIPS 180-4, sections 4.1.2 (functions), 4.2.2 (constants), 5.1.1 (padding), 5.3.3 and 6.2.2
 * (compression). Words are 32-bit and big-endian; sums are modulo 2³².
 */

/** First 32 bits of the fraction of v: the form in which the standard draws its constants from roots of primes. */
const fractionBits = (v: number): number => (v - Math.floor(v)) * 0x1_0000_0000

/** ∛p for 2 ≤ p < 343 by Newton's iteration from above. The 35 bits needed lie well inside float64's 53. */
function cubeRoot(p: number): number {
  let x = 7
  for (let i = 0; i < 20; i++) x -= (x - p / (x * x)) / 3
  return x
}

const primes: number[] = []
for (let p = 2; primes.length < 64; p++) if (primes.every((q) => p % q !== 0)) primes.push(p)

/** Typed arrays truncate to whole 32-bit words. */
const roundConstants = Uint32Array.from(primes, (p) => fractionBits(cubeRoot(p)))
const initialHash = Uint32Array.from(primes.slice(0, 8), (p) => fractionBits(Math.sqrt(p)))

const rotate = (x: number, k: number): number => (x >>> k) | (x << (32 - k))

/** The message, a one bit, zeros, and its length in bits, filled up to a whole number of 64-byte blocks. */
function padded(message: Uint8Array): DataView {
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  bytes.set(message)
  bytes[message.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setUint32(bytes.length - 8, Math.floor(message.length / 0x2000_0000))
  view.setUint32(bytes.length - 4, message.length << 3)
  return view
}

/** Folds one block, already expanded to 64 words `w`, into the eight words of `hash`. */
function compress(hash: Uint32Array, w: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants[i]! + w[i]!) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  const state = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i++) hash[i]! += state[i]!
}

/** Digest of `message` (any length) as eight 32-bit words, most significant first. */
export function sha256(message: Uint8Array): Uint32Array {
  const blocks = padded(message)
  const hash = initialHash.slice()
  const w = new Uint32Array(64)
  for (let start = 0; start < blocks.byteLength; start += 64) {
    for (let i = 0; i < 16; i++) w[i] = blocks.getUint32(start + 4 * i)
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1
    }
    compress(hash, w)
  }
  return hash
}
