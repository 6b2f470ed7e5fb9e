import { every, figure, type Labels } from "../../artifacts/figure.ts"
import { lyapunov } from "../../schemas/lyapunov.ts"
import { isTrained } from "../leaves/smnist.ts"
import { bandNote } from "./bands.ts"
import { curveLayer, levelMarks, margins } from "./layers.ts"
import { missing } from "./networks.ts"
import { axes, profileCurves, profileKeys } from "./sequential.ts"
import { drawSheet } from "./sheet.ts"
import { ink } from "./style.ts"

const id = "C-lyapunov"
const title = "Largest Lyapunov exponents while training"

/** Whether a table has the exponents of a network by epoch. */
const isOverTraining = ({ over, ...labels }: Labels): boolean => over === "training" && isTrained(labels)

/** At 0 the largest exponent is that of a closed curve, above it of chaos, below of fixed points and cycles. */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { lyapunov: every(lyapunov, isOverTraining) },
  draw: ({ lyapunov }) => {
    const curves = ["largest", "second"].flatMap((of, rank) =>
      profileCurves(
        lyapunov,
        (rows) => rows.filter(({ exponent }) => exponent === rank).map(({ epoch, nats }) => ({ x: epoch, y: nats })),
        { of, dashed: rank > 0 },
      ),
    )
    if (curves.length === 0) return missing(id, "lyapunov", "rows of a network over training")
    return drawSheet(id, title, (plot) => ({
      panels: [
        {
          name: "exponents by epoch",
          title: "",
          width: 640,
          height: 320,
          options: { ...margins, marginLeft: 56, marginRight: 98, y: { nice: 5 } },
          layers: [
            axes(plot, "epochs of training", "λ (nats a step)"),
            levelMarks(plot, 0, "no chaos below", "outside"),
            curveLayer(plot, curves, "epoch"),
          ],
        },
      ],
      legend: [
        ...profileKeys(lyapunov),
        { label: "largest exponent", colour: ink, shape: "line" },
        { label: "second", colour: ink, shape: "dashed" },
      ],
      caption: `Of the network without input, means over orbits after a transient. ${bandNote(curves)}`,
    }))
  },
})
