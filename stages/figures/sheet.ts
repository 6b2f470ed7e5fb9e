/**
 * The sheet: panels under one title, legend and caption, and the numbers behind them. Observable Plot draws each panel on a
 * domino document; both load when the first figure is drawn. Nothing here is random and every coordinate has 3 decimals,
 * so a figure has the same bytes each time.
 */
import * as Effect from "effect/Effect"
import { type Drawing, figureData } from "../../artifacts/figure.ts"
import { fromRows, type Row } from "../../schemas/table.ts"
import { faint, ink } from "./style.ts"

export type Plot = typeof import("@observablehq/plot")
type PlotOptions = NonNullable<Parameters<Plot["plot"]>[0]>
export type Marks = NonNullable<PlotOptions["marks"]>

/** One row of the data table, but for the panel that it belongs to. */
export type Datum = Omit<Row<typeof figureData>, "panel">

/** Marks with the numbers that they show. */
export interface Layer {
  readonly marks: Marks
  readonly rows: readonly Datum[]
}

/** One plot of a sheet, in px. */
export interface Panel {
  /** Its name in the data table, and its heading if it has no other. */
  readonly name: string
  /** Heading, if it is not the name; none if empty. */
  readonly title?: string
  readonly width: number
  readonly height: number
  /** Scales and margins. */
  readonly options: Omit<PlotOptions, "marks">
  /** What is drawn, from the back to the front: axes and remarks as marks, data as layers. */
  readonly layers: readonly (Marks[number] | Marks | Layer)[]
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
    .replace(/(?<!<\/title)><\/(?:circle|path|line|rect)>/g, "/>")
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

const isLayer = (part: Panel["layers"][number]): part is Layer =>
  part !== null && typeof part === "object" && "rows" in part

/** The numbers of all panels. */
const dataOf = (panels: readonly Panel[]) =>
  fromRows(
    figureData,
    panels.flatMap(({ name, layers }) =>
      layers.filter(isLayer).flatMap(({ rows }) => rows.map((row) => ({ panel: name, ...row }))),
    ),
  )

/** Panels in rows, each at the top of its row. */
function drawPanels(rows: readonly (readonly Panel[])[], draw: (options: PlotOptions) => string, top: number) {
  let y = top
  const svg = rows.flatMap((row) => {
    let x = border
    const parts = row.map(({ name, title = name, width, height, options, layers }) => {
      const heading = title && text(width / 2, 14, title, 'font-weight="bold"')
      const marks = layers.map((layer) => (isLayer(layer) ? layer.marks : layer))
      const content = `${heading}${draw({ ...options, width, height, marks })}`
      const part = `<g transform="translate(${x},${y})" text-anchor="middle">${content}</g>`
      x += width
      return part
    })
    y += Math.max(...row.map(({ height }) => height))
    return parts
  })
  return { svg: svg.join("\n"), bottom: y }
}

/** Draws a sheet, and gathers the numbers of its layers. Its title and description, which screen readers say, have ids made of `id`. */
export const drawSheet = (id: string, title: string, build: (plot: Plot) => Sheet): Effect.Effect<Drawing> =>
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
    const figure = [
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
    return { figure, data: dataOf(panels) }
  })
