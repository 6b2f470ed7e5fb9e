import { every } from "../../artifacts/leaf.ts"
import { history } from "../../schemas/history.ts"
import { periods } from "../../schemas/periods.ts"
import { readout } from "../../schemas/readout.ts"
import { isTrained, isTraining, rows } from "../leaves/smnist.ts"
import { atLeast, bySeed, claim, equalTo, medianOf, pairs } from "./claim.ts"
import {
  accuracyAfter,
  eachMeets,
  exact,
  forEachProfile,
  inHowMany,
  ofProfile,
  periodOfAccuracy,
  trainedAccuracy,
} from "./sequential.ts"

/** Blank rows by which the readout is wrecked. */
const few = 5

export default claim({
  id: "B-3",
  title: "blank rows after the image wreck the readout; then its accuracy comes back again and again",
  study: "smnist",
  source: import.meta.url,
  gathers: {
    readout: every(readout, isTrained),
    history: every(history, isTraining),
    periods: every(periods, isTrained),
  },
  judge: ({ readout, history, periods }) =>
    forEachProfile((profile) => {
      const after = (blanks: number) => bySeed(readout, { profile }, (one) => accuracyAfter(one, rows, blanks))
      const same = pairs(after(0), bySeed(history, { profile }, trainedAccuracy), (read, trained) => read === trained)
      const lost = pairs(after(0), after(few), (at28, later) => exact(at28 - later))
      const returns = ofProfile(periods, profile, periodOfAccuracy)
      return [
        {
          ...inHowMany("step 28", "acc3(0) is exactly the test accuracy after training", same, (is) => is),
          ...equalTo(1),
        },
        ...eachMeets("wrecked", `acc3(0) - acc3(${few})`, lost, atLeast(0.2)),
        ...eachMeets(
          "comes back",
          "the largest peak of the autocorrelation of acc3(k), k = 50..500, at a lag >= 2",
          returns.map(({ lag, strength }) => (lag >= 2 ? strength : 0)),
          atLeast(0.5),
        ),
        medianOf(
          "lag",
          "the lag of that peak, in steps",
          returns.filter(({ lag }) => lag >= 2).map(({ lag }) => lag),
        ),
      ]
    }),
})
