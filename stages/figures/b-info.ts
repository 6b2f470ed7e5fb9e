import { every, figure } from "../../artifacts/figure.ts"
import { probes } from "../../schemas/probes.ts"
import { bandNote } from "./bands.ts"
import { curveLayer, levelMarks } from "./layers.ts"
import { missing } from "./networks.ts"
import {
  axes,
  chance,
  isPixels,
  isTrained,
  isUntrained,
  margins,
  ofProfile,
  profiles,
  readerCurve,
  readerKeys,
  readers,
  ringLayer,
  rows,
  stepOf,
} from "./sequential.ts"
import { drawSheet } from "./sheet.ts"
import { ink } from "./style.ts"

const id = "B-info"
const title = "Who can tell the digit from the state, by step"
const whileReading = (t: number) => (stepOf(t) <= rows ? stepOf(t) : undefined)
/** The readout of a network before training reads nothing. */
const refitted = readers.filter(({ probe }) => probe !== "readout")

/**
 * Early states tell the digit, but not to the output layer (Horoi et al. 2020, section 4): readers refitted at each step
 * against the network's own, and against the same readers of an untrained network and of the image rows so far.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: {
    trained: every(probes, isTrained),
    untrained: every(probes, isUntrained),
    pixels: every(probes, isPixels),
  },
  draw: ({ trained, untrained, pixels }) => {
    const before = refitted.map((reader) =>
      readerCurve(untrained, reader, whileReading, { of: "untrained", dashed: true }),
    )
    const images = refitted.map((reader) => readerCurve(pixels, reader, whileReading, { of: "image rows" }))
    const groups = profiles
      .map(({ profile }) => ({
        profile,
        curves: readers.map((reader) => readerCurve(ofProfile(trained, profile), reader, whileReading)),
      }))
      .map(({ profile, curves }) => ({ profile, curves: curves.filter(({ samples }) => samples.length > 0) }))
      .filter(({ curves }) => curves.length > 0)
    if (groups.length === 0) return missing(id, "probes", "rows of a trained network")
    const controls = before.filter(({ samples }) => samples.length > 0)
    const rings = images.filter(({ samples }) => samples.length > 0)
    return drawSheet(id, title, (plot) => ({
      panels: groups.map(({ profile, curves }) => ({
        name: `profile “${profile}”`,
        width: 430,
        height: 320,
        options: { ...margins, marginRight: 50, x: { domain: [1, rows] }, y: { domain: [0, 1] } },
        layers: [
          axes(plot, "rows read", "accuracy", [1, 4, 8, 12, 16, 20, 24, 28]),
          levelMarks(plot, chance, "chance", "outside"),
          curveLayer(plot, [...controls, ...curves], "step"),
          ...rings.map((ring) => ringLayer(plot, ring)),
        ],
      })),
      legend: [
        ...readerKeys,
        ...(controls.length > 0 ? [{ label: "before training", colour: ink, shape: "dashed" as const }] : []),
        ...(rings.length > 0 ? [{ label: "rows of the images so far", colour: ink, shape: "dot" as const }] : []),
      ],
      caption: `On images kept out of the fits. ${bandNote([...groups.flatMap(({ curves }) => curves), ...controls])}`,
    }))
  },
})
