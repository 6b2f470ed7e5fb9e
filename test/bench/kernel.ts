/**
 * Speed of training, all in one run on one core: the WebAssembly kernels against tensorflow.js, plain TypeScript
 * and, where Python has them, PyTorch and NumPy. Run: `npx tsx test/bench/kernel.ts`. Medians; the ratios are what
 * carries over to other machines.
 */
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { createAutodiffTrainer } from "../../stages/numerics/autodiff.ts"
import { openKernels } from "../../stages/numerics/kernel/instance.ts"
import { createTrainer, type Optimizer, type Shape } from "../../stages/numerics/kernel/network.ts"
import { addProduct, packed, plain, transposed } from "../../stages/numerics/kernel/operands.ts"
import { createOptimizer, gradients } from "../../stages/numerics/kernel/reference.ts"
import { load, randomArray, toFloat64, uniform } from "../numerics/kernel/problem.ts"

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** The network of `clusters`, and of `smnist`. */
const clusters: Shape = {
  n: 200,
  d: 200,
  classes: 2,
  steps: 11,
  inputSteps: 1,
  batch: 10,
  activation: "tanh",
  loss: "cross-entropy",
  train: { U: false, b1: true, b2: true },
}
const smnist: Shape = {
  ...clusters,
  d: 28,
  classes: 10,
  steps: 28,
  inputSteps: 28,
  batch: 100,
  train: { U: true, b1: false, b2: true },
}
const rmsprop: Optimizer = { kind: "rmsprop", decay: 0.9, momentum: 0, epsilon: 1e-8 }
const adam: Optimizer = { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
const RATE = 1e-5

/** Median milliseconds of a call, once the engine's compilers have had half a second. */
function median(repeats: number, call: () => void): number {
  for (const end = performance.now() + 500; performance.now() < end; ) call()
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now()
    call()
    return performance.now() - start
  })
  return times.sort((a, b) => a - b)[repeats >> 1]!
}

/** Units without biases; the first `blank` input rows of each sample are zero, as of most images of digits. */
function imageUpdate(shape: Shape, optimizer: Optimizer, repeats: number, blank: number): number {
  const trainer = createTrainer(shape, optimizer)
  trainer.load({ ...load(trainer, shape, 1), b1: new Float32Array(shape.n) })
  const length = shape.inputSteps * shape.d
  for (let b = 0; b < shape.batch; b++) trainer.x.fill(0, b * length, b * length + blank * shape.d)
  return median(repeats, () => trainer.update(RATE))
}

function kernelUpdate(shape: Shape, optimizer: Optimizer, repeats: number): number {
  const trainer = createTrainer(shape, optimizer)
  load(trainer, shape, 1)
  return median(repeats, () => trainer.update(RATE))
}

async function autodiffUpdate(backend: "wasm" | "cpu", repeats: number): Promise<number> {
  const trainer = await createAutodiffTrainer(clusters, rmsprop, [backend])
  load(trainer, clusters, 1)
  return median(repeats, () => trainer.update(RATE))
}

function plainUpdate(repeats: number): number {
  const trainer = createTrainer(clusters, rmsprop)
  const weights = toFloat64(load(trainer, clusters, 1))
  const step = createOptimizer(rmsprop, weights)
  return median(repeats, () => step(gradients(clusters, weights, trainer.x, trainer.labels), RATE))
}

/** Billions of additions and multiplications a second in C += A B with B packed, and in C += Aᵀ B. */
function productSpeed(rows: number): { readonly forward: number; readonly gradient: number } {
  const n = 200
  const { kernels, buffers } = openKernels({ A: rows * n, B: n * n, C: n * n })
  for (const buffer of [buffers.A, buffers.B]) buffer.set(randomArray(buffer.length, 1e-3, uniform(1)))
  const { A, B, C } = { A: buffers.A.byteOffset, B: buffers.B.byteOffset, C: buffers.C.byteOffset }
  const calls = Math.ceil(2000 / rows)
  const speed = (call: () => void) => {
    const time = median(300, () => {
      for (let i = 0; i < calls; i++) call()
    })
    return (2 * calls * rows * n * n) / time / 1e6
  }
  return {
    forward: speed(() => addProduct(kernels, [rows, n, n], plain(A, n), packed(B, n), plain(C, n))),
    gradient: speed(() => addProduct(kernels, [n, rows, n], transposed(plain(A, n)), plain(A, n), packed(C, n))),
  }
}

/** PyTorch's and NumPy's figures from the first Python that has both; undefined without one. */
function pythonUpdates(): { readonly torch: number; readonly numpy: number; readonly version: string } | undefined {
  const script = fileURLToPath(new URL("./torch_update.py", import.meta.url))
  for (const python of ["python3", "/usr/bin/python3"])
    try {
      return JSON.parse(execFileSync(python, [script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }))
    } catch {}
  return undefined
}

export default async function bench(): Promise<Figure[]> {
  const ms = (name: string, value: number): Figure => ({ name, value, unit: "ms" })
  const times = (name: string, value: number): Figure => ({ name, value, unit: "×" })
  const image = imageUpdate(smnist, adam, 50, 0)
  const blankImage = imageUpdate(smnist, adam, 50, 4)
  const ten = productSpeed(10)
  const hundred = productSpeed(100)
  const kernel = kernelUpdate(clusters, rmsprop, 1000)
  const wasm = await autodiffUpdate("wasm", 60)
  const cpu = await autodiffUpdate("cpu", 20)
  const plainTime = plainUpdate(30)
  const python = pythonUpdates()
  if (!python) console.error("no Python with PyTorch and NumPy found: their rows are left out (Debian: python3-torch)")
  return [
    { name: "product 10 × 200 × 200", value: ten.forward, unit: "GFLOP/s" },
    { name: "product 100 × 200 × 200", value: hundred.forward, unit: "GFLOP/s" },
    { name: "product 200 × 100 × 200, transposed", value: hundred.gradient, unit: "GFLOP/s" },
    ms("update, kernel", kernel),
    ms("update, tfjs-wasm", wasm),
    ms("update, tfjs-cpu", cpu),
    ms("update, plain TypeScript (reference, float64)", plainTime),
    ...(python
      ? [ms(`update, PyTorch ${python.version}`, python.torch), ms("update, NumPy by hand", python.numpy)]
      : []),
    ms("update of smnist (B=100, T=28, d=28), kernel", image),
    ms("the same, four rows blank", blankImage),
    times("no row blank / four rows", image / blankImage),
    times("tfjs-wasm / kernel", wasm / kernel),
    times("tfjs-cpu / kernel", cpu / kernel),
    times("plain TypeScript / kernel", plainTime / kernel),
    ...(python
      ? [times("PyTorch / kernel", python.torch / kernel), times("NumPy / kernel", python.numpy / kernel)]
      : []),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { name, value, unit } of await bench())
    console.log(`${name.padEnd(50)}${value.toFixed(2).padStart(9)} ${unit}`)
