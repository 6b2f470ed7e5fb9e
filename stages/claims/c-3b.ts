import { every } from "../../artifacts/leaf.ts"
import { attractors } from "../../schemas/attractors.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { isTrained } from "../leaves/smnist.ts"
import { mean } from "../numerics/quantiles.ts"
import { claim, medianOf, type Part } from "./claim.ts"
import { forEachProfile, foremost, inHowMany, ofProfile } from "./sequential.ts"

type Attractor = Row<typeof attractors>

/** What the table calls the kinds. A cycle of a map is an invariant circle (`curve`) or phase-locked (`cycle`). */
const kinds = {
  "fixed-point": "a fixed point",
  cycle: "a cycle of period p > 1",
  curve: "a closed curve: LE1 = 0, LE2 < 0",
  neutral: "a torus, or what is not told from it: LE1 = LE2 = 0",
  chaos: "chaos: LE1 > 0",
  unsettled: "none of these: LE1 < 0 without a period",
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const membersOf = (found: readonly Attractor[]) => sum(found.map(({ members }) => members))
const onKind = (found: readonly Attractor[], kind: string) =>
  membersOf(found.filter((one) => one.kind === kind)) / membersOf(found)

/** Attractors of one network; undefined without any. */
const attractorsOf = ({ value }: Of<typeof attractors>) => (value.length > 0 ? toRows(value) : undefined)

/** The paper says that the attractor is not trivial, and not what kind it is; no bar is set. */
export default claim({
  id: "C-3b",
  title: "what kind of attractor the trained network ends on",
  study: "smnist",
  source: import.meta.url,
  gathers: { attractors: every(attractors, isTrained) },
  judge: ({ attractors }) =>
    forEachProfile((profile): readonly Part[] => {
      const found = ofProfile(attractors, profile, attractorsOf)
      const largest = found.map((all) => foremost(all)!)
      const on = "the attractor with most members"
      return [
        inHowMany(
          "not trivial",
          "most end states are on no fixed point",
          found,
          (all) => onKind(all, "fixed-point") < 0.5,
        ),
        ...Object.entries(kinds).map(([kind, words]) => ({
          part: kind,
          quantity: `mean over seeds of the share of end states on ${words}`,
          value: mean(found.map((all) => onKind(all, kind))),
          n: found.length,
        })),
        medianOf(
          "period",
          `the period of ${on}, in steps, where it is a cycle`,
          largest.filter(({ kind }) => kind === "cycle").map(({ period }) => period),
        ),
        medianOf(
          "LE1",
          `LE1 on ${on}, in nats a step`,
          largest.map(({ le1 }) => le1),
        ),
        medianOf(
          "LE2",
          `LE2 on ${on}, in nats a step`,
          largest.map(({ le2 }) => le2),
        ),
      ]
    }),
})
