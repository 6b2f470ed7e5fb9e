import { expect, test } from "vitest"
import { autodiffBackend, createAutodiffTrainer } from "../../stages/numerics/autodiff.ts"
import { createTrainer, type Optimizer } from "../../stages/numerics/kernel/network.ts"
import { everyShape, load, relativeError } from "./kernel/problem.ts"

const optimizers: Optimizer[] = [
  { kind: "rmsprop", decay: 0.9, momentum: 0, epsilon: 1e-8 },
  { kind: "rmsprop", decay: 0.99, momentum: 0.9, epsilon: 1e-8 },
  { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
]

test.each(["wasm", "cpu"] as const)(
  "gradients of every kind of problem agree with the kernels' on %s",
  async (backend) => {
    for (const shape of everyShape()) {
      const kernel = createTrainer(shape, optimizers[0]!)
      const autodiff = await createAutodiffTrainer(shape, optimizers[0]!, [backend])
      load(kernel, shape, 2)
      load(autodiff, shape, 2)
      expect(relativeError(autodiff.gradients(), kernel.gradients())).toBeLessThan(1e-4)
      expect(Math.abs(autodiff.update(0) - kernel.update(0))).toBeLessThan(1e-5)
    }
  },
)

test.each(["wasm", "cpu"] as const)(
  "five updates agree with the kernels' on %s, also after a restart",
  async (backend) => {
    for (const shape of everyShape().filter((_, i) => i % 11 === 0))
      for (const optimizer of optimizers) {
        const kernel = createTrainer(shape, optimizer)
        const first = await createAutodiffTrainer(shape, optimizer, [backend])
        load(kernel, shape, 3)
        load(first, shape, 3)
        for (let i = 0; i < 3; i++) first.update(1e-3)
        const second = await createAutodiffTrainer(shape, optimizer, [backend])
        load(second, shape, 3)
        second.load(first.weights())
        second.restore(first.state())
        for (let i = 0; i < 2; i++) second.update(1e-3)
        for (let i = 0; i < 5; i++) kernel.update(1e-3)
        expect(relativeError(second.weights(), kernel.weights())).toBeLessThan(1e-4)
        expect(second.state().updates).toBe(5)
        // The other way round: a state of one implementation goes on in the other.
        second.load(kernel.weights())
        second.restore(kernel.state())
        expect(relativeError(second.state().moments[0]!, kernel.state().moments[0]!)).toBe(0)
      }
  },
)

test("a single step has no recurrent gradient", async () => {
  const shape = { ...everyShape()[5]!, steps: 1, inputSteps: 1 }
  const autodiff = await createAutodiffTrainer(shape, optimizers[0]!)
  load(autodiff, shape, 1)
  expect(autodiff.gradients().R.every((value) => value === 0)).toBe(true)
})

test("a loss of exactly 0 is skipped on demand", async () => {
  const shape = { ...everyShape()[0]!, loss: "cross-entropy" } as const
  const autodiff = await createAutodiffTrainer(shape, optimizers[0]!)
  const sure = { ...load(autodiff, shape, 1), b2: Float32Array.of(0, 40, 0) }
  autodiff.load(sure)
  autodiff.labels.fill(1)
  expect(autodiff.update(1e-3, { skipZeroLoss: true })).toBe(0)
  expect(autodiff.weights()).toEqual(sure)
})

test("the engine is named with its version; an unknown one is an error", async () => {
  expect(await autodiffBackend(["cpu"])).toEqual({ name: "tfjs-cpu", version: "4.22.0" })
  expect((await autodiffBackend()).name).toMatch(/^tfjs-(tensorflow|wasm)$/)
  await expect(autodiffBackend([])).rejects.toThrow(/none of the backends/)
})
