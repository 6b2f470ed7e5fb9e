import { expect, it } from "vitest"
import { digestsOf, locked } from "./digests.ts"

/** One network for each dimension of the inputs, strongly chaotic and at the edge of chaos; then some of the variants. */
const sample = [
  "clusters/fit-probes[d=200,g=250,seed=3,trained=true]",
  "clusters/measure-dimension[d=2,g=20,seed=17,trained=true]",
  "clusters/measure-dimension[d=200,g=250,seed=8,loss=mse,trained=true]",
  "clusters/fit-probes[d=200,g=20,seed=5,strict=true,trained=true]",
  "clusters/read-out[d=2,g=250,seed=1,learningRate=0.0001,inputGain=unit,clusters=240,trained=true]",
  "clusters/measure-dimension[d=2,g=20,seed=4,profile=code-2021,trained=true]",
]

it("a sample of the networks of paper A has the bits of its lock file, from nothing", { timeout: 300_000 }, async () => {
  const digests = await digestsOf({ preset: "paper", targets: sample, jobs: 2 })
  expect(Object.keys(digests)).toContain(`${sample[0]} probes`)
  const lock = locked("paper-a")
  expect(digests).toEqual(Object.fromEntries(Object.keys(digests).map((name) => [name, lock[name]])))
})
