import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import type { Of } from "../leaves/labels.ts"
import { isPixels, isTrained, isUntrained } from "../leaves/smnist.ts"
import { claim, medianOf } from "./claim.ts"
import {
  embeddedSteps,
  forEachProfile,
  inHowMany,
  inNearlyAll,
  ofControl,
  ofProfile,
  pca90At,
  pca90Curve,
  prefixed,
  tAfter,
} from "./sequential.ts"

/** Components by which the maximum must stand out. */
const rise = 3
const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

/** A curve of k by step 1 … 28. */
type Curve = readonly number[]
const at = (k: Curve, step: number): number => k[step - 1]!
/** Step of the maximum, the first of equal ones. */
const peakOf = (k: Curve): number => k.indexOf(Math.max(...k)) + 1

function expandsThenReduces(k: Curve): boolean {
  const peak = peakOf(k)
  const top = at(k, peak)
  return peak >= 2 && peak <= 26 && top >= at(k, 28) + rise && top >= at(k, 2) + rise
}

const condition = `k, PCA-90 by step, has its maximum at a step in 2..26, with k >= k(28) + ${rise} and k >= k(2) + ${rise}`

/** Curves of the ten digits; undefined where one is missing. */
function ofDigits(one: Of<typeof dimension>): readonly Curve[] | undefined {
  const curves = digits.map((digit) => pca90Curve(digit)(one)).filter((curve) => curve !== undefined)
  return curves.length === digits.length ? curves : undefined
}

export default claim({
  id: "B-pca",
  title: "the dimension of the states, of all and of each digit, expands, then reduces",
  study: "smnist",
  source: import.meta.url,
  gathers: {
    trained: every(dimension, isTrained),
    untrained: every(dimension, isUntrained),
    pixels: every(dimension, isPixels),
  },
  judge: ({ trained, untrained, pixels }) => {
    const shape = (curves: readonly Curve[]) => [
      medianOf("step of the maximum", "the step at which k of all states is largest", curves.map(peakOf)),
      medianOf(
        "maximum",
        "the largest k of all states",
        curves.map((k) => Math.max(...k)),
      ),
      medianOf(
        "step 28",
        "k(28) of all states",
        curves.map((k) => at(k, 28)),
      ),
    ]
    const before = ofControl(untrained, pca90Curve(-1))
    return [
      ...forEachProfile((profile) => {
        const all = ofProfile(trained, profile, pca90Curve(-1))
        const classes = ofProfile(trained, profile, ofDigits)
        return [
          inNearlyAll("all states", `of all states ${condition}`, all, expandsThenReduces),
          inNearlyAll("each digit", `of every digit ${condition}`, classes, (curves) =>
            curves.every(expandsThenReduces),
          ),
          medianOf(
            "digits",
            "the number of digits of which that is so",
            classes.map((curves) => curves.filter(expandsThenReduces).length),
          ),
          ...shape(all),
        ]
      }),

      ...prefixed("untrained", [
        inHowMany("all states", `of all states ${condition}`, before, expandsThenReduces),
        ...shape(before),
      ]),
      ...embeddedSteps.map((step) =>
        medianOf(
          `pixels, step ${step}`,
          `PCA-90 of the image rows up to ${step}; they are images, not seeds`,
          ofControl(pixels, pca90At(tAfter(step))),
        ),
      ),
    ]
  },
})
