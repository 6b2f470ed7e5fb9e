import { every, figure } from "../../artifacts/figure.ts"
import { readout } from "../../schemas/readout.ts"
import { baseline, isVariant, tEval } from "../leaves/clusters.ts"
import { accuraciesOf, clustersPanel, curvesOf, settingsOf } from "./accuracy-by-clusters.ts"
import { bandNote } from "./bands.ts"
import { missing } from "./networks.ts"
import { gainKeys } from "./over-time.ts"
import { drawSheet } from "./sheet.ts"
import { gainColours } from "./style.ts"

const id = "A-3K"
const title = "Test accuracy against the number of clusters"

/** Two-dimensional inputs in more and more clusters: said in the paper, not shown. */
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
        return network?.learningRate === baseline.learningRate && network.inputGain === baseline.inputGain
      },
      isVariant,
    ),
  },
  draw: ({ readout }) => {
    const accuracies = accuraciesOf(readout)
    if (accuracies.length === 0) return missing(id, "readout", `a row with t = ${tEval} of a trained network, d = 2`)
    const curves = curvesOf(accuracies)
    return drawSheet(id, title, (plot) => ({
      panels: [
        clustersPanel(plot, curves, { name: "d = 2", width: 520, height: 320 }, [
          { y: 0.95, name: "solved: .95 and above" },
          { y: 0.85, name: "failed: .85 and below" },
          { y: 0.5, name: "chance" },
        ]),
      ],
      legend: gainKeys(gainColours(accuracies.map(({ g }) => g))),
      caption:
        `Fresh points of the trained clusters, read by the network's own output at t\u00a0=\u00a0${tEval}; all other settings are those of the baseline. ` +
        bandNote(curves),
    }))
  },
})
