import { every, figure, type Labels } from "../../artifacts/figure.ts"
import { attractorMembers } from "../../schemas/attractor-members.ts"
import { attractors } from "../../schemas/attractors.ts"
import { snapshots } from "../../schemas/snapshots.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import { isNetwork, type NetworkLabels } from "../leaves/clusters.ts"
import { mean } from "../numerics/quantiles.ts"
import { brief, centred, classKeys, margins, pointData, pointLayer } from "./layers.ts"
import { ascending, firstSeeds, missing } from "./networks.ts"
import { drawSheet, type Layer, type Panel, type Plot } from "./sheet.ts"
import { classColour, ink, regime } from "./style.ts"

const id = "A-ends"
const title = "Where trajectories end: late states, and the attractors to which they are drawn"

/** Kinds of attractors in words, where the table's are none. */
const kindNames = new Map([
  ["fixed-point", "fixed point"],
  ["curve", "closed curve"],
])
const kindOf = ({ kind, period }: Attractor): string =>
  `${kindNames.get(kind) ?? kind}${period > 1 ? ` of period ${period}` : ""}`

/** Most attractors of a network that are named, the largest first; all have a ring. */
const named = 4

const isTrained = (labels: Labels): labels is Labels & NetworkLabels => isNetwork(labels) && labels.trained

type Attractor = Row<typeof attractors>

/** A state in the plane of the two leading components, and the attractor it ends on. */
interface End {
  readonly label: number
  readonly attractor: number
  readonly x: number
  readonly y: number
}

interface Network {
  readonly labels: NetworkLabels
  /** The last recorded step. */
  readonly t: number
  readonly ends: readonly End[]
  readonly attractors: readonly Attractor[]
}

/** A ring where the states of an attractor are on average, with its name. */
function ringLayer(plot: Plot, { ends, attractors }: Network): Layer {
  const rings = attractors
    .toSorted((a, b) => b.members - a.members)
    .flatMap((attractor, rank) => {
      const own = ends.filter((end) => end.attractor === attractor.attractor)
      const [x, y] = [mean(own.map(({ x }) => x)), mean(own.map(({ y }) => y))]
      const { members, label, purity, le1 } = attractor
      const kind = kindOf(attractor)
      const numbers = `${members} states, ${brief(100 * purity)}\u00a0% of class ${label}, λ = ${brief(le1)} nats a step`
      return own.length > 0 ? [{ x, y, name: rank < named ? kind : "", title: `${kind}: ${numbers}`, attractor }] : []
    })
  return {
    marks: [
      plot.dot(rings, { x: "x", y: "y", r: 9, stroke: ink, strokeWidth: 1.6, title: "title" }),
      // Above and below in turn, since two attractors may lie side by side.
      ...[-17, 19].map((dy, turn) => {
        const own = rings.filter((_, rank) => rank % 2 === turn)
        return plot.text(own, { x: "x", y: "y", text: "name", dy, stroke: "#ffffff", strokeWidth: 4, fill: ink })
      }),
    ],
    rows: rings.map(({ x, y, attractor }) => pointData(`attractor ${attractor.attractor}, ${kindOf(attractor)}`, x, y)),
  }
}

function panelOf(plot: Plot, network: Network): Panel {
  const { labels, t, ends } = network
  const reach = 1.25 * (Math.max(...ends.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)])) || 1)
  const [name, start] = [`d = ${labels.d}, g = ${labels.g}, seed ${labels.seed}`, regime(labels.g)]
  const axis = { ...centred, ticks: 5 } as const
  return {
    name: `${name}, t = ${t}`,
    title: start === undefined ? name : `${name}: ${start}`,
    width: 400,
    height: 388,
    options: {
      ...margins,
      marginBottom: 48,
      x: { domain: [-reach, reach] },
      y: { domain: [-reach, reach] },
    },
    layers: [
      plot.frame({ stroke: ink, strokeOpacity: 0.3 }),
      pointLayer(
        plot,
        ascending(ends.map(({ label }) => label)).map((label) => ({
          series: `class ${label}`,
          colour: classColour(label),
          points: ends.filter((end) => end.label === label),
        })),
        1.8,
      ),
      ringLayer(plot, network),
      plot.axisX({ label: `first component at t = ${t}`, labelOffset: 34, ...axis }),
      plot.axisY({ label: "second component", ...axis }),
    ],
  }
}

/** The states at the last recorded step, of the points whose attractors are known. */
function endsOf(rows: readonly Row<typeof snapshots>[], members: readonly Row<typeof attractorMembers>[]) {
  const attractorOf = new Map(members.map(({ point, attractor }) => [point, attractor]))
  const last = rows.reduce((latest, { t }) => Math.max(latest, t), 0)
  const ends = rows.flatMap(({ t, point, label, pc1, pc2 }): readonly End[] => {
    const attractor = attractorOf.get(point)
    return t === last && attractor !== undefined ? [{ label, attractor, x: pc1, y: pc2 }] : []
  })
  return { t: last, ends }
}

/**
 * The states at the last recorded step in the plane of their two leading components, each in the colour of its class, and
 * the kind of attractor on which they end thousands of steps later: stable fixed points, one a class, or chaos.
 */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: {
    snapshots: every(snapshots, isTrained),
    attractors: every(attractors, isTrained),
    members: every(attractorMembers, isTrained),
  },
  draw: ({ snapshots, attractors, members }) => {
    const networks = snapshots
      .flatMap(({ labels, value }) => {
        const same = (one: { readonly labels: Labels }) =>
          ["d", "g", "seed"].every((name) => one.labels[name] === labels[name])
        const [found, basins] = [attractors.find(same), members.find(same)]
        return isTrained(labels) && found && basins
          ? [{ labels, ...endsOf(toRows(value), toRows(basins.value)), attractors: toRows(found.value) }]
          : []
      })
      .filter(({ ends }) => ends.length > 0)
    if (networks.length === 0) return missing(id, "attractor-members", "points of a trained network with snapshots")
    const shown = firstSeeds(networks)
    const classes = ascending(shown.flatMap(({ ends }) => ends.map(({ label }) => label)))
    return drawSheet(id, title, (plot) => ({
      panels: shown.map((network) => panelOf(plot, network)),
      legend: classKeys(classes),
      caption:
        "Without input after t\u00a0=\u00a00. A ring lies at the mean of the states that end on one attractor, and says of which kind it is; " +
        `of a network with more, the ${named} that draw most states are named.`,
    }))
  },
})
