import { describe, expect, test } from "vitest"
import generateInputs from "../../stages/generate-inputs.ts"
import initNetwork from "../../stages/init-network.ts"
import recordStates from "../../stages/record-states.ts"
import train from "../../stages/train.ts"
import { decode, failure, run } from "./rig.ts"
import { pointsOf, randomNetwork, randomPoints, weightsOf } from "./tables.ts"

type Params = (typeof train.params)["Encoded"]

const n = 12
const d = 4
const centres = randomPoints(6, d, 2)
const network = weightsOf(randomNetwork({ n, d, classes: 2 }))
const clusters = { weights: network, training: centres, heldOut: centres }
const around = { steps: 4, epochs: 3, updatesPerEpoch: 5, validationPoints: 12, seed: 1 } satisfies Params

const images = randomPoints(20, 3 * d, 2, 1)
const heldOut = randomPoints(10, 3 * d, 2, 2)
const each = {
  steps: 3,
  epochs: 2,
  draw: "each",
  schedule: "none",
  batch: 5,
  optimizer: "adam",
  seed: 1,
} satisfies Params

test("a small network learns six clusters from start to end", async () => {
  const task = await run(generateInputs, { task: "clusters", d: 5, clusters: 6, seed: 4 }, {})
  const { weights } = await run(initNetwork, { scheme: "perturbed-identity", n: 30, d: 5, g: 20, seed: 4 }, {})
  const trained = await run(train, { epochs: 5, seed: 4 }, { weights, training: task.training, heldOut: task.test })
  const share = async (epoch: number | "last") => {
    const { states } = await run(recordStates, { epoch, times: [10] }, { weights: trained.weights, points: task.test })
    const { prediction, label } = states.columns
    return prediction.filter((p, i) => p === label[i]).length / label.length
  }
  expect(await share(0)).toBeLessThan(0.9)
  expect(await share("last")).toBeGreaterThan(0.95)
  const { validationLoss, validationAccuracy } = trained.history.columns
  expect(validationLoss.at(-1)).toBeLessThan(validationLoss[0]! / 10)
  expect(validationAccuracy.at(-1)).toBeGreaterThan(0.95)
})

test.each([
  ["around", around, clusters],
  ["each", each, { weights: network, training: images, heldOut }],
] as const)("draw %s: twice the same bits; another seed gives others", async (_, params, inputs) => {
  const first = await run(train, params, inputs)
  expect(await run(train, params, inputs)).toEqual(first)
  expect((await run(train, { ...params, seed: 2 }, inputs)).weights).not.toEqual(first.weights)
})

test("epoch 0 is the network as it came, and chosen epochs are kept on the way", async () => {
  const { weights, history } = await run(train, { ...around, keepEpochs: [2] }, clusters)
  expect([...weights.columns.epoch]).toEqual([0, 2, 3])
  expect(weights.columns.R.values.subarray(0, n * n)).toEqual(network.columns.R.values)
  expect([...history.columns.epoch]).toEqual([0, 1, 2, 3])
  const shorter = await run(train, { ...around, epochs: 2 }, clusters)
  expect(shorter.weights.columns.R.values.subarray(n * n)).toEqual(weights.columns.R.values.subarray(n * n, 2 * n * n))
})

test("U and the biases change only if they are trained", async () => {
  const last = async (params: Partial<Params>) => (await run(train, { ...around, ...params }, clusters)).weights.columns
  const fixed = await last({ recurrentBias: false, outputBias: false })
  for (const name of ["U", "b1", "b2"] as const) {
    const { width, values } = fixed[name]
    expect(values.subarray(width)).toEqual(network.columns[name].values)
  }
  const trained = await last({ trainInput: true })
  for (const name of ["R", "U", "W", "b1", "b2"] as const) {
    const { width, values } = trained[name]
    expect(values.subarray(width)).not.toEqual(network.columns[name].values)
  }
})

