import * as Effect from "effect/Effect"
import { every, leaf } from "../../../artifacts/leaf.ts"
import { float64, fromRows, int32, table, utf8 } from "../../../schemas/table.ts"
import { sums } from "./sum.ts"

const verdicts = table("verdicts", {
  doc: "whether a claim holds",
  format: "parquet",
  columns: {
    criterion: utf8("what the sum must satisfy"),
    value: float64("smallest sum"),
    n: int32("how many"),
    verdict: utf8("verdict"),
  },
})

export default leaf({
  kind: "claim",
  id: "T-2",
  title: "Sums are positive",
  study: "powers",
  source: import.meta.url,
  gathers: { sums: every(sums) },
  outputs: { claim: verdicts },
  make: ({ sums }) => {
    const { sum } = sums[0]!.value.columns
    const value = Math.min(...sum)
    const verdict = value > 0 ? "holds" : "fails"
    return Effect.succeed({ claim: fromRows(verdicts, [{ criterion: "> 0", value, n: sum.length, verdict }]) })
  },
})
