/**
 * The look of every figure: colours, type and margins, what a median with its band looks like, and the sheet that puts
 * plots under one title, legend and caption. Observable Plot draws each plot on a domino document; both load when the
 * first figure is drawn. Nothing here is random and every coordinate has 3 decimals, so a figure has the same bytes each time.
 */
import * as Effect from "effect/Effect"
import { type Labels, StageError } from "../../artifacts/figure.ts"
import { quantiles } from "../numerics/quantiles.ts"

export type Plot = typeof import("@observablehq/plot")
export type PlotOptions = NonNullable<Parameters<Plot["plot"]>[0]>
export type Marks = NonNullable<PlotOptions["marks"]>

// ------------------------------------------------------------------------------------------------------------ colours

/** Text and axes. */
export const ink = "#222222"
/** Rules and remarks that stay behind the data. */
export const faint = "#707070"

/** Classes 0 and 1 as in the papers (yellow-orange, purple), then eight that stay apart in every kind of colour vision. */
const classes = "#f0a202 #6a3d9a #3be3b9 #660000 #bf00ff #dfa6f2 #9eca72 #1c334a #008563 #c23000".split(" ")
/** Colour of a class, from 0; class 10 has that of class 0. */
export const classColour = (label: number): string => classes[label % classes.length]!

/** Gains that the papers name, in their colours: blue-green and red, of different lightness for colour-blind readers. */
const regimes = new Map([
  [20, { name: "edge of chaos", colour: "#17a398" }],
  [250, { name: "strongly chaotic", colour: "#b8202a" }],
])

/** Name of the regime in which the gain `g` puts a network before training, where a paper gives one. */
export const regime = (g: number): string | undefined => regimes.get(g)?.name

/** Ends of the scale for gains that the papers do not name, as red, green, blue. */
const pale = [168, 178, 240]
const deep = [30, 34, 110]

/** Colour of each gain, ascending: the papers' for those they name; the others from pale to deep blue by rank. */
export function gainColours(gains: Iterable<number>): ReadonlyMap<number, string> {
  const sorted = ascending(gains)
  const unnamed = sorted.filter((g) => !regimes.has(g))
  const shade = (share: number) => pale.map((from, i) => Math.round(from + share * (deep[i]! - from)))
  const between = (g: number) => `rgb(${shade((unnamed.indexOf(g) + 0.5) / unnamed.length)})`
  return new Map(sorted.map((g) => [g, regimes.get(g)?.colour ?? between(g)]))
}

// ------------------------------------------------------------------------------------------------- tables of a study

/** One network of the clusters study at its defaults: input dimension, gain, seed, before or after training. */
export interface ClustersLabels {
  readonly d: number
  readonly g: number
  readonly seed: number
  readonly trained: boolean
}

/** Whether a table is of a network at the defaults: sweeps carry further labels and are not mixed in. */
export const isClusters = (labels: Labels): labels is Labels & ClustersLabels =>
  Object.keys(labels).length === 4 &&
  [labels.d, labels.g, labels.seed].every((label) => typeof label === "number") &&
  typeof labels.trained === "boolean"

/** Step at which the clusters task is read, t_eval. */
export const evaluationStep = 10

/** Distinct numbers, ascending. */
export const ascending = (values: Iterable<number>): readonly number[] => [...new Set(values)].sort((a, b) => a - b)

/** Fails a figure none of whose rows are there. */
export const missing = (id: string, schema: string, rows: string): Effect.Effect<never, StageError> =>
  Effect.fail(
    new StageError({
      message: `figure ${id}: no table \`${schema}\` of the study has ${rows}`,
      advice: `add to the study a node that makes \`${schema}\` with ${rows}`,
    }),
  )

// ------------------------------------------------------------------------------------------------ medians and bands

/** One number of one seed. */
export interface Sample {
  readonly seed: number
  readonly x: number
  readonly y: number
}

/** Median and central 75 % over the seeds at one x. */
export interface Spread {
  readonly x: number
  readonly low: number
  readonly median: number
  readonly high: number
}

/** Empirical quantiles .125, .5 and .875 over the seeds at each x, ascending in x. */
export const spreads = (samples: readonly Sample[]): readonly Spread[] =>
  ascending(samples.map(({ x }) => x)).map((x) => {
    const ys = samples.filter((sample) => sample.x === x).map(({ y }) => y)
    const [low, median, high] = quantiles(ys, [0.125, 0.5, 0.875])
    return { x, low: low!, median: median!, high: high! }
  })

