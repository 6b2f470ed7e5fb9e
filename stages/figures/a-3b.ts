import { every, figure } from "../../artifacts/figure.ts"
import { history } from "../../schemas/history.ts"
import { readout } from "../../schemas/readout.ts"
import { toRows } from "../../schemas/table.ts"
import { isNetwork, isTraining, type NetworkLabels, type TrainingLabels, tEval } from "../leaves/clusters.ts"
import { accuracyLaw, type Band, bandNote, bandsOf, hasBand, type Sample } from "./bands.ts"
import { brief, type Curve, centred, curveLayer, levelMarks, pointData, spreadData, spreadText } from "./layers.ts"
import { ascending, isPlanar, missing } from "./networks.ts"
import { gainKeys } from "./over-time.ts"
import { drawSheet, type Layer, type Panel, type Plot } from "./sheet.ts"
import { faint, gainColours, ink, regime } from "./style.ts"

const id = "A-3b"
const title = "Test accuracy of trained networks"
/** Chance for two classes: the axis starts here unless a network does worse. */
const chance = { y: 0.5, name: "chance" }
/** Margins and height of a panel, in px. */
const [marginLeft, marginRight, height] = [48, 20, 290]
/** Share of a gain's column that its strip of dots fills, and what its band exceeds it on both sides. */
const [strip, overhang] = [0.46, 0.04]

type Accuracy = Sample & NetworkLabels
type Progress = Sample & TrainingLabels

/** The dots of one gain in its column, side by side in the order of their seeds, so that no two hide each other. */
function stripLayer(plot: Plot, column: number, { series, colour, samples }: Curve, seeds: readonly number[]): Layer {
  const place = (seed: number) => column + strip * ((seeds.indexOf(seed) + 0.5) / seeds.length - 0.5)
  const ends = { x1: column - strip / 2 - overhang, x2: column + strip / 2 + overhang }
  const law = hasBand({ samples }) ? accuracyLaw : undefined
  const bands = bandsOf(samples, law)
  const medianTitle = (band: Band) => `${series}: ${spreadText(band)}`
  const band = plot.rect(bands, { ...ends, y1: "low", y2: "high", fill: colour, fillOpacity: 0.2 })
  return {
    marks: [
      ...(law ? [band] : []),
      plot.ruleY(bands, { ...ends, y: "median", stroke: ink, strokeWidth: 1.5, title: medianTitle }),
      plot.dot(samples, {
        x: ({ seed }: Sample) => place(seed),
        y: "y",
        r: 2.6,
        fill: colour,
        fillOpacity: 0.75,
        title: ({ seed, y }: Sample) => `${series}, seed ${seed}: ${brief(y)}`,
      }),
      plot.text(bands, {
        x: ends.x2,
        y: "median",
        text: ({ median }: Band) => median.toFixed(3),
        textAnchor: "start",
        dx: 4,
      }),
    ],
    rows: [
      ...bands.flatMap((band) => spreadData(series, column, band, law !== undefined)),
      ...samples.map(({ seed, y }) => pointData(`${series}, seed ${seed}`, column, y)),
    ],
  }
}

function stripPanel(plot: Plot, d: number, curves: readonly Curve[], floor: number): Panel {
  const seeds = ascending(curves.flatMap(({ samples }) => samples.map(({ seed }) => seed)))
  const gains = curves.map(({ samples }) => samples[0]!.x)
  const columnName = (column: number) => [`g = ${gains[column]}`, regime(gains[column]!)].filter(Boolean).join("\n")
  return {
    name: `d = ${d}`,
    title: isPlanar(d) ? `d = ${d} (paper: Fig. 3b)` : `d = ${d} (paper: not shown)`,
    width: marginLeft + marginRight + 96 * gains.length,
    height,
    options: {
      marginLeft,
      marginTop: 26,
      marginBottom: 40,
      marginRight,
      x: { domain: [-0.5, gains.length - 0.5], ticks: [] },
      y: { domain: [floor, 1], insetTop: 8, insetBottom: 4 },
    },
    layers: [
      plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
      ...curves.map((curve, column) => stripLayer(plot, column, curve, seeds)),
      plot.axisX([...gains.keys()], { tickFormat: columnName, label: null }),
      plot.axisY({ label: "test accuracy", ...centred }),
    ],
  }
}

