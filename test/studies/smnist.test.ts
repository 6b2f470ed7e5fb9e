import { expect, test } from "vitest"
import { smnist } from "../../studies/smnist.ts"
import { decode } from "../stages/rig.ts"

test("the first seed is embedded by both methods, with more points; the others by t-SNE alone", () => {
  const nodes = smnist.build(decode(smnist.params, { profiles: ["matched"], seeds: [4, 7] }))
  const embedded = nodes
    .filter(({ stage, labels }) => stage.name === "embed-states" && labels.trained === true)
    .map(({ labels, params }) => ({ seed: labels.seed, ...(params as object) }))
  expect(embedded).toEqual([
    expect.objectContaining({ seed: 4, points: 5000, times: [3, 9, 15, 27] }),
    expect.objectContaining({ seed: 7, points: 2000, times: [3, 9, 15, 27], methods: ["t-sne"] }),
  ])
  expect(embedded[0]).not.toHaveProperty("methods")
})
