import { expect, test } from "vitest"
import { clusters } from "../../studies/clusters.ts"
import { decode } from "../stages/rig.ts"

const variantNames = clusters.presets.paper!.variants!

/** Nodes of the study with four seeds, one more than the map of regimes has. */
const nodesOf = (variants: readonly (typeof variantNames)[number][]) =>
  clusters
    .build(decode(clusters.params, { seeds: [0, 1, 2, 3], variants: [...variants] }))
    .map(({ stage, labels, params }) => JSON.stringify([stage.name, labels, params]))

test("what is measured of a network does not depend on the order in which variants are named", () => {
  const both = nodesOf(["cluster-counts", "regime-map"])
  expect(nodesOf(["regime-map", "cluster-counts"])).toEqual(both)
  expect(nodesOf(variantNames.toReversed())).toEqual(nodesOf(variantNames))
})

test("what one variant measures of a network is measured where another measures less of it", () => {
  for (const name of ["cluster-counts", "learning-rates", "unit-gain"])
    expect(nodesOf(["regime-map", name])).toEqual(expect.arrayContaining(nodesOf([name])))
})
