import { expect, test } from "vitest"
import type { Ref } from "../../artifacts/stage.ts"
import { smnist } from "../../studies/smnist.ts"
import { decode } from "../stages/rig.ts"

test("the first seed is embedded by both methods, with more points; the others and the images' own rows by t-SNE alone", () => {
  const nodes = smnist.build(decode(smnist.params, { profiles: ["matched"], seeds: [4, 7] }))
  const embedded = nodes
    .filter(({ stage, labels }) => stage.name === "cluster-embedding" && !("exclude" in labels))
    .map(({ inputs }) => (inputs as { embedding: Ref }).embedding.node)
    .map(({ labels, params }) => ({ of: labels.of ?? labels.seed, ...(params as object) }))
  expect(embedded).toEqual([
    expect.objectContaining({ of: 4, points: 5000, times: [3, 9, 15, 27] }),
    expect.objectContaining({ of: 7, points: 2000, times: [3, 9, 15, 27], methods: ["t-sne"] }),
    expect.objectContaining({ of: "pixels", points: 2000, times: [3, 9, 15, 27], methods: ["t-sne"] }),
  ])
  expect(embedded[0]).not.toHaveProperty("methods")
})
