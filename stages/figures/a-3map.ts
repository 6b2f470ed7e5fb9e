import { every, figure } from "../../artifacts/figure.ts"
import { readout } from "../../schemas/readout.ts"
import { isVariant, tEval } from "../leaves/clusters.ts"
import { type Accuracy, accuraciesOf, clustersPanel, curvesOf, settingsOf } from "./accuracy-by-clusters.ts"
import { bandNote } from "./bands.ts"
import { ascending, missing } from "./networks.ts"
import { gainKeys } from "./over-time.ts"
import { drawSheet } from "./sheet.ts"
import { gainColours } from "./style.ts"
import { mapCounts, mapRates, rateText } from "./variants.ts"

const id = "A-3map"
const title = "Where strongly chaotic networks are more accurate: learning rate, input gain, number of clusters"

/** Input gains in the order of their rows, in words. */
const gainNames = new Map([
  ["code", "gain as in the code"],
  ["unit", "unit gain"],
])

/** Accuracies in their panels: a row an input gain, a column a learning rate, highest first. */
const panelsOf = (accuracies: readonly Accuracy[]) =>
  [...gainNames].flatMap(([inputGain, gainName]) =>
    ascending(accuracies.map(({ learningRate }) => learningRate))
      .toReversed()
      .map((learningRate) => ({
        name: `learning rate ${rateText(learningRate)}, inputGain = ${inputGain}`,
        title: `rate ${rateText(learningRate)}, ${gainName}`,
        curves: curvesOf(accuracies.filter((one) => one.learningRate === learningRate && one.inputGain === inputGain)),
      }))
      .filter(({ curves }) => curves.length > 0),
  )

/** The regimes among which claim A-3b looks for one in which it holds: two-dimensional inputs. */
export default figure({
  id,
  title,
  study: "clusters",
  source: import.meta.url,
  gathers: {
    readout: every(
      readout,
      (labels) => {
        const network = settingsOf(labels)
        return network !== undefined && mapRates.includes(network.learningRate) && mapCounts.includes(network.clusters)
      },
      isVariant,
    ),
  },
  draw: ({ readout }) => {
    const accuracies = accuraciesOf(readout)
    if (accuracies.length === 0) return missing(id, "readout", `a row with t = ${tEval} of a trained network, d = 2`)
    const panels = panelsOf(accuracies)
    return drawSheet(id, title, (plot) => ({
      panels: panels.map(({ name, title, curves }) =>
        clustersPanel(plot, curves, { name, title, width: 280, height: 232 }, [{ y: 0.5, name: "chance" }]),
      ),
      legend: gainKeys(gainColours(accuracies.map(({ g }) => g))),
      caption:
        `Fresh points of the trained clusters, d\u00a0=\u00a02, read by the network's own output at t\u00a0=\u00a0${tEval}. ` +
        bandNote(panels.flatMap(({ curves }) => curves)),
    }))
  },
})
