import { every, figure } from "../../artifacts/figure.ts"
import { dimension } from "../../schemas/dimension.ts"
import type { Row } from "../../schemas/table.ts"
import { isPixels, isTrained, isUntrained, rows } from "../leaves/smnist.ts"
import { bandNote } from "./bands.ts"
import { type Curve, curveLayer, margins } from "./layers.ts"
import { missing } from "./networks.ts"
import { axes, digits, profileCurves, profileKeys, ringLayer, samplesOf, stepOf } from "./sequential.ts"
import { drawSheet, type Key, type Panel, type Plot } from "./sheet.ts"
import { faint } from "./style.ts"

const id = "B-3"
const title = "Principal components that explain 90 % of the variance, by step"
/** Class of all points together. */
const all = -1
const untrained = { series: "untrained", colour: faint, dashed: true }
const pixels = { series: "image rows", colour: faint }

/** PCA-90 of the points of a class over the steps of the papers. */
const pca90Of = (label: number) => (table: readonly Row<typeof dimension>[]) =>
  table
    .filter((row) => row.label === label && stepOf(row.t) <= rows)
    .map(({ t, pca90 }) => ({ x: stepOf(t), y: pca90 }))

interface Group {
  readonly label: number
  readonly curves: readonly Curve[]
  readonly images: readonly { readonly seed: number; readonly x: number; readonly y: number }[]
}

/** A panel that is wide for all points, and small for a digit; the digits have one vertical scale. */
function panelOf(plot: Plot, { label, curves, images }: Group, top: number): Panel {
  const isWhole = label === all
  return {
    name: isWhole ? "all images" : `digit ${label}`,
    ...(isWhole ? { width: 860, height: 300 } : { width: 172, height: 190 }),
    options: {
      ...margins,
      ...(!isWhole && { marginLeft: 36, marginRight: 8 }),
      x: { domain: [1, rows] },
      y: { domain: [0, top], nice: 5 },
    },
    layers: [
      axes(
        plot,
        isWhole ? "rows read" : "",
        isWhole ? "components" : "",
        isWhole ? [1, 4, 8, 12, 16, 20, 24, 28] : [1, 10, 16, 28],
      ),
      curveLayer(plot, curves, "step"),
      ringLayer(plot, { ...pixels, samples: images }),
    ],
  }
}

/**
 * Expansion and reduction of dimension (Horoi et al. 2020, Fig. 3), of all states and of those of each digit. What training
 * does shows against the network before it, and what the recurrence does against the rows of the images themselves.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: {
    trained: every(dimension, isTrained),
    untrained: every(dimension, isUntrained),
    pixels: every(dimension, isPixels),
  },
  draw: ({ trained, untrained: before, pixels: images }) => {
    const groups = [all, ...digits]
      .map((label): Group => {
        const control = { ...untrained, samples: samplesOf(before, pca90Of(label)) }
        return {
          label,
          curves: [...(control.samples.length > 0 ? [control] : []), ...profileCurves(trained, pca90Of(label))],
          images: samplesOf(images, pca90Of(label)),
        }
      })
      .filter(({ curves }) => curves.length > 0)
    if (trained.length === 0 || groups.length === 0) return missing(id, "dimension", "rows of a trained network")
    const topOf = (of: readonly Group[]) =>
      Math.max(
        ...of.flatMap(({ curves, images }) =>
          [...curves.flatMap(({ samples }) => samples), ...images].map(({ y }) => y),
        ),
      )
    const [whole, each] = [groups.filter(({ label }) => label === all), groups.filter(({ label }) => label !== all)]
    const controls: readonly Key[] = [
      ...(before.length > 0 ? [{ label: "before training", colour: faint, shape: "dashed" as const }] : []),
      ...(images.length > 0
        ? [{ label: "rings: rows of the images so far", colour: faint, shape: "dot" as const }]
        : []),
    ]
    return drawSheet(id, title, (plot) => ({
      panels: [whole, each].flatMap((of) => of.map((group) => panelOf(plot, group, topOf(of)))),
      legend: [...profileKeys(trained), ...controls],
      caption: `Of all test images, and of those of each digit; where all states are zero there are no components. ${bandNote(groups.flatMap(({ curves }) => curves))}`,
    }))
  },
})
