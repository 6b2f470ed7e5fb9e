/** What the parts of a claim come to. Its table has a row for each, with the columns `criterion`, `verdict` and `n`. */

/** What a part that decides nothing has in place of a criterion, and of a verdict. */
export const reported = "reported"

export const outcomes = ["holds", "fails", "not tested", reported] as const
export type Outcome = (typeof outcomes)[number]

/** A claim fails when one of its parts does, and holds when all that have a criterion do; without a criterion it reports. */
export function outcomeOf(parts: readonly { readonly criterion: string; readonly verdict: string }[]): Outcome {
  const decisive = parts.filter(({ criterion }) => criterion !== reported)
  if (decisive.some(({ verdict }) => verdict === "fails")) return "fails"
  if (decisive.length > 0) return decisive.every(({ verdict }) => verdict === "holds") ? "holds" : "not tested"
  return parts.some(({ verdict }) => verdict === reported) ? reported : "not tested"
}