export interface Curve {
  readonly colour: string
  readonly dashed: boolean
  readonly samples: readonly Sample[]
}

/** Fewest seeds for which a median and a band are drawn; below it each seed is a line of its own. */
const seedsForBand = 3
const seedsOf = (samples: readonly Sample[]) => ascending(samples.map(({ seed }) => seed))

/** Line of medians and band of each curve, the bands behind all lines; one line a seed where seeds are too few. */
export function curveMarks(plot: Plot, curves: readonly Curve[]): Marks {
  const marks = curves.map(({ colour, dashed, samples }) => {
    const stroke = { stroke: colour, strokeDasharray: dashed ? "5,4" : "none", strokeWidth: 1.8 }
    if (seedsOf(samples).length < seedsForBand)
      return { bands: [], lines: [plot.line(samples, { x: "x", y: "y", z: "seed", ...stroke, strokeWidth: 1.2 })] }
    const spread = spreads(samples)
    return {
      bands: [plot.areaY(spread, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: dashed ? 0.14 : 0.25 })],
      lines: [plot.line(spread, { x: "x", y: "median", ...stroke })],
    }
  })
  return [...marks.flatMap(({ bands }) => bands), ...marks.flatMap(({ lines }) => lines)]
}

/** Says what lines and bands are, and over how many seeds. */
export function bandNote(curves: readonly Curve[]): string {
  const counts = ascending(curves.map(({ samples }) => seedsOf(samples).length))
  const [fewest, most] = [counts.find((count) => count >= seedsForBand), counts.at(-1)]
  const seeds = fewest === most ? `${most}` : `${fewest} to ${most}`
  return [
    fewest && `Lines are medians over ${seeds} seeds, bands the central 75\u00a0% (empirical quantiles).`,
    counts[0]! < seedsForBand && `Below ${seedsForBand} seeds each line is one seed and there is no band.`,
  ]
    .filter(Boolean)
    .join(" ")
}

// -------------------------------------------------------------------------------------------------------------- sheet

/** One plot of a sheet, in px. */
export interface Panel {
  readonly title?: string
  readonly width: number
  readonly height: number
  readonly options: PlotOptions
}

/** Entry of the legend: a line, a dashed line, or a dot. */
export interface Key {
  readonly label: string
  readonly colour: string
  readonly shape: "line" | "dashed" | "dot"
}

export interface Sheet {
  readonly panels: readonly Panel[]
  readonly legend: readonly Key[]
  readonly caption: string
}

const fontFamily = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"
const fontSize = 11
const [titleSize, captionSize] = [14, 10]
/** Space round the sheet, and the width at which a row of panels is full, in px. */
const border = 14
const fullWidth = 860

/** Width of a text in px: narrow, wide and all other letters of DejaVu Sans by their mean widths. */
const textWidth = (text: string, size: number) =>
  [...text].reduce(
    (em, letter) => em + (/[ ijlfrtI.,:;'|()]/.test(letter) ? 0.36 : /[mwMW%=±]/.test(letter) ? 0.9 : 0.63),
    0,
  ) * size

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const text = (x: number, y: number, content: string, attributes = "") =>
  `<text x="${x}" y="${y}"${attributes && ` ${attributes}`}>${escaped(content)}</text>`

/** Breaks items into rows no wider than `width`, in order; an item wider than that has a row of its own. */
function rowsOf<T>(items: readonly T[], widthOf: (item: T) => number, width: number): readonly (readonly T[])[] {
  const rows: T[][] = []
  let used = width
  for (const item of items) {
    const wanted = widthOf(item)
    if (used + wanted > width) {
      rows.push([])
      used = 0
    }
    rows.at(-1)!.push(item)
    used += wanted
  }
  return rows
}

const lineKey = (colour: string, dash: string) => `<path d="M0,0H22" stroke="${colour}" stroke-width="2"${dash}/>`
const swatches = {
  line: { width: 28, draw: (colour: string) => lineKey(colour, "") },
  dashed: { width: 28, draw: (colour: string) => lineKey(colour, ' stroke-dasharray="5,4"') },
  dot: { width: 14, draw: (colour: string) => `<circle cx="4" cy="0" r="4" fill="${colour}"/>` },
}

/** Keys in rows from `top` down. */
function drawLegend(keys: readonly Key[], width: number, top: number) {
  const widthOf = ({ shape, label }: Key) => swatches[shape].width + textWidth(label, fontSize) + 20
  const rows = rowsOf(keys, widthOf, width)
  const svg = rows.flatMap((row, i) => {
    let x = border
    return row.map((key) => {
      const swatch = swatches[key.shape]
      const at = `translate(${round(x)},${top + 18 * i})`
      x += widthOf(key)
      return `<g transform="${at}">${swatch.draw(key.colour)}${text(swatch.width, 4, key.label)}</g>`
    })
  })
  return { svg: svg.join("\n"), bottom: top + 18 * rows.length }
}

const round = (x: number) => Math.round(x * 1000) / 1000 || 0

/** What Plot drew, as the inside of an SVG group: XML for domino's HTML, numbers to 3 decimals, no style sheet, a line an element. */
const groupContent = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, "")
    .replaceAll("&nbsp;", "&#160;")
    .replaceAll("currentColor", ink)
    .replace(/ (?:d|r|c?[xy][12]?|width|height|points|transform)="[^"]*"/g, (attribute) =>
      attribute.replace(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g, (x) => String(round(Number(x)))),
    )
    .replace(/><\/(?:circle|path|line|rect)>/g, "/>")
    .replace(/><(?=g|circle|path|line|rect|text)/g, ">\n<")

