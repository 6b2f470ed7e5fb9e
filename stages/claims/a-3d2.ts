import { every } from "../../artifacts/leaf.ts"
import { dimension } from "../../schemas/dimension.ts"
import { toRows } from "../../schemas/table.ts"
import { median } from "../numerics/quantiles.ts"
import { bySeed, claim, isNetwork } from "./claim.ts"

/** Last step that is looked at. */
const last = 15

export default claim({
  id: "A-3d2",
  title: "d = 2: the strongly chaotic network expands to t = 7, then compresses to t = 11",
  study: "clusters",
  source: import.meta.url,
  gathers: { dimension: every(dimension, isNetwork) },
  judge: ({ dimension }) => {
    const at = (step: number) => [
      ...bySeed(
        dimension,
        { d: 2, g: 250, trained: true },
        ({ value }) => toRows(value).find(({ t, label }) => t === step && label === -1)?.ed,
      ).values(),
    ]
    const curves = Array.from({ length: last + 1 }, (_, t) => at(t))
    const n = curves[0]!.length
    const curve = curves.every((of) => of.length > 0) ? curves.map(median) : undefined
    const peak = curve && Math.max(...curve)
    return [
      {
        part: "peak",
        quantity: "step of the largest median ED",
        criterion: "in {6, 7, 8}",
        value: curve && curve.indexOf(peak!),
        n,
        holds: (value) => value >= 6 && value <= 8,
      },
      {
        part: "compression",
        quantity: "median ED at t = 11 / its maximum",
        criterion: "<= .7",
        value: curve && curve[11]! / peak!,
        n,
        holds: (value) => value <= 0.7,
      },
    ]
  },
})
