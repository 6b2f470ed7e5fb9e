/** How well readers of the states of sequential images tell the digit: a panel a profile, with controls. */
import { every, figure } from "../../artifacts/figure.ts"
import type { Leaf } from "../../artifacts/leaf.ts"
import { probes } from "../../schemas/probes.ts"
import type { Of } from "../leaves/labels.ts"
import { isPixels, isTrained, isUntrained } from "../leaves/smnist.ts"
import { bandNote } from "./bands.ts"
import { type Curve, curveLayer, levelMarks, margins } from "./layers.ts"
import { ascending, missing } from "./networks.ts"
import { axes, chance, ofProfile, profiles, ringLayer, samplesOf } from "./sequential.ts"
import { drawSheet, type Key, type Panel } from "./sheet.ts"
import { ink } from "./style.ts"

/** Of `fitted` ones there is something to say before training too: the readout reads nothing yet. */
const readers = [
  { reader: "refitted probe", probe: "holdout", colour: "#008563", fitted: true },
  { reader: "nearest neighbours", probe: "knn", colour: "#6a3d9a", fitted: true },
  { reader: "the network's readout", probe: "readout", colour: "#c23000", fitted: false },
]
const fitted = readers.filter((one) => one.fitted)

export interface ReaderAccuracy {
  readonly id: string
  readonly title: string
  /** `import.meta.url` of the figure. */
  readonly source: string
  /** Where step t of the tables is on the horizontal axis; undefined if nowhere. */
  readonly at: (t: number) => number | undefined
  /** What these steps are, for the failure without any. */
  readonly steps: string
  readonly axis: string
  /** Name of the place in tooltips. */
  readonly xName: string
  /** The horizontal scale, and its ticks; without them there is a tick a step. */
  readonly x: NonNullable<Panel["options"]["x"]>
  readonly ticks?: readonly number[]
}

type Probed = Of<typeof probes>

/** Curves of these readers, over the steps at which they were asked; all are scored on images kept out of the fits. */
const curvesOf = (gathered: readonly Probed[], of: typeof readers, at: ReaderAccuracy["at"], dashed = false) =>
  of
    .map(
      ({ reader, probe, colour }): Curve => ({
        ...{ series: dashed ? `${reader}, before training` : reader, colour, dashed },
        samples: samplesOf(gathered, (rows) =>
          rows.flatMap(({ probe: own, split, t, accuracy }) => {
            const x = at(t)
            return own === probe && split === 0 && x !== undefined ? [{ x, y: accuracy }] : []
          }),
        ),
      }),
    )
    .filter(({ samples }) => samples.length > 0)

/** Declares such a figure. */
export const readerAccuracy = ({ id, title, source, at, steps, axis, xName, x, ticks }: ReaderAccuracy): Leaf =>
  figure({
    ...{ id, title, study: "smnist", source },
    gathers: {
      trained: every(probes, isTrained),
      untrained: every(probes, isUntrained),
      pixels: every(probes, isPixels),
    },
    draw: ({ trained, untrained, pixels }) => {
      const groups = profiles
        .map(({ profile }) => ({ profile, curves: curvesOf(ofProfile(trained, profile), readers, at) }))
        .filter(({ curves }) => curves.length > 0)
      if (groups.length === 0) return missing(id, "probes", `${steps} of a trained network`)
      const before = curvesOf(untrained, fitted, at, true)
      const images = curvesOf(pixels, fitted, at).map((curve) => ({ ...curve, series: `${curve.series}, image rows` }))
      const all = [...before, ...groups.flatMap(({ curves }) => curves)]
      const places = ticks ?? ascending(all.flatMap(({ samples }) => samples.map(({ x }) => x)))
      const controls: readonly Key[] = [
        ...(before.length > 0 ? [{ label: "before training", colour: ink, shape: "dashed" as const }] : []),
        ...(images.length > 0
          ? [{ label: "rings: on the image rows so far", colour: ink, shape: "dot" as const }]
          : []),
      ]
      return drawSheet(id, title, (plot) => ({
        panels: groups.map(({ profile, curves }) => ({
          name: `profile “${profile}”`,
          width: 430,
          height: 320,
          options: { ...margins, marginRight: 50, x, y: { domain: [0, 1] } },
          layers: [
            axes(plot, axis, "accuracy", places),
            levelMarks(plot, chance, "chance", "outside"),
            curveLayer(plot, [...before, ...curves], xName),
            ...images.map((ring) => ringLayer(plot, ring)),
          ],
        })),
        legend: [...readers.map(({ reader, colour }): Key => ({ label: reader, colour, shape: "line" })), ...controls],
        caption: `On images kept out of the fits. ${bandNote(all)}`,
      }))
    },
  })
