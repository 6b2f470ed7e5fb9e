import { every } from "../../artifacts/leaf.ts"
import { eigenvalues } from "../../schemas/eigenvalues.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { isTrained } from "../leaves/smnist.ts"
import { claim, medianOf } from "./claim.ts"
import { forEachProfile, inHowMany, inNearlyAll, ofProfile } from "./sequential.ts"

type Eigenvalue = Row<typeof eigenvalues>

/** The leading eigenvalue at each epoch; undefined unless the first of these is before training, and others follow. */
function leadingOf({ value }: Of<typeof eigenvalues>): readonly Eigenvalue[] | undefined {
  const leading = toRows(value)
    .filter(({ index }) => index === 0)
    .sort((a, b) => a.epoch - b.epoch)
  return leading.length > 1 && leading[0]!.epoch === 0 ? leading : undefined
}

/** Of a pair the upper one comes first. */
const isComplex = ({ im }: Eigenvalue) => im > 0

export default claim({
  id: "C-3",
  title: "training takes R past the edge of stability, where an attractor other than the origin appears",
  study: "smnist",
  source: import.meta.url,
  gathers: { eigenvalues: every(eigenvalues, isTrained) },
  judge: ({ eigenvalues }) =>
    forEachProfile((profile) => {
      const found = ofProfile(eigenvalues, profile, leadingOf)
      const [first, last] = [found.map((leading) => leading[0]!), found.map((leading) => leading.at(-1)!)]
      const crossings = found.map((leading) => leading.find(({ modulus }) => modulus > 1)?.epoch)
      return [
        inNearlyAll(
          "past 1",
          "the spectral radius of R is below 1 before training and above 1 after, with a complex leading pair",
          found,
          (leading) => leading[0]!.modulus < 1 && leading.at(-1)!.modulus > 1 && isComplex(leading.at(-1)!),
        ),
        inHowMany("complex pair", "the leading eigenvalues are a complex pair after training", last, isComplex),
        medianOf(
          "radius before",
          "the spectral radius before training, about 1/√3 by the law of the weights",
          first.map(({ modulus }) => modulus),
        ),
        medianOf(
          "radius after",
          "the spectral radius after training",
          last.map(({ modulus }) => modulus),
        ),
        medianOf(
          "crossing",
          "the first epoch with a spectral radius above 1, where there is one",
          crossings.filter((epoch) => epoch !== undefined),
        ),
      ]
    }),
})
