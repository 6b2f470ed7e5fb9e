import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import type { Of } from "../leaves/labels.ts"
import { isPixels, isTrained, isUntrained, rows } from "../leaves/smnist.ts"
import { atLeast, claim, medianOf } from "./claim.ts"
import { accuracies, eachMeets, exact, forEachProfile, ofControl, ofProfile, tAfter } from "./sequential.ts"

/** Steps at which information counts as early. */
const early = Array.from({ length: 17 }, (_, at) => 8 + at)
/** Step of the comparison with the controls, one of those at which the rows of the images are probed. */
const halfway = 16

type Probed = Of<typeof probes>

/** What the probe tells beyond the readout at each of the steps; undefined where one is missing. */
function advantages(one: Probed, steps: readonly number[]): readonly number[] | undefined {
  const [probe, readout] = [accuracies(one, "probe"), accuracies(one, "readout")]
  const gaps = steps.map((step) =>
    exact((probe.get(tAfter(step)) ?? Number.NaN) - (readout.get(tAfter(step)) ?? Number.NaN)),
  )
  return gaps.some(Number.isNaN) ? undefined : gaps
}

const probedAt = (step: number) => (one: Probed) => accuracies(one, "probe").get(tAfter(step))

export default claim({
  id: "B-info",
  title: "early states tell the digit, but not to the output layer",
  study: "smnist",
  source: import.meta.url,
  gathers: {
    trained: every(probes, isTrained),
    untrained: every(probes, isUntrained),
    pixels: every(probes, isPixels),
  },
  judge: ({ trained, untrained, pixels }) => {
    const told = `the accuracy at step ${halfway} of logistic regression on images kept out`
    return [
      ...forEachProfile((profile) => {
        const gaps = ofProfile(trained, profile, (one) => advantages(one, early))
        const largest = gaps.map((gap) => Math.max(...gap))
        const last = ofProfile(trained, profile, (one) => advantages(one, [rows])?.[0])
        return [
          ...eachMeets(
            "early",
            "the largest accuracy of the refitted probe less that of the readout, over steps 8..24,",
            largest,
            atLeast(0.2),
          ),
          ...eachMeets(
            "step 28",
            "the accuracy of the refitted probe less that of the readout at step 28",
            last,
            atLeast(-0.01),
          ),
          medianOf(
            "step",
            "the step in 8..24 at which the probe exceeds the readout most",
            gaps.map((gap, at) => early[gap.indexOf(largest[at]!)]!),
          ),
          medianOf("probe", told, ofProfile(trained, profile, probedAt(halfway))),
        ]
      }),
      medianOf("untrained, probe", told, ofControl(untrained, probedAt(halfway))),
      medianOf(
        "pixels, probe",
        `${told}, on the rows up to ${halfway} themselves`,
        ofControl(pixels, probedAt(halfway)),
      ),
    ]
  },
})
