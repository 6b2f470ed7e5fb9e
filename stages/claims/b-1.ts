import { every } from "../../artifacts/leaf.ts"
import { readout } from "../../schemas/readout.ts"
import { isTrained } from "../leaves/smnist.ts"
import { claim, medianOf } from "./claim.ts"
import { forEachProfile, gainsFromBlanks, inHowMany, inNearlyAll, ofProfile } from "./sequential.ts"

/** The first row of every test image is blank: with no bias the states then are 0, with blank rows after it or without. */
const [tied, ...compared] = Array.from({ length: 27 }, (_, at) => at)

export default claim({
  id: "B-1",
  title: "recurrent dynamics alone help: rows are told better after blank ones up to the trained length than at once",
  study: "smnist",
  source: import.meta.url,
  gathers: { readout: every(readout, isTrained) },
  judge: ({ readout }) =>
    forEachProfile((profile) => {
      const gains = ofProfile(readout, profile, gainsFromBlanks)
      const seen = gains.map((gain) => compared.map((at) => gain[at]!))
      return [
        inNearlyAll(
          "dynamics help",
          "acc1(28 - m) > acc2(m) for all m = 2..27 rows shown; at m = 1 nothing is, since row 1 is blank in all images",
          seen,
          (gain) => gain.every((by) => by > 0),
        ),
        inHowMany("m = 1", "acc1(27) = acc2(1), as must be while all states are 0", gains, (gain) => gain[tied!] === 0),
        medianOf(
          "smallest gain",
          "the smallest acc1(28 - m) - acc2(m), m = 2..27",
          seen.map((gain) => Math.min(...gain)),
        ),
        medianOf(
          "from m on",
          "the least m from which on acc1(28 - m) > acc2(m) for all m; 28 if from none",
          gains.map((gain) => gain.findLastIndex((by) => by <= 0) + 2),
        ),
      ]
    }),
})