/** Loads the libraries and gives the plot drawer: options to the inside of an SVG group. */
async function load() {
  const [plot, { default: domino }] = await Promise.all([
    import("@observablehq/plot"),
    // @ts-expect-error its declarations are for the package's former name
    import("@mixmark-io/domino") as Promise<{ default: { createDocument(html: string): unknown } }>,
  ])
  const document = domino.createDocument("")
  const draw = (options: object) =>
    groupContent((plot.plot({ ...options, document }) as { innerHTML: string }).innerHTML)
  return { plot, draw }
}

/** Panels in rows, each at the top of its row. */
function drawPanels(rows: readonly (readonly Panel[])[], draw: (options: PlotOptions) => string, top: number) {
  let y = top
  const svg = rows.flatMap((row) => {
    let x = border
    const parts = row.map(({ title, width, height, options }) => {
      const heading = title === undefined ? "" : text(width / 2, 14, title, 'font-weight="bold"')
      const content = `${heading}${draw({ ...options, width, height })}`
      const part = `<g transform="translate(${x},${y})" text-anchor="middle">${content}</g>`
      x += width
      return part
    })
    y += Math.max(...row.map(({ height }) => height))
    return parts
  })
  return { svg: svg.join("\n"), bottom: y }
}

/** Draws a sheet. Its title and description, which screen readers say, have ids made of `id`. */
export const drawSheet = (id: string, title: string, build: (plot: Plot) => Sheet): Effect.Effect<string> =>
  Effect.promise(async () => {
    const { plot, draw } = await load()
    const { panels, legend, caption } = build(plot)
    const rows = rowsOf(panels, ({ width }) => width, fullWidth)
    const widths = rows.map((row) => row.reduce((sum, panel) => sum + panel.width, 0))
    // Bold letters are wider by an eighth.
    const inner = Math.ceil(Math.max(...widths, textWidth(title, 1.125 * titleSize)))
    const keys = drawLegend(legend, inner, 48)
    const body = drawPanels(rows, draw, keys.bottom + 2)
    const lines = rowsOf(caption.split(" "), (word) => textWidth(`${word} `, captionSize), inner)
    const [width, height] = [inner + 2 * border, body.bottom + 14 * lines.length + 24]
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
        ` role="img" aria-labelledby="${id}-title ${id}-description"` +
        ` font-family="${fontFamily}" font-size="${fontSize}" fill="${ink}">`,
      `<title id="${id}-title">${escaped(title)}</title>`,
      `<desc id="${id}-description">${escaped(caption)}</desc>`,
      `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
      text(border, 26, title, `font-size="${titleSize}" font-weight="bold"`),
      keys.svg,
      body.svg,
      `<g font-size="${captionSize}" fill="${faint}">`,
      ...lines.map((words, i) => text(border, body.bottom + 20 + 14 * i, words.join(" "))),
      "</g>",
      "</svg>",
      "",
    ].join("\n")
  })
