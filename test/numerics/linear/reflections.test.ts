import { describe, expect, it } from "vitest"
import { openLinear } from "../../../stages/numerics/linear/linear.ts"
import { stream } from "../../../stages/numerics/random.ts"

const bits = (values: Float64Array) => Buffer.from(values.slice().buffer).toString("hex")

/** What `reflect` computes, as a plain loop: its sums in its order. */
function plainReflect(A: Float64Array, n: number, i: number, beta: number, w: Float64Array): void {
  const v = A.slice(i * n, i * n + i)
  w.fill(0, 0, i)
  for (let j = 0; j < i; j++) {
    let sum = A[j * n + j]! * v[j]!
    for (let k = 0; k < j; k++) {
      sum += A[j * n + k]! * v[k]!
      w[k]! += A[j * n + k]! * v[j]!
    }
    w[j]! += sum
  }
  let product = 0
  for (let j = 0; j < i; j++) {
    w[j]! *= beta
    product += w[j]! * v[j]!
  }
  for (let j = 0; j < i; j++) w[j]! -= (beta / 2) * product * v[j]!
  for (let j = 0; j < i; j++) for (let k = 0; k <= j; k++) A[j * n + k]! -= v[j]! * w[k]! + w[j]! * v[k]!
}

/** B Bᵀ, n × n, of `rank` columns whose sizes fall by `decay` from one row to the next. */
function symmetric(n: number, rank: number, decay: number): Float64Array {
  const random = stream(7, "reflections", n, rank)
  const B = Float64Array.from({ length: n * rank }, (_, at) => random.normal() * decay ** Math.floor(at / rank))
  const entry = (i: number, j: number) =>
    B.subarray(i * rank, (i + 1) * rank).reduce((sum, b, c) => sum + b * B[j * rank + c]!, 0)
  return Float64Array.from({ length: n * n }, (_, at) => entry(Math.floor(at / n), at % n))
}

describe("reflect", () => {
  const sizes = [...Array.from({ length: 20 }, (_, n) => n + 1), 53, 64]
  const kinds = [
    { kind: "full", rank: (n: number) => n, decay: 1 },
    { kind: "of low rank", rank: (n: number) => Math.ceil(n / 5), decay: 1 },
    { kind: "badly scaled", rank: (n: number) => n, decay: 1e-3 },
  ]
  it.each(sizes.flatMap((n) => kinds.map((kind) => ({ n, ...kind }))))(
    "has the bits of the plain loop, row by row: $n x $n, $kind",
    ({ n, rank, decay }) => {
      const { kernels, reserve } = openLinear()
      const { A, w } = reserve({ A: n * n, w: n })
      A.set(symmetric(n, rank(n), decay))
      w.fill(Number.NaN)
      const plain = { A: A.slice(), w: w.slice() }
      for (let i = n - 1; i > 0; i--) {
        const beta = 1 / A.subarray(i * n, i * n + i).reduce((sum, v) => sum + v * v, 1e-300)
        kernels.reflect(A.byteOffset, n, i, beta, w.byteOffset)
        plainReflect(plain.A, n, i, beta, plain.w)
        expect([bits(A), bits(w)]).toEqual([bits(plain.A), bits(plain.w)])
      }
    },
  )
})

describe("removeFromFollowing", () => {
  it.each([1, 2, 7, 8, 50].flatMap((n) => [0, 1, 3, 4, 9].map((count) => ({ n, count }))))(
    "has the bits of the plain loop, and leaves zeros alone: $count vectors of $n numbers",
    ({ n, count }) => {
      const { kernels, reserve } = openLinear()
      const { vectors } = reserve({ vectors: (1 + count + 3) * n })
      vectors.fill(0)
      stream(8, "vectors", n, count).fillNormal(vectors.subarray(0, (1 + count) * n), 0, 1)
      const expected = vectors.slice()
      for (let x = n; x < (1 + count) * n; x += n) {
        let product = 0
        for (let j = 0; j < n; j++) product += expected[j]! * expected[x + j]!
        for (let j = 0; j < n; j++) expected[x + j]! -= product * expected[j]!
      }
      kernels.removeFromFollowing(vectors.byteOffset, n, count)
      expect(bits(vectors)).toBe(bits(expected))
    },
  )
})
