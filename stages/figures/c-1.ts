import { every, figure } from "../../artifacts/figure.ts"
import { probes } from "../../schemas/probes.ts"
import { bandNote } from "./bands.ts"
import { curveLayer, levelMarks } from "./layers.ts"
import { ascending, missing } from "./networks.ts"
import {
  axes,
  chance,
  isTrained,
  isUntrained,
  margins,
  ofProfile,
  profiles,
  readerCurve,
  readerKeys,
  readers,
  rows,
  stepOf,
} from "./sequential.ts"
import { drawSheet } from "./sheet.ts"
import { ink } from "./style.ts"

const id = "C-1"
const title = "What is left of the digit while the dynamics drift without input"
/** Blank rows after the image. */
const whileDrifting = (t: number) => (stepOf(t) >= rows ? stepOf(t) - rows : undefined)
const refitted = readers.filter(({ probe }) => probe !== "readout")

/**
 * The structure of the states stays for some time, but the output layer can read them at the trained step alone (Horoi et
 * al. 2020, the abstract on low-dimensional dynamics): B-info, from the step at which it ends.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { trained: every(probes, isTrained), untrained: every(probes, isUntrained) },
  draw: ({ trained, untrained }) => {
    const controls = refitted
      .map((reader) => readerCurve(untrained, reader, whileDrifting, { of: "untrained", dashed: true }))
      .filter(({ samples }) => samples.length > 0)
    const groups = profiles
      .map(({ profile }) => ({
        profile,
        curves: readers
          .map((reader) => readerCurve(ofProfile(trained, profile), reader, whileDrifting))
          .filter(({ samples }) => samples.length > 0),
      }))
      .filter(({ curves }) => curves.length > 0)
    const curves = groups.flatMap(({ curves }) => curves)
    if (curves.length === 0) return missing(id, "probes", `rows with t >= ${rows - 1} of a trained network`)
    const blanks = ascending(curves.flatMap(({ samples }) => samples.map(({ x }) => x)))
    return drawSheet(id, title, (plot) => ({
      panels: groups.map(({ profile, curves }) => ({
        name: `profile “${profile}”`,
        width: 430,
        height: 320,
        options: { ...margins, marginRight: 50, x: { type: "sqrt" }, y: { domain: [0, 1] } },
        layers: [
          axes(plot, `blank rows k after step ${rows} (square-root scale)`, "accuracy", blanks),
          levelMarks(plot, chance, "chance", "outside"),
          curveLayer(plot, [...controls, ...curves], "k"),
        ],
      })),
      legend: [
        ...readerKeys,
        ...(controls.length > 0 ? [{ label: "before training", colour: ink, shape: "dashed" as const }] : []),
      ],
      caption: `On images kept out of the fits. ${bandNote([...curves, ...controls])}`,
    }))
  },
})
