import { Worker } from "node:worker_threads"
import { build } from "esbuild"
import { afterEach, beforeAll, describe, expect, test } from "vitest"
import { createTrainer, type Optimizer, type Shape, type Trainer } from "../../../stages/numerics/kernel/network.ts"
import { createShardedTrainer, type ShardThreads } from "../../../stages/numerics/kernel/shards.ts"
import { load, relativeError } from "./problem.ts"

const adam: Optimizer = { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
const optimizers: [string, Optimizer][] = [
  ["rmsprop", { kind: "rmsprop", decay: 0.9, momentum: 0, epsilon: 1e-8 }],
  ["rmsprop with momentum", { kind: "rmsprop", decay: 0.99, momentum: 0.9, epsilon: 1e-8 }],
  ["adam", adam],
]

const shape: Shape = {
  n: 45,
  d: 5,
  classes: 3,
  steps: 9,
  inputSteps: 9,
  batch: 24,
  activation: "tanh",
  loss: "cross-entropy",
  train: { U: true, b1: false, b2: true },
}

/** What training knows, as one value to compare. */
const wholeOf = (trainer: Trainer) => ({ weights: trainer.weights(), state: trainer.state() })

let script = ""
const started: Worker[] = []

beforeAll(async () => {
  const entry = new URL("../../../stages/numerics/kernel/shards.ts", import.meta.url).pathname
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false })
  // A thread tells of a shard that it has done by a notification, and of nothing else: these are counted.
  const text = `${outputFiles[0]!.text}
    import { workerData } from "node:worker_threads"
    const { notify } = Atomics
    Atomics.notify = (cells, at) => { Atomics.add(workerData.done, 0, 1); return notify(cells, at) }
    computeShards(workerData.order)`
  script = `data:text/javascript,${encodeURIComponent(text)}`
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.terminate()))
})

/** Threads, with the number of shards that each has done. */
function openThreads(granted: () => number) {
  const done: Int32Array[] = []
  const threads: ShardThreads = {
    granted,
    start(order) {
      const count = new Int32Array(new SharedArrayBuffer(4))
      done.push(count)
      started.push(new Worker(new URL(script), { workerData: { order, done: count } }))
    },
  }
  return { threads, done: () => done.map((count) => Atomics.load(count, 0)) }
}

/** A fresh trainer after `updates` of them, all on this thread. */
function straight(optimizer: Optimizer, shards: number, updates: number): Trainer {
  const trainer = createShardedTrainer(shape, optimizer, { shards })
  load(trainer, shape, 5)
  for (let i = 0; i < updates; i++) trainer.update(1e-3)
  return trainer
}

describe.each(optimizers)("%s", (_, optimizer) => {
  test("4 shards on 1, 2, 3 and 4 threads, changing on the way: the same bits", async () => {
    for (const most of [2, 3, 4]) {
      let granted = most
      const { threads, done } = openThreads(() => granted)
      const trainer = createShardedTrainer(shape, optimizer, { shards: 4, threads })
      load(trainer, shape, 5)
      let updates = 0
      while (updates < 20000 && (done().length < most - 1 || done().some((count) => count < 3))) {
        granted = updates % 7 === 3 ? 1 : most
        trainer.update(1e-3)
        updates++
      }
      expect(Math.min(...done())).toBeGreaterThan(2)
      expect(done()).toHaveLength(most - 1)
      expect(wholeOf(trainer)).toEqual(wholeOf(straight(optimizer, 4, updates)))
    }
  })

  test("one shard is the trainer without any, to the bit", () => {
    const plain = createTrainer(shape, optimizer)
    load(plain, shape, 5)
    for (let i = 0; i < 5; i++) plain.update(1e-3)
    expect(wholeOf(straight(optimizer, 1, 5))).toEqual(wholeOf(plain))
  })

  test("goes on from a state that was taken out, to the same bits", () => {
    const first = straight(optimizer, 3, 4)
    const second = createShardedTrainer(shape, optimizer, { shards: 3 })
    load(second, shape, 5)
    second.load(first.weights())
    second.restore(first.state())
    expect(second.update(1e-3)).toBe(first.update(1e-3))
    expect(wholeOf(second)).toEqual(wholeOf(first))
  })
})

describe("the gradient", () => {
  test.each([
    { ...shape },
    { ...shape, loss: "mse" },
    { ...shape, activation: "identity", train: { U: false, b1: true, b2: false } },
    { ...shape, inputSteps: 1, train: { U: false, b1: true, b2: true } },
  ] as Shape[])("of any number of shards is that of the batch %#", (of) => {
    const plain = createTrainer(of, adam)
    load(plain, of, 8)
    const loss = plain.update(1e-30)
    for (const shards of [2, 3, 4, 24]) {
      const trainer = createShardedTrainer(of, adam, { shards })
      load(trainer, of, 8)
      expect(relativeError(trainer.gradients(), plain.gradients())).toBeLessThan(1e-6)
      expect(trainer.update(1e-30)).toBeCloseTo(loss, 5)
    }
  })

  // Halves and quarters are exact, so that the gradient of a part of the loss is that part of the gradient.
  test("is the sum of the shards' in their order", () => {
    const trainer = createShardedTrainer(shape, adam, { shards: 4 })
    load(trainer, shape, 2)
    const one = createTrainer({ ...shape, batch: 6 }, adam)
    one.load(trainer.weights())
    const each = [0, 1, 2, 3].map((s) => {
      one.x.set(trainer.x.subarray(s * one.x.length, (s + 1) * one.x.length))
      one.labels.set(trainer.labels.subarray(6 * s, 6 * s + 6))
      return one.gradients().R
    })
    const sum = each[0]!.map((first, i) => each.slice(1).reduce((sum, g) => Math.fround(sum + g[i]! / 4), first / 4))
    expect(trainer.gradients().R).toEqual(sum)
  })
})

test("an update is left out only if the loss of every shard is exactly 0", () => {
  const still = { ...shape, train: { U: false, b1: false, b2: false } }
  const trainer = createShardedTrainer(still, adam, { shards: 2 })
  const weights = load(trainer, still, 1)
  trainer.load({ ...weights, W: new Float32Array(3 * 45), b2: Float32Array.of(500, 0, 0) })
  trainer.labels.fill(0)
  expect(trainer.update(1, { skipZeroLoss: true })).toBe(0)
  expect(trainer.state().updates).toBe(0)
  trainer.labels[23] = 1
  expect(trainer.update(1, { skipZeroLoss: true })).toBeGreaterThan(1)
  trainer.labels[23] = 0
  expect(trainer.update(1)).toBe(0)
  expect(trainer.state().updates).toBe(2)
})

test("what does not fit is refused", () => {
  for (const shards of [0, 5, 1.5, 48])
    expect(() => createShardedTrainer(shape, adam, { shards })).toThrow(
      `a batch of 24 does not divide into ${shards} equal shards`,
    )
  const trainer = createShardedTrainer(shape, adam, { shards: 2 })
  load(trainer, shape, 1)
  trainer.labels[20] = 3
  expect(() => trainer.update(1)).toThrow("label 3 is none of 3 classes")
})
