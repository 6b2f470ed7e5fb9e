import { every, figure } from "../../artifacts/figure.ts"
import { eigenvalues } from "../../schemas/eigenvalues.ts"
import { type Row, type Table, toRows } from "../../schemas/table.ts"
import { isTrained } from "../leaves/smnist.ts"
import { bandNote } from "./bands.ts"
import { type Curve, centred, curveLayer, levelMarks, margins, pointData } from "./layers.ts"
import { missing } from "./networks.ts"
import { axes, firstNetwork, nameOf, ofProfile, profileCurves, profileKeys, profiles } from "./sequential.ts"
import { drawSheet, type Layer, type Panel, type Plot } from "./sheet.ts"
import { faint, ink } from "./style.ts"

const id = "C-3"
const title = "Training takes the recurrent weights R past the edge of stability"

type Eigenvalue = Row<typeof eigenvalues>
const leading = ({ index }: Eigenvalue) => index === 0

const radiusPanel = (plot: Plot, curves: readonly Curve[]): Panel => ({
  name: "spectral radius of R",
  width: 860,
  height: 280,
  options: { ...margins, marginRight: 24, y: { zero: true, nice: 5 } },
  layers: [
    axes(plot, "epochs of training", "largest |λ|"),
    levelMarks(plot, 1, "the origin is stable below"),
    curveLayer(plot, curves, "epoch"),
  ],
})

/** The plane of a network's eigenvalues. */
interface PlaneOf {
  readonly name: string
  readonly colour: string
  readonly epochs: readonly [first: number, last: number]
  readonly first: readonly Eigenvalue[]
  readonly last: readonly Eigenvalue[]
}

function planeOf(table: Table<typeof eigenvalues>, name: string, colour: string): PlaneOf {
  const rows = toRows(table)
  const epochs = rows.map(({ epoch }) => epoch)
  const [from, to] = [Math.min(...epochs), Math.max(...epochs)]
  const at = (epoch: number) => rows.filter((row) => row.epoch === epoch)
  return { name, colour, epochs: [from, to], first: at(from), last: at(to) }
}

/** Side of the square that holds a plane, and its margins, in px. */
const side = 430
const inner = side - margins.marginLeft - 24

/** Eigenvalues at both epochs, rings at the first. */
function eigenvalueLayer(plot: Plot, { colour, epochs, first, last }: PlaneOf): Layer {
  const place = { x: "re", y: "im" } as const
  const rows = [first, last].flatMap((of, i) => of.map(({ re, im }) => pointData(`epoch ${epochs[i]}`, re, im)))
  return {
    marks: [
      plot.dot(first, { ...place, r: 2, stroke: faint, strokeWidth: 0.8 }),
      plot.dot(last, { ...place, r: 2.2, fill: colour }),
    ],
    rows,
  }
}

function planePanel(plot: Plot, plane: PlaneOf, reach: number): Panel {
  const domain = [-reach, reach]
  const axis = { ...centred, ticks: 5 } as const
  return {
    name: plane.name,
    width: side,
    height: inner + margins.marginTop + margins.marginBottom,
    options: { ...margins, marginRight: 24, x: { domain }, y: { domain } },
    layers: [
      plot.ruleX([0], { stroke: ink, strokeOpacity: 0.1 }),
      plot.ruleY([0], { stroke: ink, strokeOpacity: 0.1 }),
      // A radius is in px: half the inner side is the reach.
      plot.dot([0], { x: 0, y: 0, r: inner / 2 / reach, stroke: ink, strokeDasharray: "2,3" }),
      eigenvalueLayer(plot, plane),
      plot.axisX({ label: "Re λ", ...axis }),
      plot.axisY({ label: "Im λ", ...axis }),
    ],
  }
}

/** The abstract on low-dimensional dynamics: R changes while training, until the origin is no longer what states end on. */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { eigenvalues: every(eigenvalues, isTrained) },
  draw: ({ eigenvalues }) => {
    const curves = profileCurves(eigenvalues, (rows) =>
      rows.filter(leading).map(({ epoch, modulus }) => ({ x: epoch, y: modulus })),
    )
    if (curves.length === 0) return missing(id, "eigenvalues", "rows of a trained network")
    const planes = profiles.flatMap(({ profile, colour }) => {
      const first = firstNetwork(ofProfile(eigenvalues, profile))
      return first ? [planeOf(first.value, nameOf(first.labels), colour)] : []
    })
    const [from, to] = planes[0]!.epochs
    const moduli = planes.flatMap(({ first, last }) => [...first, ...last].map(({ modulus }) => modulus))
    const reach = 1.08 * moduli.reduce((most, modulus) => Math.max(most, modulus), 1)
    return drawSheet(id, title, (plot) => ({
      panels: [radiusPanel(plot, curves), ...planes.map((plane) => planePanel(plot, plane, reach))],
      legend: [
        ...profileKeys(eigenvalues),
        { label: `after training, epoch ${to}`, colour: ink, shape: "dot" },
        { label: `rings: before, epoch ${from}`, colour: faint, shape: "dot" },
      ],
      caption: `Below: all eigenvalues λ of R of the first seed, and the unit circle. ${bandNote(curves)}`,
    }))
  },
})
