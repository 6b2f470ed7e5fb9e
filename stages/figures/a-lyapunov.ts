import { every, figure, type Labels } from "../../artifacts/figure.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { toRows } from "../../schemas/table.ts"
import { isNetwork, type NetworkLabels } from "../leaves/clusters.ts"
import { bandNote } from "./bands.ts"
import { type Curve, centred, curveLayer, levelMarks, margins } from "./layers.ts"
import { ascending, missing } from "./networks.ts"
import { gainKeys } from "./over-time.ts"
import { drawSheet, type Panel, type Plot } from "./sheet.ts"
import { gainColours, ink } from "./style.ts"

const id = "A-lyapunov"
const title = "Largest Lyapunov exponents while training"
/** Exponents that are drawn, the largest first. */
const names = ["largest", "second"]

/** The network of exponents by epoch. */
function networkOf({ over, ...labels }: Labels): NetworkLabels | undefined {
  return over === "training" && isNetwork(labels) ? labels : undefined
}

const panelOf = (plot: Plot, d: number, curves: readonly Curve[]): Panel => ({
  name: `d = ${d}`,
  width: 420,
  height: 300,
  options: { ...margins, y: { nice: 5 } },
  layers: [
    plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
    levelMarks(plot, 0, "stable below"),
    curveLayer(plot, curves, "epoch"),
    plot.axisX({ label: "epochs of training", ...centred, ticks: 5 }),
    plot.axisY({ label: "λ (nats a step)", ...centred }),
  ],
})

/** Training drives a network at the edge of chaos to stable attractors, and damps the chaos of a strongly chaotic one. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { lyapunov: every(lyapunov, (labels) => networkOf(labels) !== undefined) },
  draw: ({ lyapunov }) => {
    const samples = lyapunov.flatMap(({ labels, value }) => {
      const network = networkOf(labels)
      return network === undefined
        ? []
        : toRows(value)
            .filter(({ exponent }) => exponent < names.length)
            .map(({ epoch, exponent, nats }) => ({ ...network, exponent, x: epoch, y: nats }))
    })
    if (samples.length === 0) return missing(id, "lyapunov", "rows of a network over training")
    const colours = gainColours(samples.map(({ g }) => g))
    const groups = ascending(samples.map(({ d }) => d))
      .toReversed()
      .map((d) => ({
        d,
        curves: [...colours]
          .flatMap(([g, colour]) =>
            names.map(
              (name, exponent): Curve => ({
                series: `g = ${g}, ${name}`,
                colour,
                dashed: exponent > 0,
                samples: samples.filter((one) => one.d === d && one.g === g && one.exponent === exponent),
              }),
            ),
          )
          .filter(({ samples }) => samples.length > 0),
      }))
    return drawSheet(id, title, (plot) => ({
      panels: groups.map(({ d, curves }) => panelOf(plot, d, curves)),
      legend: [
        ...gainKeys(colours),
        { label: "largest exponent", colour: ink, shape: "line" },
        { label: "second", colour: ink, shape: "dashed" },
      ],
      caption: `Of the network without input, means over orbits after a transient; epoch 0 is before training. ${bandNote(groups.flatMap(({ curves }) => curves))}`,
    }))
  },
})
