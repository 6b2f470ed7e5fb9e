/** Maps h ← F(h) together with their derivative, and the free network as one. */
import { tanh } from "./elementary.ts"
import type { Activation, Weights } from "./kernel/network.ts"
import { copyPadded, openLinear, padded } from "./linear/linear.ts"

/** A differentiable map of n coordinates to themselves. */
export interface TangentMap {
  readonly n: number
  /**
   * h ← F(h), and each row v of V ← J v with J = ∂F/∂h at the h before; both in place. h: n; V: k × n, row-major, k ≥ 0:
   * an empty V is a plain step.
   */
  advance(h: Float64Array, V: Float64Array): void
}

/**
 * The network without input: F(h) = φ(R h + b1), J = diag(φ') R, where φ' = 1 - F(h)² for tanh and 1 for the identity.
 *
 * float64 throughout; the state and the vectors pass through R together. R is copied into a memory of its own, so maps
 * of many networks can be in use at a time. R: n × n, from unit j to unit i at i·n + j; b1: n.
 */
export function freeNetwork({ R, b1 }: Pick<Weights, "R" | "b1">, activation: Activation): TangentMap {
  const n = b1.length
  if (R.length !== n * n) throw new RangeError(`R has ${R.length} entries, not n² for n = ${n}`)
  const shape = { rows: padded(n, 4), stride: padded(n, 8) }
  let room = open(R, n, { ...shape, vectors: 1 })
  return {
    n,
    advance(h, V) {
      const vectors = 1 + V.length / n
      if (vectors > room.vectors) room = open(R, n, { ...shape, vectors })
      const { kernels, entries, X, Z } = room
      copyPadded(X, h, { N: 1, n, stride: shape.stride })
      copyPadded(X.subarray(shape.stride), V, { N: vectors - 1, n, stride: shape.stride })
      kernels.scores(entries.byteOffset, X.byteOffset, Z.byteOffset, shape.rows, shape.stride, vectors)
      for (let i = 0, at = 0; i < n; i++) {
        const input = Z[at++]! + b1[i]!
        const next = activation === "tanh" ? tanh(input) : input
        // (1 - h)(1 + h) keeps the digits that 1 - h² loses near saturation.
        const slope = activation === "tanh" ? (1 - next) * (1 + next) : 1
        h[i] = next
        for (let v = i; v < V.length; v += n) V[v] = slope * Z[at++]!
      }
    },
  }
}

/** Memory with R, room for `vectors` rows X, and for their products Z = R Xᵀ, rows × vectors. */
function open(R: Float32Array, n: number, { rows, stride, vectors }: Record<"rows" | "stride" | "vectors", number>) {
  const { kernels, reserve } = openLinear()
  const { entries, X, Z } = reserve({ entries: rows * stride, X: vectors * stride, Z: rows * vectors })
  copyPadded(entries, R, { N: n, n, stride })
  return { kernels, entries, X, Z, vectors }
}
