import { every } from "../../artifacts/leaf.ts"
import { periods } from "../../schemas/periods.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { isTrained } from "../leaves/smnist.ts"
import { claim, medianOf } from "./claim.ts"
import { exact, forEachProfile, inNearlyAll, ofProfile, periodOfAccuracy } from "./sequential.ts"

/** By how much the longest period may exceed the shortest. */
const tolerance = 0.15

const methods = {
  accuracy: "of the accuracy acc3(k), k = 50..500",
  recurrence: "after which the states come back",
  eigenvalue: "2π/|arg λ| of the leading complex pair of R",
} as const
type Method = keyof typeof methods

/** A network has no period by the recurrence of its states unless more than half of its orbits have one. */
const periodOf = ({ period, share }: Row<typeof periods>): number => (share > 0.5 ? period : 0)

/** Periods by all methods; undefined where one is missing, and 0 of what has none. */
function measured(one: Of<typeof periods>): Readonly<Record<Method, number>> | undefined {
  const rows = toRows(one.value)
  const accuracy = periodOfAccuracy(one)
  const recurrence = rows.find(({ method }) => method === "recurrence")
  const eigenvalue = rows.find(({ method }) => method === "eigenvalue")
  return accuracy && recurrence && eigenvalue
    ? { accuracy: periodOf(accuracy), recurrence: periodOf(recurrence), eigenvalue: periodOf(eigenvalue) }
    : undefined
}

/** Whether there are three periods, and they are one. */
function agree(found: Readonly<Record<Method, number>>): boolean {
  const all = Object.values(found)
  const [shortest, longest] = [Math.min(...all), Math.max(...all)]
  return shortest > 0 && exact(longest / shortest - 1) <= tolerance
}

export default claim({
  id: "B-3osc",
  title: "without input the network oscillates: accuracy, states and the leading eigenvalues of R have one period",
  study: "smnist",
  source: import.meta.url,
  gathers: { periods: every(periods, isTrained) },
  judge: ({ periods }) =>
    forEachProfile((profile) => {
      const found = ofProfile(periods, profile, measured)
      return [
        inNearlyAll(
          "one period",
          "all three periods exist, and the longest is at most 15 % longer than the shortest",
          found,
          agree,
        ),
        ...(Object.keys(methods) as Method[]).map((method) =>
          medianOf(
            method,
            `the period ${methods[method]}, in steps, where there is one`,
            found.map((one) => one[method]).filter((period) => period > 0),
          ),
        ),
      ]
    }),
})
