import { float64, int32, table, utf8 } from "./table.ts"

/** One claim of a paper, as tested, a row for each part: the claim holds when every part with a criterion does. */
export const verdict = table("verdict", {
  doc: "verdict on one claim of a paper, one part of it a row",
  format: "parquet",
  columns: {
    claim: utf8("id of the claim"),
    part: utf8("what the part is about, such as `g = 20`"),
    quantity: utf8("what is measured"),
    criterion: utf8("what it must satisfy; `reported` where it is told beside, and nothing hangs on it"),
    value: float64("what was found; 0 where it could not be tested"),
    n: int32("realisations behind the value"),
    verdict: utf8("`holds`, `fails` or `not tested`; `reported` where there is no criterion"),
  },
})
