import { every } from "../../artifacts/leaf.ts"
import { inputs } from "../../schemas/inputs.ts"
import { toRows } from "../../schemas/table.ts"
import { isTask } from "../leaves/clusters.ts"
import { atLeast, atMost, bySeed, claim, equalTo, type Part, shareOf } from "./claim.ts"

/** Centres lie in [-2, 2]^d. */
const halfWidth = 2
/** Least distance of two centres: .02 (.59943537 (d-1)^.57832581 + 4.891638480163717), rounded down. */
const tasks = [
  { d: 200, apart: 0.3538 },
  { d: 2, apart: 0.1098 },
]

export default claim({
  id: "A-1",
  title: "the task is as drawn: one impulse, even classes, centres in a box and apart from one another, d dimensions",
  study: "clusters",
  source: import.meta.url,
  gathers: { inputs: every(inputs, isTask) },
  judge: ({ inputs }) =>
    tasks.flatMap(({ d, apart }): Part[] => {
      const sets = (name: string) => [
        ...bySeed(inputs, { d }, ({ value }) => toRows(value).find(({ set }) => set === name)).values(),
      ]
      const [centres, evaluation] = [sets("centres"), sets("evaluation")]
      const n = centres.length
      return [
        {
          part: `d = ${d}, impulse`,
          quantity: "most rows of d numbers that a point is shown: with one, x = 0 for all t >= 1",
          value: Math.max(...evaluation.map(({ width }) => width / d)),
          n: evaluation.length,
          ...equalTo(1),
        },
        {
          part: `d = ${d}, classes`,
          quantity: "share of seeds in which each of two classes has half of the clusters",
          ...shareOf(
            centres,
            ({ classes, smallestClass, largestClass }) => classes === 2 && smallestClass === largestClass,
          ),
          ...equalTo(1),
        },
        {
          part: `d = ${d}, box`,
          quantity: "largest |x| of a coordinate of a centre",
          value: Math.max(...centres.map(({ extent }) => extent)),
          n,
          ...atMost(halfWidth),
        },
        {
          part: `d = ${d}, apart`,
          quantity: "smallest distance of two centres",
          value: Math.min(...centres.map(({ nearest }) => nearest)),
          n,
          ...atLeast(apart),
        },
        {
          part: `d = ${d}, rank`,
          quantity: "share of seeds in which the evaluation points have rank d",
          ...shareOf(evaluation, ({ rank }) => rank === d),
          ...equalTo(1),
        },
      ]
    }),
})
