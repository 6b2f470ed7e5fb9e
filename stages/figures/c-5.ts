import { every, figure } from "../../artifacts/figure.ts"
import { information } from "../../schemas/information.ts"
import type { Row } from "../../schemas/table.ts"
import { isTrained } from "../leaves/smnist.ts"
import { bandNote } from "./bands.ts"
import { margins } from "./layers.ts"
import { missing } from "./networks.ts"
import { axes, ofProfile, placesOf, profiles, type Strip, samplesOf, stripLayer } from "./sequential.ts"
import { drawSheet } from "./sheet.ts"
import { faint, ink } from "./style.ts"

const id = "C-5"
const title = "What the end of a trajectory tells of the digit"

/** Variables of the table, in words. */
const variables = [
  { variable: "attractor-mod-sign", name: "attractor\nup to sign" },
  { variable: "attractor", name: "attractor" },
  { variable: "phase", name: "phase, beyond\nthe attractor" },
  { variable: "attractor-and-phase", name: "attractor\nand phase" },
]
const names = variables.map(({ name }) => name)

type Information = Row<typeof information>
interface Quantity {
  readonly name: string
  readonly of: (row: Information) => number
  /** How far to the right of the variable's place. */
  readonly beside: number
  /** Its colour, if not that of the profile. */
  readonly colour?: string
}

const quantities: readonly Quantity[] = [
  { name: "observed", of: ({ bits }) => bits, beside: -0.27 },
  { name: "by chance", of: ({ chance }) => chance, beside: 0, colour: faint },
  { name: "at most", of: ({ entropy }) => entropy, beside: 0.27, colour: ink },
]

/**
 * Whether information sits in the cycles (Horoi et al. 2020, low-dimensional dynamics, abstract): mutual information of the
 * digit with the attractor and the phase on it. Few points on many values tell something by chance alone, which is beside it.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { information: every(information, isTrained) },
  draw: ({ information }) => {
    const stripsOf = (profile: string, own: string) =>
      variables
        .flatMap(({ variable, name }, place) =>
          quantities.map(
            (quantity): Strip => ({
              series: `${name.replace("\n", " ")}, ${quantity.name}`,
              colour: quantity.colour ?? own,
              samples: samplesOf(ofProfile(information, profile), (rows) =>
                rows
                  .filter((row) => row.variable === variable)
                  .map((row) => ({ x: place + quantity.beside, y: quantity.of(row) })),
              ),
            }),
          ),
        )
        .filter(({ samples }) => samples.length > 0)
    const groups = profiles
      .map(({ profile, colour }) => ({ profile, colour, strips: stripsOf(profile, colour) }))
      .filter(({ strips }) => strips.length > 0)
    if (groups.length === 0) return missing(id, "information", "rows of a trained network")
    return drawSheet(id, title, (plot) => ({
      panels: groups.map(({ profile, strips }) => ({
        name: `profile “${profile}”`,
        width: 430,
        height: 320,
        options: { ...margins, marginBottom: 44, x: placesOf(names), y: { zero: true, nice: 5 } },
        layers: [axes(plot, { names }, "information on the digit (bits)"), stripLayer(plot, strips)],
      })),
      legend: [
        ...groups.map(({ profile, colour }) => ({ label: `“${profile}”, observed`, colour, shape: "dot" as const })),
        { label: "digits shuffled: by chance", colour: faint, shape: "dot" },
        { label: "entropy: the most there is to tell", colour: ink, shape: "dot" },
      ],
      caption: `A dot a seed. Without input, thousands of steps after the image. ${bandNote(groups.flatMap(({ strips }) => strips))}`,
    }))
  },
})
