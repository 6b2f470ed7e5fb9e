import { expect, test } from "vitest"
import { openKernels } from "../../../stages/numerics/kernel/instance.ts"

const COUNT = 1 << 16
const { kernels, buffers } = openKernels({ x: COUNT })

function tanh(values: Float32Array): Float32Array {
  buffers.x.set(values)
  kernels.tanh(COUNT, buffers.x.byteOffset)
  return buffers.x.slice(0, values.length)
}

/** Error of a float32 value in units of its last place at the exact value. */
function ulps(value: number, exact: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(exact))))
  return exact === value ? 0 : Math.abs(value - exact) / 2 ** (exponent - 23)
}

/** Every step-th float32 from 0 to ∞, by bit pattern, in blocks. */
function* positiveFloats(step: number): Generator<Float32Array> {
  for (let bits = 0; bits < 0x7f800000; bits += step * COUNT) {
    const count = Math.min(COUNT, Math.ceil((0x7f800000 - bits) / step))
    yield new Float32Array(Uint32Array.from({ length: count }, (_, i) => bits + i * step).buffer)
  }
}

function largestError(step: number, f: (x: Float32Array) => Float32Array, exact: (x: number) => number): number {
  let worst = 0
  for (const x of positiveFloats(step)) {
    const y = f(x)
    for (let i = 0; i < x.length; i++) worst = Math.max(worst, ulps(y[i]!, exact(x[i]!)))
  }
  return worst
}

test("tanh errs by less than 2.7 ulp on all of float32, never above 1", () => {
  expect(largestError(1511, tanh, Math.tanh)).toBeLessThan(2.7)
  // Densely where reduction and polynomial err most.
  const dense = Float32Array.from({ length: COUNT }, (_, i) => (i * 10) / COUNT)
  const y = tanh(dense)
  expect(Math.max(...Array.from(y, (value, i) => ulps(value, Math.tanh(dense[i]!))))).toBeLessThan(2.7)
  expect(Math.max(...y)).toBe(1)
})

test("tanh is odd to the last bit, exact at 0 and for subnormals, and saturates", () => {
  const x = Float32Array.of(0.1, 0.7, 1, 3, 9.9, 1e-40, 1e-45, 1e38)
  expect(tanh(x.map((value) => -value))).toEqual(tanh(x).map((value) => -value))
  const edges = tanh(Float32Array.of(0, -0, 1e-45, -1e-40, Infinity, -Infinity, Number.NaN, 11))
  expect(edges).toEqual(Float32Array.of(0, -0, 1e-45, -1e-40, 1, -1, Number.NaN, 1))
})

test("exp errs by less than 0.51 ulp from the subnormals to overflow", () => {
  const exp = (sign: number) => (x: Float32Array) => x.map((value) => kernels.exp(sign * value))
  const clipped = (x: number) => Math.min(x, 1000)
  const overflow = (y: number) => (y >= 2 ** 128 - 2 ** 103 ? Infinity : y)
  expect(largestError(3001, exp(1), (x) => overflow(Math.exp(clipped(x))))).toBeLessThan(0.51)
  expect(largestError(3001, exp(-1), (x) => Math.exp(-clipped(x)))).toBeLessThan(0.51)
  expect([0, -0, Infinity, -Infinity, 89, -104].map(kernels.exp)).toEqual([1, 1, Infinity, 0, Infinity, 0])
  expect(kernels.exp(Number.NaN)).toBeNaN()
})

test("log errs by less than 0.51 ulp on all of float32", () => {
  expect(largestError(3001, (x) => x.map(kernels.log), Math.log)).toBeLessThan(0.51)
  const near1 = Float32Array.from({ length: COUNT }, (_, i) => 0.5 + i / COUNT)
  expect(Math.max(...Array.from(near1, (x) => ulps(kernels.log(x), Math.log(x))))).toBeLessThan(0.51)
  expect([1, 0, -0, Infinity].map(kernels.log)).toEqual([0, -Infinity, -Infinity, Infinity])
  expect([-1, -Infinity, Number.NaN].map(kernels.log)).toEqual([Number.NaN, Number.NaN, Number.NaN])
})
