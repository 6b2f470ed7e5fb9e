/** What figures of the inputs themselves share: the points of a study's first realisation, and how a plane of them looks. */
import type { Labels } from "../../artifacts/figure.ts"
import type { points } from "../../schemas/points.ts"
import type { Table } from "../../schemas/table.ts"
import { isTask } from "../leaves/clusters.ts"
import { centred, type PointGroup } from "./layers.ts"
import { ascending } from "./networks.ts"
import type { Panel, Plot } from "./sheet.ts"
import { classColour, ink } from "./style.ts"

/** Labelled points, one row of d numbers each. */
export interface Cloud {
  readonly label: Int32Array
  readonly cluster: Int32Array
  readonly x: Float32Array
  readonly d: number
}

/** The inputs of one realisation. */
export interface Task {
  readonly d: number
  readonly seed: number
  readonly centres: Cloud
  /** Samples around the centres. */
  readonly samples: Cloud
}

type Gathered = readonly { readonly labels: Labels; readonly value: Table<typeof points> }[]

const cloudOf = (d: number, { columns: { label, cluster, x } }: Table<typeof points>): Cloud => ({
  ...{ label, cluster, d },
  x: x.values,
})

/** The inputs of the smallest seed of each d, d ascending. Of the tables of a task the centres have the fewest points. */
export function tasksOf(gathered: Gathered): readonly Task[] {
  const given = gathered.flatMap(({ labels, value }) => (isTask(labels) && value.length > 0 ? [{ labels, value }] : []))
  return ascending(given.map(({ labels }) => labels.d)).flatMap((d) => {
    const ofD = given.filter(({ labels }) => labels.d === d)
    const seed = Math.min(...ofD.map(({ labels }) => labels.seed))
    const [centres, samples] = ofD
      .filter(({ labels }) => labels.seed === seed)
      .map(({ value }) => value)
      .toSorted((a, b) => a.length - b.length)
    return centres && samples ? [{ d, seed, centres: cloudOf(d, centres), samples: cloudOf(d, samples) }] : []
  })
}

/** Coordinate j of every point. */
export const coordinate = ({ x, label, d }: Cloud, j: number): readonly number[] =>
  Array.from(label, (_, i) => x[i * d + j]!)

export const classesOf = ({ label }: Cloud): readonly number[] => ascending(label)

/** A group of points for each class: their coordinates x and y, in the order of the cloud. */
export const classGroups = (cloud: Cloud, x: readonly number[], y: readonly number[]): readonly PointGroup[] =>
  classesOf(cloud).map((of) => ({
    series: `class ${of}`,
    colour: classColour(of),
    points: x.flatMap((x, i) => (cloud.label[i] === of ? [{ x, y: y[i]! }] : [])),
  }))

/** |xᵢ - xₖ| */
export function distance({ x, d }: Cloud, i: number, k: number): number {
  let squared = 0
  for (let j = 0; j < d; j++) squared += (x[i * d + j]! - x[k * d + j]!) * (x[i * d + j]! - x[k * d + j]!)
  return Math.sqrt(squared)
}

/** The point nearest to point i; -1 where there is no other. */
export const nearestTo = (cloud: Cloud, i: number): number =>
  [...cloud.label.keys()].reduce(
    (best, k) => (k !== i && (best < 0 || distance(cloud, i, k) < distance(cloud, i, best)) ? k : best),
    -1,
  )

export interface PlaneAxis {
  readonly label: string
  readonly domain: readonly [low: number, high: number]
}

/** A coordinate of an input, in which centres reach from -2 to 2. */
export const coordinateAxis = (label: string): PlaneAxis => ({ label, domain: [-2.1, 2.1] })

/** A plane in which points of several classes lie. */
export const planePanel = (
  plot: Plot,
  { name, x, y }: { readonly name: string; readonly x: PlaneAxis; readonly y: PlaneAxis },
  ...layers: Panel["layers"]
): Panel => ({
  name,
  width: 350,
  height: 350,
  options: {
    marginLeft: 44,
    marginTop: 26,
    marginBottom: 40,
    marginRight: 10,
    x: { domain: x.domain },
    y: { domain: y.domain },
  },
  layers: [
    plot.frame({ stroke: ink, strokeOpacity: 0.2 }),
    ...layers,
    plot.axisX({ label: x.label, ...centred, ticks: 5 }),
    plot.axisY({ label: y.label, ...centred, ticks: 5 }),
  ],
})
