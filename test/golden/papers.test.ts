import { expect, it } from "vitest"
import { digestsOf, locked } from "./digests.ts"

/** Some nodes of each lock file. */
const samples = {
  // One network for each dimension of the inputs, strongly chaotic and at the edge of chaos; then some of the variants.
  "paper-a": [
    "clusters/fit-probes[d=200,g=250,seed=3,trained=true]",
    "clusters/measure-dimension[d=2,g=20,seed=17,trained=true]",
    "clusters/measure-dimension[d=200,g=250,seed=8,loss=mse,trained=true]",
    "clusters/fit-probes[d=200,g=20,seed=5,strict=true,trained=true]",
    "clusters/read-out[d=2,g=250,seed=1,learningRate=0.0001,inputGain=unit,clusters=240,trained=true]",
    "clusters/measure-dimension[d=2,g=20,seed=4,profile=code-2021,trained=true]",
  ],
  // Training on images takes minutes a network: what is measured of them before training, and of the images.
  "papers-b-c": [
    "smnist/measure-dimension[seed=7,trained=false]",
    "smnist/fit-probes[seed=7,trained=false]",
    "smnist/measure-dimension[trained=false,of=pixels]",
  ],
} as const

it.each(Object.entries(samples))(
  "a sample of %s has the bits of its lock file, from nothing",
  { timeout: 300_000 },
  async (name, sample) => {
    const digests = await digestsOf({ preset: "paper", targets: sample, jobs: 2 })
    for (const node of sample) expect(Object.keys(digests).some((output) => output.startsWith(`${node} `))).toBe(true)
    const lock = locked(name)
    expect(digests).toEqual(Object.fromEntries(Object.keys(digests).map((output) => [output, lock[output]])))
  },
)
