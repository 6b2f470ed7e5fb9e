import { every } from "../../artifacts/leaf.ts"
import { information } from "../../schemas/information.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import { isTrained } from "../leaves/smnist.ts"
import { claim, medianOf } from "./claim.ts"
import { forEachProfile, ofProfile } from "./sequential.ts"

const variables = {
  attractor: "the attractor",
  "attractor-mod-sign": "the attractor, h and -h taken as one,",
  phase: "the phase, beyond what the attractor tells,",
  "attractor-and-phase": "attractor and phase together",
}

/** The paper sets no bar for how much information the cycles must hold: nor is one set here. */
export default claim({
  id: "C-5",
  title: "information on the digit sits in the cycle: in which one a state ends on, and at what phase",
  study: "smnist",
  source: import.meta.url,
  gathers: { information: every(information, isTrained) },
  judge: (inputs) =>
    forEachProfile((profile) => {
      const of = (variable: string, measure: (row: Row<typeof information>) => number) =>
        ofProfile(inputs.information, profile, ({ value }) => {
          const row = toRows(value).find((one) => one.variable === variable)
          return row && measure(row)
        })
      return [
        medianOf(
          "attractors",
          "the number of attractors",
          of("attractor", ({ values }) => values),
        ),
        medianOf(
          "attractors, mod sign",
          "the number of attractors, h and -h taken as one",
          of("attractor-mod-sign", ({ values }) => values),
        ),
        medianOf(
          "entropy",
          "the entropy of the digit, the most there is to tell, in bits",
          of("attractor", ({ entropy }) => entropy),
        ),
        ...Object.entries(variables).flatMap(([variable, words]) => [
          medianOf(
            variable,
            `the mutual information of the digit with ${words}, bias-corrected, in bits`,
            of(variable, ({ corrected }) => corrected),
          ),
          medianOf(
            `${variable}, above chance`,
            `that information, uncorrected, less its mean over shuffled digits, in bits`,
            of(variable, ({ bits, chance }) => bits - chance),
          ),
        ]),
      ]
    }),
})
