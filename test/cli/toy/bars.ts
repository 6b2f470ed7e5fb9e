import * as Effect from "effect/Effect"
import { every, figure, figureData } from "../../../artifacts/figure.ts"
import { fromRows } from "../../../schemas/table.ts"
import { sums } from "./sum.ts"

export default figure({
  id: "T-1",
  title: "Sums by seed",
  study: "powers",
  source: import.meta.url,
  gathers: { sums: every(sums) },
  draw: ({ sums }) =>
    Effect.succeed({
      figure: `<svg xmlns="http://www.w3.org/2000/svg"><text>${sums[0]!.value.columns.sum.join(" ")}</text></svg>`,
      data: fromRows(figureData, []),
    }),
})
