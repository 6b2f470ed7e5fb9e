import { every, figure, type Labels } from "../../artifacts/figure.ts"
import { history } from "../../schemas/history.ts"
import { learning } from "../../schemas/learning.ts"
import { isTraining } from "../leaves/smnist.ts"
import { bandNote } from "./bands.ts"
import { type Curve, curveLayer, levelMarks, margins } from "./layers.ts"
import { missing } from "./networks.ts"
import { axes, profileCurves, profileKeys } from "./sequential.ts"
import { drawSheet, type Panel, type Plot } from "./sheet.ts"
import { ink } from "./style.ts"

const id = "B-acc"
const title = "Accuracy and loss while training"

/** Whether a table tells how well a network knows its training images. */
const isOfTraining = ({ of, ...labels }: Labels): boolean => of === "training" && isTraining(labels)

const panelOf = (plot: Plot, name: string, curves: readonly Curve[], levels: readonly number[]): Panel => ({
  name,
  title: name,
  width: 430,
  height: 320,
  options: { ...margins, marginRight: 20, y: { nice: 5 } },
  layers: [
    axes(plot, "epochs of training", name),
    ...levels.map((y) => levelMarks(plot, y, "published: a little over .93")),
    curveLayer(plot, curves, "epoch"),
  ],
})

/** Held-out images against those that the network was trained on. */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { history: every(history, isTraining), learning: every(learning, isOfTraining) },
  draw: ({ history, learning }) => {
    const held = { of: "test images" }
    const seen = { of: "training images", dashed: true }
    const accuracies = [
      ...profileCurves(history, (rows) => rows.map((row) => ({ x: row.epoch, y: row.validationAccuracy })), held),
      ...profileCurves(learning, (rows) => rows.map((row) => ({ x: row.epoch, y: row.accuracy })), seen),
    ]
    const losses = [
      ...profileCurves(history, (rows) => rows.map((row) => ({ x: row.epoch, y: row.validationLoss })), held),
      ...profileCurves(learning, (rows) => rows.map((row) => ({ x: row.epoch, y: row.loss })), seen),
    ]
    if (history.length === 0) return missing(id, "history", "rows of a network")
    return drawSheet(id, title, (plot) => ({
      panels: [panelOf(plot, "accuracy", accuracies, [0.93]), panelOf(plot, "cross-entropy (nats)", losses, [])],
      legend: [
        ...profileKeys(history),
        { label: "test images", colour: ink, shape: "line" },
        { label: "training images", colour: ink, shape: "dashed" },
      ],
      caption: `Read by the network's own output after the last row. ${bandNote([...accuracies, ...losses])}`,
    }))
  },
})