test("an epoch shows every training point once, and even draws every cluster", async () => {
  const whole = await run(train, { ...each, batch: 20 }, { weights: network, training: images, heldOut: images })
  expect(whole.history.columns.loss[1]).toBeCloseTo(whole.history.columns.validationLoss[0]!, 5)
  const even = { ...around, sigma: 0, updatesPerEpoch: 1, batch: 6, validationPoints: 6 }
  const { loss, validationLoss } = (await run(train, even, clusters)).history.columns
  expect(loss[1]).toBeCloseTo(validationLoss[0]!, 5)
  const uneven = (await run(train, { ...even, evenDraws: false }, clusters)).history.columns
  expect(Math.abs(uneven.loss[1]! - loss[1]!)).toBeGreaterThan(1e-3)
})

test("samples and validation points are fresh each epoch and of their own streams", async () => {
  // Nothing moves the network, so losses differ by the draws alone.
  const still = { ...around, learningRate: 1e-30, schedule: "none", sigma: 0.5 } as const
  const { loss, validationLoss } = (await run(train, still, clusters)).history.columns
  expect(new Set([...loss.subarray(1), ...validationLoss]).size).toBe(7)
})

test("the plateau schedule halves the rate of the epoch after one without progress", async () => {
  const params = { ...around, epochs: 5, patience: 0, threshold: 1000 }
  const { learningRate } = (await run(train, params, clusters)).history.columns
  expect([...learningRate]).toEqual([1e-3, 1e-3, 1e-3, 5e-4, 2.5e-4, 1.25e-4])
  const none = await run(train, { ...around, schedule: "none" }, clusters)
  expect(new Set(none.history.columns.learningRate)).toEqual(new Set([1e-3]))
})

test("held-out points measure and never steer", async () => {
  const one = await run(train, each, { weights: network, training: images, heldOut })
  const other = await run(train, each, { weights: network, training: images, heldOut: randomPoints(7, 3 * d, 2, 3) })
  expect(other.weights).toEqual(one.weights)
  expect(other.history.columns.loss.subarray(1)).toEqual(one.history.columns.loss.subarray(1))
  expect(other.history.columns.validationLoss).not.toEqual(one.history.columns.validationLoss)
})

/** A network that is certain of class 0, and points. */
const certainly = (...points: Parameters<typeof pointsOf>) => ({
  weights: weightsOf({ ...randomNetwork({ n, d, classes: 2 }), b2: Float32Array.of(500, -500) }),
  training: pointsOf(...points),
})

test("updates with zero loss are left out and counted, when asked", async () => {
  const inputs = { ...clusters, ...certainly([[1, 0, 0, 0]], [0]) }
  const skipping = await run(train, { ...around, skipZeroLoss: true }, inputs)
  expect([...skipping.history.columns.skipped]).toEqual([0, 5, 5, 5])
  expect([...(await run(train, around, inputs)).history.columns.skipped]).toEqual([0, 0, 0, 0])
})

test("shards of a batch train the same network but for the last bits", async () => {
  const whole = await run(train, each, { weights: network, training: images, heldOut })
  expect(await run(train, { ...each, shards: 1 }, { weights: network, training: images, heldOut })).toEqual(whole)
  const split = await run(train, { ...each, shards: 5 }, { weights: network, training: images, heldOut })
  expect(split.weights).not.toEqual(whole.weights)
  expect([...split.history.columns.loss]).toEqual(
    Array.from(whole.history.columns.loss, (loss) => expect.closeTo(loss, 4)),
  )
  const skipping = await run(
    train,
    { ...around, shards: 2, skipZeroLoss: true },
    { ...clusters, ...certainly([[1, 0, 0, 0]], [0]) },
  )
  expect([...skipping.history.columns.skipped]).toEqual([0, 5, 5, 5])
})