function trainingPanel(plot: Plot, d: number, curves: readonly Curve[]): Panel {
  const lowest = curves.flatMap(({ samples }) => samples.map(({ y }) => y))
  return {
    name: `d = ${d}, by epoch`,
    title: `d = ${d}, while training`,
    width: 320,
    height,
    options: {
      marginLeft,
      marginTop: 26,
      marginBottom: 40,
      y: { domain: [Math.min(chance.y - 0.1, ...lowest), 1], insetTop: 8 },
    },
    layers: [
      plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
      levelMarks(plot, chance.y, chance.name),
      curveLayer(plot, curves, "epoch"),
      plot.axisX({ label: "epochs", ...centred, ticks: 5 }),
      plot.axisY({ label: "validation accuracy", ...centred }),
    ],
  }
}

/** One curve a gain of the samples with input dimension d. */
const curvesOf = <S extends Accuracy | Progress>(
  samples: readonly S[],
  d: number,
  colours: ReadonlyMap<number, string>,
) =>
  [...colours].flatMap(([g, colour]): readonly Curve[] => {
    const of = samples.filter((sample) => sample.d === d && sample.g === g)
    return of.length > 0 ? [{ series: `g = ${g}`, colour, dashed: false, samples: of, law: accuracyLaw }] : []
  })

/**
 * Accuracy of the network's own readout at the evaluation step, each seed a dot, and its rise over training. Fig. 3b is
 * d = 2; that higher dimensions are learnt to perfection is said in the paper, not shown.
 */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: {
    readout: every(readout, (labels) => isNetwork(labels) && labels.trained),
    history: every(history, (labels) => isTraining(labels) && isPlanar(labels.d)),
  },
  draw: ({ readout, history }) => {
    const accuracies = readout.flatMap(({ labels, value }): readonly Accuracy[] =>
      isNetwork(labels) && labels.trained
        ? toRows(value)
            .filter(({ t, rowsShown }) => t === tEval && rowsShown === 1)
            .map(({ accuracy }) => ({ ...labels, x: labels.g, y: accuracy }))
        : [],
    )
    if (accuracies.length === 0)
      return missing(id, "readout", `a row with t = ${tEval} and rowsShown = 1 of a trained network`)
    const progress = history.flatMap(({ labels, value }): readonly Progress[] =>
      isTraining(labels) ? toRows(value).map((row) => ({ ...labels, x: row.epoch, y: row.validationAccuracy })) : [],
    )
    const colours = gainColours(accuracies.map(({ g }) => g))
    const dimensions = ascending(accuracies.map(({ d }) => d))
    const strips = dimensions.map((d) => ({ d, curves: curvesOf(accuracies, d, colours) }))
    const rises = dimensions
      .map((d) => ({ d, curves: curvesOf(progress, d, colours) }))
      .filter(({ curves }) => curves.length > 0)
    const floor = Math.min(chance.y, ...accuracies.map(({ y }) => Math.floor(y * 10) / 10))
    return drawSheet(id, title, (plot) => ({
      panels: [
        ...strips.slice(0, 1).map(({ d, curves }) => stripPanel(plot, d, curves, floor)),
        ...rises.map(({ d, curves }) => trainingPanel(plot, d, curves)),
        ...strips.slice(1).map(({ d, curves }) => stripPanel(plot, d, curves, floor)),
      ],
      legend: [
        ...gainKeys(colours),
        { label: "one seed", colour: faint, shape: "dot" },
        { label: "median over the seeds", colour: ink, shape: "line" },
      ],
      caption:
        `Fresh points of the trained clusters, read by the network's own output at t\u00a0=\u00a0${tEval}. ` +
        bandNote([...strips, ...rises].flatMap(({ curves }) => curves)),
    }))
  },
})
