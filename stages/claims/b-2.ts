import { every } from "../../artifacts/leaf.ts"
import { readout } from "../../schemas/readout.ts"
import { isTrained } from "../leaves/smnist.ts"
import { atLeast, claim, medianOf } from "./claim.ts"
import { eachMeets, forEachProfile, gainsFromBlanks, ofProfile } from "./sequential.ts"

export default claim({
  id: "B-2",
  title:
    "the readout relies on the length of the sequence: stopped early, it does far worse than with blank rows instead",
  study: "smnist",
  source: import.meta.url,
  gathers: { readout: every(readout, isTrained) },
  judge: ({ readout }) =>
    forEachProfile((profile) => {
      const gains = ofProfile(readout, profile, gainsFromBlanks)
      const largest = gains.map((gain) => Math.max(...gain))
      return [
        ...eachMeets("gap", "the largest acc1(28 - m) - acc2(m), m = 1..27 rows shown,", largest, atLeast(0.2)),
        medianOf(
          "place of the gap",
          "the number m of rows shown where it is largest",
          gains.map((gain, at) => gain.indexOf(largest[at]!) + 1),
        ),
      ]
    }),
})
