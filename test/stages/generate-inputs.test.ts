import { createHash } from "node:crypto"
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, expect, test } from "vitest"
import generateInputs, { checkPresent, readChecked } from "../../stages/generate-inputs.ts"
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

test("a known file is refused when missing, truncated or altered, and read when right", async () => {
  const contents = Buffer.from("0123456789")
  const known = { file: "data", bytes: 10, md5: createHash("md5").update(contents).digest("hex") }
  const path = join(folder, "data")
  const problem = (check: typeof checkPresent | typeof readChecked) =>
    Effect.runPromise(Effect.flip(check(folder, known) as Effect.Effect<unknown, Error>)).then(({ message }) => message)

  expect(await problem(checkPresent)).toBe(`${path}: expected 10 bytes, found no readable file (ENOENT)`)
  writeFileSync(path, contents)
  expect(await Effect.runPromise(readChecked(folder, known))).toEqual(contents)
  copyFileSync(path, `${path}.copy`)
  truncateSync(path, 9)
  expect(await problem(checkPresent)).toBe(`${path}: expected 10 bytes, found 9`)
  expect(await problem(readChecked)).toBe(`${path}: expected 10 bytes, found 9`)
  writeFileSync(path, "0123456780")
  await Effect.runPromise(checkPresent(folder, known))
  expect(await problem(readChecked)).toMatch(`${path}: expected md5 781e5e245d69b566979b86e28d23f2c7, found `)
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
