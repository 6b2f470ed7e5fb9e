import { every, figure } from "../../artifacts/figure.ts"
import { attractors } from "../../schemas/attractors.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { isTrained } from "../leaves/smnist.ts"
import { brief, centred, margins, pointData } from "./layers.ts"
import { ascending, missing } from "./networks.ts"
import { ofProfile, profiles } from "./sequential.ts"
import { drawSheet, type Panel, type Plot } from "./sheet.ts"
import { ink } from "./style.ts"

const id = "C-attractors"
const title = "What the states end on without input"

/** Kinds of the table in words, from the simplest on. */
const kinds = [
  { kind: "fixed-point", name: "fixed point", colour: "#9a9a9a" },
  { kind: "cycle", name: "cycle", colour: "#a6cee3" },
  { kind: "curve", name: "closed curve", colour: "#2c7fb8" },
  { kind: "neutral", name: "torus, or not told from it", colour: "#253494" },
  { kind: "chaos", name: "chaos", colour: "#b8202a" },
  { kind: "unsettled", name: "none of these", colour: "#f2c98a" },
  { kind: "unbounded", name: "unbounded", colour: "#222222" },
]

type Attractor = Row<typeof attractors>

const membersOf = (found: readonly Attractor[]): number => found.reduce((sum, { members }) => sum + members, 0)

/** Bars of one network, a kind a bar on top of the others. */
function barsOf({ labels, value }: Of<typeof attractors>) {
  const found = toRows(value)
  const all = membersOf(found)
  let low = 0
  return kinds.flatMap(({ kind, name, colour }) => {
    const own = found.filter((one) => one.kind === kind)
    if (own.length === 0) return []
    const share = membersOf(own) / all
    low += share
    const periods = ascending(own.filter(({ period }) => period > 1).map(({ period }) => period))
    return [
      {
        ...{ seed: Number(labels.seed), kind: name, colour, share, low: low - share, high: low },
        title: `seed ${labels.seed}, ${name}: ${own.length}, with ${brief(100 * share)}\u00a0% of the states${periods.length > 0 ? `, of period ${periods.join(", ")}` : ""}`,
      },
    ]
  })
}

function panelOf(plot: Plot, profile: string, networks: readonly Of<typeof attractors>[]): Panel {
  const bars = networks.flatMap(barsOf)
  const counts = networks.map(({ labels, value }) => ({ seed: Number(labels.seed), count: value.length }))
  return {
    name: `profile “${profile}”`,
    width: 430,
    height: 300,
    options: {
      ...{ ...margins, x: { type: "band", domain: ascending(counts.map(({ seed }) => seed)), padding: 0.15 } },
      y: { domain: [0, 1], insetTop: 18 },
    },
    layers: [
      {
        marks: [
          plot.barY(bars, { x: "seed", y1: "low", y2: "high", fill: "colour", title: "title" }),
          plot.text(counts, { x: "seed", y: () => 1, dy: -9, text: ({ count }) => String(count), fill: ink }),
        ],
        rows: [
          ...bars.map(({ kind, seed, share }) => pointData(kind, seed, share)),
          ...counts.map(({ seed, count }) => pointData("attractors", seed, count)),
        ],
      },
      plot.axisX({ label: "seed", ...centred, tickSize: 0 }),
      plot.axisY({ label: "share of the end states", ...centred }),
    ],
  }
}

/**
 * The paper calls the attractor not trivial (Horoi et al. 2020, low-dimensional dynamics, abstract); of which kind it is
 * depends on the network: the share of the end states on each kind, network by network.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { attractors: every(attractors, isTrained) },
  draw: ({ attractors }) => {
    const found = attractors.filter(({ value }) => membersOf(toRows(value)) > 0)
    if (found.length === 0) return missing(id, "attractors", "rows of a trained network")
    const present = new Set(found.flatMap(({ value }) => value.columns.kind))
    return drawSheet(id, title, (plot) => ({
      panels: profiles
        .map(({ profile }) => ({ profile, networks: ofProfile(found, profile) }))
        .filter(({ networks }) => networks.length > 0)
        .map(({ profile, networks }) => panelOf(plot, profile, networks)),
      legend: kinds
        .filter(({ kind }) => present.has(kind))
        .map(({ name, colour }) => ({ label: name, colour, shape: "dot" })),
      caption:
        "Test images, thousands of steps after their last row. Above each bar: the number of attractors. " +
        "A cycle of a map is phase-locked; one that is not is a closed curve.",
    }))
  },
})
