import * as Effect from "effect/Effect"
import { every, figure, figureData } from "../../../artifacts/figure.ts"
import { fromRows } from "../../../schemas/table.ts"
import { sums } from "../../cli/toy/sum.ts"

/** A figure as those of the studies are: title, description, labelled groups, numbers of each point on hover. */
export default figure({
  id: "T-3",
  title: "Sums, with their numbers",
  study: "powers",
  source: import.meta.url,
  gathers: { sums: every(sums) },
  draw: ({ sums }) => {
    const { seed, sum } = sums[0]!.value.columns
    const points = [...sum].map((y, i) => ({ x: seed[i]!, y }))
    const dots = points.map(
      ({ x, y }) => `<circle cx="${20 + 40 * x}" cy="${80 - 4 * y}" r="4"><title>seed ${x}: ${y}</title></circle>`,
    )
    const svg = [
      '<svg xmlns="http://www.w3.org/2000/svg" width="560" height="120" viewBox="0 0 560 120" role="img" aria-labelledby="T-3-title T-3-description">',
      '<title id="T-3-title">Sums</title><desc id="T-3-description">A sum &lt; 99 for each seed.</desc>',
      '<clipPath id="frame"><rect width="560" height="120"/></clipPath>',
      `<g aria-label="dot" clip-path="url(#frame)">${dots.join("")}</g>`,
      '<text x="20" y="110">A sum &lt; 99</text><text x="20" y="118">for each seed.</text></svg>',
    ]
    const rows = points.map(({ x, y }) => ({ panel: "all", series: "sums", x, y, low: y, high: y, n: 1 }))
    return Effect.succeed({ figure: svg.join("\n"), data: fromRows(figureData, rows) })
  },
})
