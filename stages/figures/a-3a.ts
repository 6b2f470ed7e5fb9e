import { every, figure } from "../../artifacts/figure.ts"
import { points } from "../../schemas/points.ts"
import { isTask } from "../leaves/clusters.ts"
import { classesOf, classGroups, coordinate, coordinateAxis, nearestTo, planePanel, tasksOf } from "./inputs.ts"
import { classKeys, pointLayer } from "./layers.ts"
import { missing } from "./networks.ts"
import { drawSheet } from "./sheet.ts"

const id = "A-3a"
const title = "Two-dimensional inputs"

/** Inputs in their plane, of one realisation: a boundary between the classes must be curved. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: { points: every(points, (labels) => isTask(labels) && labels.d === 2) },
  draw: ({ points }) => {
    const [task] = tasksOf(points)
    if (task === undefined) return missing(id, "points", "the centres and the samples of two-dimensional inputs")
    const { centres, samples, seed } = task
    const mixed = [...centres.label.keys()].filter(
      (i) => centres.label[nearestTo(centres, i)] !== centres.label[i],
    ).length
    const groups = classGroups(samples, coordinate(samples, 0), coordinate(samples, 1))
    return drawSheet(id, title, (plot) => ({
      panels: [
        planePanel(
          plot,
          { name: `d = 2, seed ${seed} (paper: Fig. 3a)`, x: coordinateAxis("x₁"), y: coordinateAxis("x₂") },
          pointLayer(plot, groups, 1.5),
        ),
      ],
      legend: classKeys(classesOf(samples)),
      caption:
        `${samples.label.length} points around ${centres.label.length} centres. The nearest neighbour of ` +
        `${mixed} centres is of another class: a boundary between the classes has to wind through them.`,
    }))
  },
})
