import { every } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import type { Of } from "../leaves/labels.ts"
import { isTrained, rows } from "../leaves/smnist.ts"
import { atLeast, atMost, claim } from "./claim.ts"
import { accuracies, eachMeets, exact, forEachProfile, ofProfile, tAfter } from "./sequential.ts"

/** Steps without input after which the states are read again. */
const drift = 5

/** Accuracy that a reader loses by the drift. */
const lossOf = (reader: "readout" | "probe") => (one: Of<typeof probes>) => {
  const byStep = accuracies(one, reader)
  const [before, after] = [byStep.get(tAfter(rows)), byStep.get(tAfter(rows, drift))]
  return before === undefined || after === undefined ? undefined : exact(before - after)
}

export default claim({
  id: "C-2",
  title: "the output layer can read the states at the trained step alone, while the information is still there",
  study: "smnist",
  source: import.meta.url,
  gathers: { probes: every(probes, isTrained) },
  judge: ({ probes }) =>
    forEachProfile((profile) => {
      const quantity = `loses from step ${rows} to ${rows} + ${drift}`
      return [
        ...eachMeets(
          "readout",
          `the accuracy that the readout ${quantity}`,
          ofProfile(probes, profile, lossOf("readout")),
          atLeast(0.2),
        ),
        ...eachMeets(
          "probe",
          `the accuracy that a refitted probe ${quantity}`,
          ofProfile(probes, profile, lossOf("probe")),
          atMost(0.1),
        ),
      ]
    }),
})
