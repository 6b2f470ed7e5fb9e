import { every, figure } from "../../artifacts/figure.ts"
import { blanks } from "../../schemas/blanks.ts"
import { embedding } from "../../schemas/embedding.ts"
import { embeddingQuality } from "../../schemas/embedding-quality.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import { isTrained, isWithoutZeros } from "../leaves/smnist.ts"
import { drawnNote, framePanel, framesOf, qualityNote } from "./embedding-frames.ts"
import { brief, type Curve, curveLayer, margins } from "./layers.ts"
import { ascending, missing } from "./networks.ts"
import { axes, digitKeys, digits, firstNetwork, nameOf, sameNetwork, stepOf } from "./sequential.ts"
import { drawSheet, type Panel, type Plot } from "./sheet.ts"
import { classColour, ink } from "./style.ts"

const id = "B-blanks"
const title = "Images that are blank so far: their states are zero, and embeddings without them"
/** Points of a frame that are drawn at most. */
const most = 1000

type Blank = Row<typeof blanks>

/** Share of zero states over the steps, of each digit and of all, up to the first step at which there are none. */
function curvesOf(table: readonly Blank[]): readonly Curve[] {
  const last = table.filter(({ zeroStates }) => zeroStates > 0).reduce((step, { t }) => Math.max(step, stepOf(t)), 0)
  const curve = (label: number, series: string, colour: string): Curve => ({
    ...{ series, colour, dashed: label < 0 },
    samples: table
      .filter((row) => row.label === label && stepOf(row.t) <= last + 1)
      .map(({ t, zeroStates }) => ({ seed: 0, x: stepOf(t), y: zeroStates })),
  })
  return [...digits.map((digit) => curve(digit, `digit ${digit}`, classColour(digit))), curve(-1, "all", ink)]
}

const sharePanel = (plot: Plot, curves: readonly Curve[]): Panel => ({
  name: "share of states that are exactly zero",
  width: 860,
  height: 270,
  options: { ...margins, y: { domain: [0, 1] } },
  layers: [
    axes(plot, "rows read", "share of images", ascending(curves.flatMap(({ samples }) => samples.map(({ x }) => x)))),
    curveLayer(plot, curves, "step"),
  ],
})

/**
 * Digits lie in the middle of their images, so that the first rows are blank; without a bias the state then is exactly
 * zero, and an embedding at step 4 parts the images that have begun from those that have not.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: {
    blanks: every(blanks, isTrained),
    embedding: every(embedding, isWithoutZeros),
    quality: every(embeddingQuality, isWithoutZeros),
  },
  draw: ({ blanks, embedding, quality }) => {
    const first = firstNetwork(blanks)
    if (first === undefined || first.value.length === 0) return missing(id, "blanks", "rows of a trained network")
    const table = toRows(first.value)
    const frames = embedding
      .filter(sameNetwork(first.labels))
      .flatMap(({ value }) => framesOf(value, [4, 10, 16, 28], "method"))
    const own = quality.filter(sameNetwork(first.labels)).flatMap(({ value }) => toRows(value))
    const apart = table.reduce((most, row) => Math.max(most, Math.abs(row.zeroStates - row.blankInputs)), 0)
    return drawSheet(id, title, (plot) => ({
      panels: [sharePanel(plot, curvesOf(table)), ...frames.map((frame) => framePanel(plot, frame, 215, most))],
      legend: [...digitKeys, { label: "all digits", colour: ink, shape: "dashed" }],
      caption: [
        `Test images, ${nameOf(first.labels)}. The shares of zero states and of blank images differ by ${brief(apart)} at most.`,
        frames.length > 0 && "Embedded are the images of which no state at these steps is zero.",
        drawnNote(frames, most),
        qualityNote(frames, own),
      ]
        .filter(Boolean)
        .join(" "),
    }))
  },
})
