/** Hidden states of one network in two dimensions: a frame a method and step, each point in the colour of its digit. */
import { every, figure } from "../../artifacts/figure.ts"
import type { Leaf } from "../../artifacts/leaf.ts"
import { blanks } from "../../schemas/blanks.ts"
import { embedding } from "../../schemas/embedding.ts"
import { embeddingQuality } from "../../schemas/embedding-quality.ts"
import { type Row, type Table, type TableSchema, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { isTrained } from "../leaves/smnist.ts"
import { brief, pointData } from "./layers.ts"
import { missing } from "./networks.ts"
import { digitKeys, firstNetwork, nameOf, sameNetwork, stepOf } from "./sequential.ts"
import { drawSheet, type Panel, type Plot } from "./sheet.ts"
import { classColour, ink } from "./style.ts"

const methods = [
  { method: "t-sne", name: "t-SNE" },
  { method: "umap", name: "UMAP" },
] as const

/** One embedding of one network. */
export interface Frame {
  readonly method: (typeof methods)[number]
  readonly step: number
  readonly points: readonly Row<typeof embedding>[]
}

/** Embeddings at these steps, those of one step side by side or those of one method; without points there is none. */
export function framesOf(table: Table<typeof embedding>, steps: readonly number[], by: "step" | "method") {
  const all = toRows(table)
  const frame = (method: (typeof methods)[number], step: number): Frame => ({
    ...{ method, step, points: all.filter((row) => row.method === method.method && stepOf(row.t) === step) },
  })
  const frames =
    by === "step"
      ? steps.flatMap((step) => methods.map((method) => frame(method, step)))
      : methods.flatMap((method) => steps.map((step) => frame(method, step)))
  return frames.filter(({ points }) => points.length > 0)
}

/** A square of `side` px with the first `most` points, each in the colour of its digit, the same scale on both axes. */
export function framePanel(plot: Plot, { method, step, points }: Frame, side: number, most: number): Panel {
  const shown = points.slice(0, most)
  const half = (values: readonly number[]) => (Math.max(...values) - Math.min(...values)) / 2
  const middle = (values: readonly number[]) => (Math.max(...values) + Math.min(...values)) / 2
  const [x, y] = [shown.map((point) => point.x), shown.map((point) => point.y)]
  const extent = 1.04 * Math.max(half(x), half(y)) || 1
  const domain = (values: readonly number[]) => [middle(values) - extent, middle(values) + extent]
  const margin = 4
  return {
    name: `${method.name}, step ${step}`,
    width: side,
    height: side + 18,
    options: {
      ...{ marginLeft: margin, marginRight: margin, marginTop: margin + 18, marginBottom: margin },
      x: { domain: domain(x), axis: null },
      y: { domain: domain(y), axis: null },
    },
    layers: [
      plot.frame({ stroke: ink, strokeOpacity: 0.3 }),
      {
        marks: [
          plot.dot(shown, { x: "x", y: "y", r: side > 300 ? 1.8 : 1.2, fill: ({ label }) => classColour(label) }),
        ],
        rows: shown.map(({ label, x, y }) => pointData(`digit ${label}`, x, y)),
      },
    ],
  }
}

const percent = (share: number): string => `${Math.round(100 * share)}\u00a0%`

/** How well the digits keep together in the frames, and how true these are to the states. */
export function qualityNote(frames: readonly Frame[], quality: readonly Row<typeof embeddingQuality>[]): string {
  const notes = frames.flatMap(({ method, step }) => {
    const row = quality.find((one) => one.method === method.method && stepOf(one.t) === step)
    return row
      ? [
          `${method.name}, step ${step}: ${percent(row.purityEmbedded)} (${percent(row.purityFull)}), ${brief(row.trustworthiness)}`,
        ]
      : []
  })
  return notes.length > 0
    ? `Purity, the share of a point's own digit among its 15 nearest neighbours in the plane (among the states), and trustworthiness: ${notes.join("; ")}.`
    : ""
}

/** How many of the states are exactly zero at these steps. */
function zerosNote(steps: readonly number[], table: readonly Row<typeof blanks>[]): string {
  const notes = steps.flatMap((step) => {
    const row = table.find(({ t, label }) => stepOf(t) === step && label === -1)
    return row && row.zeroStates > 0 ? [`${percent(row.zeroStates)} at step ${step}`] : []
  })
  return notes.length > 0 ? `The state of images that are blank so far is exactly zero: ${notes.join(", ")}.` : ""
}

/** Points of a frame that are drawn at most. */
const most = 2000
export const drawnNote = (frames: readonly Frame[], most: number): string =>
  frames.some(({ points }) => points.length > most)
    ? `The first ${most} of ${frames[0]!.points.length} points are drawn.`
    : ""

export interface EmbeddingFigure {
  readonly id: string
  readonly title: string
  /** `import.meta.url` of the figure. */
  readonly source: string
  readonly steps: readonly number[]
}

/** Declares a figure of the states at some steps in two dimensions, of one network. */
export const embeddingFigure = ({ id, title, source, steps }: EmbeddingFigure): Leaf =>
  figure({
    ...{ id, title, study: "smnist", source },
    gathers: {
      embedding: every(embedding, isTrained),
      quality: every(embeddingQuality, isTrained),
      blanks: every(blanks, isTrained),
    },
    draw: ({ embedding, quality, blanks }) => {
      const first = firstNetwork(embedding)
      const frames = first ? framesOf(first.value, steps, "step") : []
      if (first === undefined || frames.length === 0)
        return missing(id, "embedding", `points at t = ${steps.map((s) => s - 1).join(" or ")} of a trained network`)
      const own = <S extends TableSchema>(tables: readonly Of<S>[]) =>
        tables.filter(sameNetwork(first.labels)).flatMap(({ value }) => toRows(value))
      return drawSheet(id, title, (plot) => ({
        panels: frames.map((frame) => framePanel(plot, frame, 430, most)),
        legend: digitKeys,
        caption: [
          `Test images, ${nameOf(first.labels)}; one colour a digit.`,
          drawnNote(frames, most),
          qualityNote(frames, own(quality)),
          zerosNote(steps, own(blanks)),
        ]
          .filter(Boolean)
          .join(" "),
      }))
    },
  })
