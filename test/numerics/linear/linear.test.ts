import { describe, expect, it } from "vitest"
import { copyPadded, openLinear } from "../../../stages/numerics/linear/linear.ts"
import { stream } from "../../../stages/numerics/random.ts"

const random = stream(6, "linear")
const normals = (length: number) => Float64Array.from({ length }, () => random.normal())

describe("memory", () => {
  it("is reserved in separate buffers on cache lines, and grows", () => {
    const { reserve } = openLinear()
    const { a, b } = reserve({ a: 9, b: 100_000 })
    a.fill(1)
    b.fill(2)
    expect([...a, b[0], b[99_999]]).toEqual([...Array(9).fill(1), 2, 2])
    expect([a.byteOffset % 64, b.byteOffset % 64]).toEqual([0, 0])
  })

  it("is padded with zeros", () => {
    const target = new Float64Array(12).fill(9)
    copyPadded(target, Float32Array.of(1, 2, 3, 4, 5, 6), { N: 2, n: 3, stride: 4 })
    expect([...target]).toEqual([1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0, 0])
  })
})

describe("products", () => {
  it.each([1, 2, 5])("Z = X Wᵀ and G = Rᵀ X for %i rows of W", (k) => {
    const [N, n] = [68, 16]
    const { kernels, reserve } = openLinear()
    const { X, W, Z, G } = reserve({ X: N * n, W: k * n, Z: N * k, G: k * n })
    X.set(normals(N * n))
    W.set(normals(k * n))
    kernels.scores(X.byteOffset, W.byteOffset, Z.byteOffset, N, n, k)
    for (let i = 0; i < N; i++)
      for (let c = 0; c < k; c++) {
        let z = 0
        for (let j = 0; j < n; j++) z += X[i * n + j]! * W[c * n + j]!
        expect(Z[i * k + c]).toBeCloseTo(z, 12)
      }
    G.fill(Number.NaN)
    kernels.scoresGradient(Z.byteOffset, X.byteOffset, G.byteOffset, N, n, k)
    for (let c = 0; c < k; c++)
      for (let j = 0; j < n; j++) {
        let g = 0
        for (let i = 0; i < N; i++) g += Z[i * k + c]! * X[i * n + j]!
        expect(G[c * n + j]).toBeCloseTo(g, 11)
      }
  })
})

describe("factoriseCholesky", () => {
  it.each([1, 2, 5, 8, 23])("L Lᵀ = A and A u = v for n = %i", (n) => {
    const { kernels, reserve } = openLinear()
    const { L, v } = reserve({ L: n * n, v: n })
    const B = normals(n * n)
    const A = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n]
      return B.subarray(0, n).reduce((sum, _, k) => sum + B[i * n + k]! * B[j * n + k]!, i === j ? 1 : 0)
    })
    L.set(A)
    kernels.factoriseCholesky(L.byteOffset, n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0
        for (let k = 0; k <= j; k++) sum += L[i * n + k]! * L[j * n + k]!
        expect(sum).toBeCloseTo(A[i * n + j]!, 11)
      }
    const right = normals(n)
    v.set(right)
    kernels.solveCholesky(L.byteOffset, n, v.byteOffset)
    for (let i = 0; i < n; i++) expect(v.reduce((sum, u, j) => sum + A[i * n + j]! * u, 0)).toBeCloseTo(right[i]!, 9)
  })

  it("stays finite for a singular matrix", () => {
    const { kernels, reserve } = openLinear()
    const { L, v } = reserve({ L: 4, v: 2 })
    L.set([1, 1, 1, 1])
    kernels.factoriseCholesky(L.byteOffset, 2)
    expect([L[0], L[2], L[3]]).toEqual([1, 1, 1])
    v.set([2, 2])
    kernels.solveCholesky(L.byteOffset, 2, v.byteOffset)
    expect([...v]).toEqual([2, 0])
  })
})

describe("exponential and logarithm", () => {
  it("exp agrees with Math.exp to 4e-16, to 3e-308 at and below -708", () => {
    const { kernels, reserve } = openLinear()
    const { d, weights, sums } = reserve({ d: 2002, weights: 2002, sums: 3 })
    d.forEach((_, j) => {
      d[j] = j < 1000 ? j * 0.7 : (j - 1000) * 1e-3
    })
    d[2000] = 1e9
    kernels.gaussian(d.byteOffset, weights.byteOffset, 2001, 1, sums.byteOffset)
    for (let j = 0; j < 2000; j++) {
      const exact = Math.exp(-d[j]!)
      expect(Math.abs(weights[j]! - exact)).toBeLessThan(4e-16 * exact)
    }
    expect(weights[2000]).toBeLessThan(4e-308)
    expect(weights[2001]).toBe(0)
  })

  it("log agrees with Math.log, through the divergence of two points", () => {
    const { kernels, reserve } = openLinear()
    const { P, y, sums } = reserve({ P: 4, y: 4, sums: 1 })
    for (const p of [1e-300, 1e-20, 0.3, 0.7, 0.71, 0.99, 1, 1.4, 1.5, 2, 1e20]) {
      P.set([0, p, p, 0])
      y.set([0, 3, 0, 4])
      const sum = kernels.crossEntropy(P.byteOffset, y.byteOffset, 2, 2, sums.byteOffset)
      expect(Math.abs(sum / (2 * p) - Math.log(26 * p))).toBeLessThan(1e-15 * Math.max(1, Math.abs(Math.log(26 * p))))
      expect(sums[0]).toBeCloseTo(2 / 26, 15)
    }
  })
})
