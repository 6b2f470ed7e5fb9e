import { every } from "../../artifacts/leaf.ts"
import { attractorDimension } from "../../schemas/attractor-dimension.ts"
import { dimension } from "../../schemas/dimension.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { isTrained, rows } from "../leaves/smnist.ts"
import { atMost, bySeed, claim, medianOf, pairs, within } from "./claim.ts"
import {
  eachMeets,
  forEachProfile,
  foremost,
  inHowMany,
  inNearlyAll,
  ofProfile,
  pca90At,
  tAfter,
} from "./sequential.ts"

type Measured = Row<typeof attractorDimension>

/** Dimension of a closed curve, 1, as an estimate may find it. */
const ofCurve = within(0.8, 1.3)

const largestOf = ({ value }: Of<typeof attractorDimension>): Measured | undefined => foremost(toRows(value))

/** Fixed points and cycles of few states have no estimate: they are of dimension 0, which is not that of a curve. */
const isCurve = (estimate: "twoNN" | "mle") => (one: Measured) => one.estimated && ofCurve.holds(one[estimate])

export default claim({
  id: "C-4",
  title: "the network ends on low-dimensional cycles, not in high-dimensional clusters",
  study: "smnist",
  source: import.meta.url,
  gathers: { attractor: every(attractorDimension, isTrained), states: every(dimension, isTrained) },
  judge: ({ attractor, states }) =>
    forEachProfile((profile) => {
      const found = ofProfile(attractor, profile, largestOf)
      const estimated = found.filter((one) => one.estimated)
      const at28 = bySeed(states, { profile }, pca90At(tAfter(rows)))
      const lower = pairs(bySeed(attractor, { profile }, largestOf), at28, ({ pca90 }, k) => pca90 < k)
      const on = "of the attractor with most members"
      return [
        inNearlyAll("TwoNN", `the TwoNN dimension ${on} is ${ofCurve.criterion}`, found, isCurve("twoNN")),
        ...eachMeets(
          "PCA-90",
          `PCA-90 ${on}`,
          found.map(({ pca90 }) => pca90),
          atMost(10),
        ),
        inHowMany(
          "maximum likelihood",
          `the maximum-likelihood dimension ${on} is ${ofCurve.criterion}`,
          found,
          isCurve("mle"),
        ),
        inHowMany(
          "estimated",
          "that attractor is no fixed point or cycle, so that these two are estimated",
          found,
          (one) => one.estimated,
        ),
        medianOf(
          "TwoNN, median",
          `the TwoNN dimension ${on}, where estimated`,
          estimated.map(({ twoNN }) => twoNN),
        ),
        medianOf(
          "maximum likelihood, median",
          `the maximum-likelihood dimension ${on}, where estimated`,
          estimated.map(({ mle }) => mle),
        ),
        medianOf(
          "correlation dimension",
          `the correlation dimension ${on}, where estimated`,
          estimated.filter(({ correlation }) => correlation > 0).map(({ correlation }) => correlation),
        ),
        medianOf(
          "Kaplan-Yorke",
          `the Kaplan-Yorke dimension ${on}`,
          found.map(({ kaplanYorke }) => kaplanYorke),
        ),
        medianOf("states at step 28", "PCA-90 of the states at step 28", [...at28.values()]),
        inHowMany("lower than at step 28", `PCA-90 ${on} is below that of the states at step 28`, lower, (is) => is),
      ]
    }),
})
