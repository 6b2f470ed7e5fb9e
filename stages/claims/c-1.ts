import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import type { Of } from "../leaves/labels.ts"
import { isTrained, isUntrained, rows } from "../leaves/smnist.ts"
import { atLeast, claim, medianOf } from "./claim.ts"
import { accuracies, eachMeets, exact, forEachProfile, ofControl, ofProfile, tAfter } from "./sequential.ts"

/** Steps without input over which the states drift. */
const drift = 20

/** Accuracy of nearest neighbours after the drift / before; 0 where it was 0 before. */
function kept(one: Of<typeof probes>): number | undefined {
  const byStep = accuracies(one, "neighbours")
  const [before, after] = [byStep.get(tAfter(rows)), byStep.get(tAfter(rows, drift))]
  return before === undefined || after === undefined ? undefined : before > 0 ? exact(after / before) : 0
}

export default claim({
  id: "C-1",
  title: "the structure of the states stays for some time while the dynamics drift",
  study: "smnist",
  source: import.meta.url,
  gathers: { trained: every(probes, isTrained), untrained: every(probes, isUntrained) },
  judge: ({ trained, untrained }) => {
    const quantity = `the accuracy of nearest neighbours at step ${rows} + ${drift} / that at step ${rows}`
    return [
      ...forEachProfile((profile) => [
        ...eachMeets("kept", quantity, ofProfile(trained, profile, kept), atLeast(0.8)),
        medianOf(
          "before",
          `the accuracy of nearest neighbours at step ${rows}`,
          ofProfile(trained, profile, (one) => accuracies(one, "neighbours").get(tAfter(rows))),
        ),
      ]),
      medianOf("untrained, kept", quantity, ofControl(untrained, kept)),
    ]
  },
})
