import { every } from "../../artifacts/leaf.ts"
import { history } from "../../schemas/history.ts"
import { isTraining } from "../leaves/smnist.ts"
import { atLeast, claim, within } from "./claim.ts"
import { eachMeets, forEachProfile, ofProfile, trainedAccuracy } from "./sequential.ts"

/** The published network, a little over 93 %, is that of the one profile; the other learns at the usual rate. */
const bars = { matched: within(0.93, 0.95), strong: atLeast(0.96) }

export default claim({
  id: "B-acc",
  title: "after 30 epochs the network tells a little over 93 % of the test images",
  study: "smnist",
  source: import.meta.url,
  gathers: { history: every(history, isTraining) },
  judge: ({ history }) =>
    forEachProfile((profile) =>
      eachMeets(
        "accuracy",
        "the test accuracy after 30 epochs",
        ofProfile(history, profile, trainedAccuracy),
        bars[profile],
      ),
    ),
})
