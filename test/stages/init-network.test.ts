import { EigenvalueDecomposition, Matrix } from "ml-matrix"
import { expect, test } from "vitest"
import initNetwork from "../../stages/init-network.ts"
import { decode, run } from "./rig.ts"

const perturbed = { scheme: "perturbed-identity", n: 40, d: 10, g: 20, seed: 3 } as const

const matricesOf = async (params: (typeof initNetwork.params)["Encoded"]) => {
  const { weights } = await run(initNetwork, params, {})
  const { R, U, W, b1, b2 } = weights.columns
  return { R: R.values, U: U.values, W: W.values, b1: b1.values, b2: b2.values, length: weights.length }
}

function rms(values: ArrayLike<number>) {
  let square = 0
  for (let i = 0; i < values.length; i++) square += values[i]! ** 2
  return Math.sqrt(square / values.length)
}

test("R = (1 - ε) I + ε J with J of variance g² / n, biases 0", async () => {
  const { R, W, b1, b2, length } = await matricesOf({ ...perturbed, n: 100, epsilon: 0.02 })
  expect(length).toBe(1)
  const J = Array.from(R, (r, at) => (r - (at % 101 === 0 ? 0.98 : 0)) / 0.02)
  expect(rms(J)).toBeGreaterThan(1.95)
  expect(rms(J)).toBeLessThan(2.05)
  expect(rms(W)).toBeCloseTo(0.03, 2)
  expect([W.length, b1, b2]).toEqual([200, new Float32Array(100), new Float32Array(2)])
})

test("networks of one seed differ in g alone by a factor of J, and not in U and W", async () => {
  const [low, high] = await Promise.all([matricesOf(perturbed), matricesOf({ ...perturbed, g: 250 })])
  low.R.forEach((r, at) => {
    const eye = at % 41 === 0 ? 0.99 : 0
    expect((high.R[at]! - eye) / 12.5).toBeCloseTo(r - eye, 6)
  })
  expect(high.U).toEqual(low.U)
  expect(high.W).toEqual(low.W)
  expect((await matricesOf({ ...perturbed, d: 5 })).R).toEqual(low.R)
})

test("U has orthogonal columns of one length: mean |entry| 1/√d, or 1 by `unit`", async () => {
  const gram = (U: Float32Array, j: number, k: number) => {
    let sum = 0
    for (let i = 0; i < 40; i++) sum += U[10 * i + j]! * U[10 * i + k]!
    return sum
  }
  const { U } = await matricesOf(perturbed)
  expect(U.reduce((sum, u) => sum + Math.abs(u), 0) / 400).toBeCloseTo(1 / Math.sqrt(10), 6)
  const unit = (await matricesOf({ ...perturbed, inputGain: "unit" })).U
  for (let j = 0; j < 10; j++)
    for (let k = 0; k <= j; k++) {
      expect(gram(unit, j, k)).toBeCloseTo(j === k ? 1 : 0, 6)
      expect(gram(U, j, k)).toBeCloseTo(j === k ? gram(U, 0, 0) : 0, 5)
    }
})

test("rescaleSpectralRadius: the spectral radius of J is g", async () => {
  const { R } = await matricesOf({ ...perturbed, rescaleSpectralRadius: true })
  const J = Matrix.from1DArray(
    40,
    40,
    Array.from(R, (r, at) => (r - (at % 41 === 0 ? 0.99 : 0)) / 0.01),
  )
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(J)
  expect(Math.max(...realEigenvalues.map((re, k) => Math.hypot(re, imaginaryEigenvalues[k]!)))).toBeCloseTo(20, 4)
})

test("uniform: every weight in ±1/√n, all over the range", async () => {
  const { R, U, W } = await matricesOf({ scheme: "uniform", n: 25, d: 4, classes: 3, seed: 0 })
  expect([R.length, U.length, W.length]).toEqual([625, 100, 75])
  for (const values of [R, U, W]) {
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.2)
    expect(rms(values)).toBeCloseTo(0.2 / Math.sqrt(3), 1)
  }
  expect(R.subarray(0, 75)).not.toEqual(W)
})

test("the same seed gives the same bits", async () => {
  expect(await matricesOf(perturbed)).toEqual(await matricesOf(perturbed))
})

test("g <= 0 and d > n are refused with a sentence", () => {
  expect(() => decode(initNetwork.params, { ...perturbed, g: 0 })).toThrow("expected a number > 0")
  expect(() => decode(initNetwork.params, { ...perturbed, d: 41 })).toThrow(
    "d = 41 inputs cannot be mapped to n = 40 units by orthonormal columns: expected d <= n",
  )
})