test("the squared loss is that of .7 × one-hot", async () => {
  const silent = { ...randomNetwork({ n, d, classes: 2 }), W: new Float32Array(2 * n), b2: Float32Array.of(0.2, 0) }
  const { history } = await run(
    train,
    { ...around, loss: "mse", epochs: 1, updatesPerEpoch: 1, learningRate: 1e-30 },
    { ...clusters, weights: weightsOf(silent) },
  )
  // Half of the points each: ((.5)² + 0)/2 and ((.2)² + (.7)²)/2.
  expect(history.columns.validationLoss[0]).toBeCloseTo((0.125 + 0.265) / 2, 6)
  expect(history.columns.validationLoss[1]).toBeCloseTo((0.125 + 0.265) / 2, 6)
})

test("progress runs to 1 with epoch and loss", async () => {
  const reports: [number, string | undefined][] = []
  await run(train, around, clusters, (fraction, detail) => reports.push([fraction, detail]))
  const fractions = reports.map(([fraction]) => fraction)
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
  expect(fractions.at(-1)).toBe(1)
  expect(reports.at(-1)![1]).toMatch(/^epoch 3\/3, loss [\d.e-]+$/)
})

describe("refused", () => {
  test("training that diverges, with the epoch and what to do", async () => {
    for (const shards of [1, 2]) {
      const params = { ...around, activation: "identity", learningRate: 1e30, shards } as const
      const { message, advice } = await failure(train, params, clusters)
      expect(message).toMatch(/^training diverged: the loss is .* at update \d of epoch 1$/)
      expect(advice).toMatch(/smaller learningRate \(it was 1e\+30 then\)/)
    }
  })

  test.each([
    [
      { ...around, batch: 5, steps: 2 },
      { ...clusters, training: images },
      "the points have 3 input rows, but steps = 2",
    ],
    [
      around,
      { ...clusters, training: randomPoints(6, 7, 2) },
      "points of 7 values do not divide into input rows of d = 4",
    ],
    [around, { ...clusters, training: randomPoints(6, d, 3) }, "training has class 2, the network only 2 outputs"],
    [
      { ...each, batch: 50 },
      { weights: network, training: images, heldOut },
      "20 training points do not fill a batch of 50",
    ],
  ] as const)("tables that do not fit %#", async (params, inputs, message) => {
    expect((await failure(train, params, inputs)).message).toBe(message)
  })

  test.each([
    [
      { ...each, schedule: "plateau" },
      'draw "each" needs schedule "none": the held-out points must not steer the training',
    ],
    [
      { ...around, optimizer: "adam", momentum: 0.9 },
      'momentum = 0.9 belongs to optimizer "rmsprop" and does nothing under optimizer "adam"',
    ],
    [{ ...each, sigma: 0.1 }, 'sigma = 0.1 belongs to draw "around" and does nothing under draw "each"'],
    [{ ...around, shards: 3 }, "a batch of 10 does not divide into shards = 3 equal parts"],
    [
      { ...around, shards: 2, backend: "tfjs" },
      'shards = 2 belongs to backend "kernel" and does nothing under backend "tfjs"',
    ],
    [{ ...around, keepEpochs: [4] }, "keepEpochs holds 4, but training ends after epoch 3"],
    [{ ...around, learningRate: 0 }, "expected a number > 0"],
  ] as const)("parameters that contradict each other %#", (params, message) => {
    expect(() => decode(train.params, params)).toThrow(message)
  })
})

test("automatic differentiation trains the same network, and its engine counts", async () => {
  const kernel = await run(train, around, clusters)
  const tfjs = await run(train, { ...around, backend: "tfjs" }, clusters)
  expect([...tfjs.history.columns.validationLoss]).toEqual(
    Array.from(kernel.history.columns.validationLoss, (loss) => expect.closeTo(loss, 4)),
  )
  const runtime = (backend: "kernel" | "tfjs") => train.runtime!(decode(train.params, { ...around, backend }))
  expect(await runtime("kernel")).toEqual({})
  expect(await runtime("tfjs")).toEqual({ name: expect.stringMatching(/^tfjs-/), version: expect.any(String) })
})
