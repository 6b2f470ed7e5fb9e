/** What figures of strongly chaotic networks against the learning rate, in units of the baseline's, have in common. */
import type { Labels } from "../../artifacts/figure.ts"
import { baseline } from "../leaves/clusters.ts"
import type { GammaLaw, Sample } from "./bands.ts"
import { type Curve, centred, curveLayer, margins } from "./layers.ts"
import { ascending } from "./networks.ts"
import type { Panel, Plot } from "./sheet.ts"
import { faint, gainColours, ink } from "./style.ts"
import { variantOf } from "./variants.ts"

/** The gain at which the paper speaks of learning rates. */
export const strongGain = 250
export const strongColours = gainColours([strongGain])

/**
 * Learning rate, in units of the baseline's, of a trained and strongly chaotic network with d-dimensional inputs; undefined
 * for one that is off the baseline in any other setting too.
 */
export function rateOf(labels: Labels, d: number): number | undefined {
  const network = variantOf(labels, { learningRate: baseline.learningRate })
  return network?.trained && network.g === strongGain && network.d === d
    ? network.learningRate / baseline.learningRate
    : undefined
}

/** A number of each such network over its learning rate. */
export const rateSamples = <T extends { readonly labels: Labels }>(
  tables: readonly T[],
  d: number,
  valueOf: (one: T) => number | undefined,
): readonly Sample[] =>
  tables.flatMap((one) => {
    const [x, y] = [rateOf(one.labels, d), valueOf(one)]
    return x === undefined || y === undefined ? [] : [{ seed: Number(one.labels.seed), x, y }]
  })

export const strongCurve = (samples: readonly Sample[], law?: GammaLaw): Curve => ({
  series: `g = ${strongGain}`,
  colour: strongColours.get(strongGain)!,
  dashed: false,
  samples,
  ...(law && { law }),
})

/** A panel of one curve over the learning rate, on a logarithmic axis. */
export function ratePanel(plot: Plot, curve: Curve, name: string, axis: string): Panel {
  const rates = ascending(curve.samples.map(({ x }) => x))
  return {
    name,
    width: 400,
    height: 300,
    options: {
      ...margins,
      marginRight: 24,
      x: { type: "log", domain: [rates[0]! / 1.2, rates.at(-1)! * 1.2] },
      y: { nice: 5, zero: true },
    },
    layers: [
      plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
      plot.ruleY([0], { stroke: faint, strokeDasharray: "2,3" }),
      curveLayer(plot, [curve], "rate"),
      plot.axisX(rates, {
        label: "learning rate / baseline's",
        ...centred,
        text: rates.map(String),
      }),
      plot.axisY({ label: axis, ...centred }),
    ],
  }
}

/** The panel of the largest Lyapunov exponent. */
export const exponentPanel = (plot: Plot, curve: Curve, d: number): Panel =>
  ratePanel(plot, curve, `d = ${d}: largest Lyapunov exponent`, "λ (nats a step)")
