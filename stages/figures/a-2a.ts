import { every, figure } from "../../artifacts/figure.ts"
import { points } from "../../schemas/points.ts"
import { isTask } from "../leaves/clusters.ts"
import { type Cloud, classesOf, classGroups, coordinate, coordinateAxis, planePanel, tasksOf } from "./inputs.ts"
import { classKeys, pointLayer } from "./layers.ts"
import { isPlanar, missing } from "./networks.ts"
import { drawSheet } from "./sheet.ts"
import { faint } from "./style.ts"

const id = "A-2a"
const title = "High-dimensional inputs"
/** Passes over the centres after which they count as not separable. */
const mostPasses = 1000

/** Side of the boundary on which a class should lie. */
const sideOf = (label: number): number => (label === 0 ? -1 : 1)

/**
 * A plane w·x + b = 0 between the classes, by the perceptron: while a centre is on the wrong side, add ±(x, 1) to (w, b).
 * It ends if there is such a plane. Source: Rosenblatt 1962; Novikoff 1962 (convergence).
 */
function perceptron({ x, label, d }: Cloud): { readonly w: Float64Array; readonly b: number } {
  const w = new Float64Array(d)
  let b = 0
  for (let pass = 0, wrong = 1; wrong > 0 && pass < mostPasses; pass++) {
    wrong = 0
    for (let i = 0; i < label.length; i++) {
      const side = sideOf(label[i]!)
      if (side * (dot(w, x, i) + b) > 0) continue
      wrong++
      b += side
      for (let j = 0; j < d; j++) w[j]! += side * x[i * d + j]!
    }
  }
  return { w, b }
}

/** w · xᵢ */
function dot(w: Float64Array, x: Float32Array, i: number): number {
  let sum = 0
  for (let j = 0; j < w.length; j++) sum += w[j]! * x[i * w.length + j]!
  return sum
}

/** Signed distance of every point from the plane. */
function distances({ x, label }: Cloud, { w, b }: ReturnType<typeof perceptron>): readonly number[] {
  const length = Math.sqrt(w.reduce((sum, weight) => sum + weight * weight, 0)) || 1
  return Array.from(label, (_, i) => (dot(w, x, i) + b) / length)
}

/**
 * Inputs of one realisation, of as many dimensions as units: in the plane of two coordinates, where the classes are mixed,
 * and along a direction in which a plane separates them.
 */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { points: every(points, (labels) => isTask(labels) && !isPlanar(labels.d)) },
  draw: ({ points }) => {
    const task = tasksOf(points).at(-1)
    if (task === undefined) return missing(id, "points", "the centres and the samples of inputs with d > 2")
    const { d, seed, centres, samples } = task
    const [x1, x2] = [coordinate(samples, 0), coordinate(samples, 1)]
    const along = distances(samples, perceptron(centres))
    const reach = 1.05 * Math.max(...along.map(Math.abs)) || 1
    const right = along.filter((distance, i) => distance * sideOf(samples.label[i]!) > 0).length
    return drawSheet(id, title, (plot) => ({
      panels: [
        planePanel(
          plot,
          { name: `d = ${d}: two coordinates (paper: Fig. 2a)`, x: coordinateAxis("x₁"), y: coordinateAxis("x₂") },
          pointLayer(plot, classGroups(samples, x1, x2), 1.5),
        ),
        planePanel(
          plot,
          {
            name: `d = ${d}: across a plane`,
            x: { label: "distance from the plane", domain: [-reach, reach] },
            y: coordinateAxis("x₁"),
          },
          plot.ruleX([0], { stroke: faint }),
          pointLayer(plot, classGroups(samples, along, x1), 1.5),
        ),
      ],
      legend: classKeys(classesOf(samples)),
      caption:
        `Seed ${seed}. Right: the distance from a plane that a perceptron found between the centres of the classes; ` +
        `${right} of ${along.length} points lie on the side of their class.`,
    }))
  },
})
