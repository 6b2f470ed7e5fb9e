import { expect, it } from "vitest"
import { digestsOf, locked } from "./digests.ts"

/** One network for each dimension of the inputs, strongly chaotic and at the edge of chaos. */
const sample = [
  "clusters/fit-probes[d=200,g=250,seed=3,trained=true]",
  "clusters/measure-dimension[d=2,g=20,seed=17,trained=true]",
]

it("a sample of the networks of paper A has the bits of its lock file, from nothing", { timeout: 300_000 }, async () => {
  const digests = await digestsOf({ preset: "paper", targets: sample, jobs: 2 })
  expect(Object.keys(digests)).toContain(`${sample[0]} probes`)
  const lock = locked("paper-a")
  expect(digests).toEqual(Object.fromEntries(Object.keys(digests).map((name) => [name, lock[name]])))
})
