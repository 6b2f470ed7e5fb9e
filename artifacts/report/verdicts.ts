/** Claims and their verdicts: as a section of the page, as CSV, and as a Markdown table. */
import { csvField, numberText } from "../cli/table.ts"
import { reported } from "../verdict.ts"
import { type Html, html, scrolling, td, th } from "./html.ts"
import { type Claim, type Part, type Report, type Verdict, verdictOf, verdicts } from "./model.ts"

const signs: Readonly<Record<Verdict, string>> = {
  holds: "✓",
  fails: "✗",
  "not tested": "–",
  reported: "i",
  missing: "?",
}

const kindOf = (verdict: string): Verdict => verdicts.find((known) => known === verdict) ?? "not tested"

/** A verdict in words, its own or others, with its sign and colour. */
export const badge = (verdict: string, text = verdict): Html =>
  html`<span class="badge ${kindOf(verdict).replace(" ", "-")}"><span aria-hidden="true">${signs[kindOf(verdict)]}</span> ${text}</span>`

/** How many claims have each verdict; those that only report, or are missing, when there are some. */
export function countsOf(claims: readonly Claim[]): readonly { readonly verdict: Verdict; readonly count: number }[] {
  const counts = verdicts.map((verdict) => ({
    verdict,
    count: claims.filter((claim) => verdictOf(claim) === verdict).length,
  }))
  return counts.filter(({ verdict, count }) => count > 0 || (verdict !== "missing" && verdict !== reported))
}

/** The counts as large figures. */
export const tally = (claims: readonly Claim[]): Html =>
  html`<ul class="tally">${countsOf(claims).map(
    ({ verdict, count }) =>
      html`<li class="${verdict.replace(" ", "-")}"><strong>${count}</strong> <span>${verdict}</span></li>`,
  )}</ul>`

/** To four digits; a part without data has no value. */
function valueOf({ value, verdict }: Part): string {
  if (verdict === "not tested") return "–"
  return Number.isFinite(value) ? numberText(Number(value.toPrecision(4))) : value > 0 ? "∞" : "−∞"
}

const partRow = (part: Part): Html =>
  html`<tr><th scope="row">${part.part}</th>${td(part.quantity)}${td(part.criterion, "mark")}${td(valueOf(part), "number")}${td(
    part.n,
    "number",
  )}${td(part.verdict === reported ? html`<span class="soft">${reported}</span>` : badge(part.verdict))}</tr>`

/** Rows of one claim, the first of which says what it is. */
function claimRows(claim: Claim): Html {
  const { id, title, shown } = claim
  const verdict = verdictOf(claim)
  const notes = "missing" in shown ? [`Missing: ${shown.missing}`] : shown.origin.accepted
  return html`<tbody id="claim-${id}" data-verdict="${verdict}">
<tr class="claim"><th scope="rowgroup" colspan="6"><div class="sentence">${badge(verdict)} <a class="id" href="#claim-${id}">${id}</a> <span>${title}</span>${notes.map(
    (note) => html`<small>${note}</small>`,
  )}</div></th></tr>
${"missing" in shown ? "" : shown.parts.map(partRow)}
</tbody>
`
}

const headings = [th("Part"), th("Quantity"), th("Criterion"), th("Value", "number"), th("n", "number"), th("Verdict")]

/** Shown by the page's script alone, which it needs. */
const filter = (claims: readonly Claim[]): Html => {
  const choices = [["all", claims.length] as const, ...countsOf(claims).map((of) => [of.verdict, of.count] as const)]
  return html`<div class="filter" role="group" aria-label="Show claims" hidden>${choices.map(
    ([verdict, count]) =>
      html`<button type="button" data-show="${verdict}" aria-pressed="${verdict === "all" ? "true" : "false"}">${verdict} <span>${count}</span></button>`,
  )}<output aria-live="polite"></output></div>`
}

export function verdictSection({ claims, studies }: Report): Html {
  if (claims.length === 0) return html`<p>No claim is part of this report.</p>`
  const tables = studies.flatMap(({ name }) => {
    const own = claims.filter(({ study }) => study === name)
    if (own.length === 0) return []
    return html`<h3 id="verdicts-${name}">Study ${name}</h3>
${scrolling(`Verdicts of the study ${name}`, headings, own.map(claimRows))}
`
  })
  return html`<p>A claim holds when all parts of its criterion do. <i>n</i> counts the realisations behind a value. Downloads: <a href="verdicts.csv" download>verdicts.csv</a>, <a href="verdicts.md" download>verdicts.md</a>.</p>
${filter(claims)}
${tables}`
}

interface Line {
  readonly claim: Claim
  /** Undefined of a claim that is missing. */
  readonly part: Part | undefined
}

const linesOf = (claims: readonly Claim[]): readonly Line[] =>
  claims.flatMap((claim): readonly Line[] => {
    const { shown } = claim
    return "missing" in shown ? [{ claim, part: undefined }] : shown.parts.map((part) => ({ claim, part }))
  })

/** RFC 4180, a row a part; numbers to their last digit, and none where there is no value. */
export function verdictsCsv(claims: readonly Claim[]): string {
  const head = ["study", "claim", "title", "part", "quantity", "criterion", "value", "n", "verdict"]
  const rows = linesOf(claims).map(({ claim: { study, id, title }, part }) => {
    if (part === undefined) return [study, id, title, "", "", "", "", "", "missing"]
    const value = part.verdict === "not tested" ? "" : String(part.value)
    return [study, id, title, part.part, part.quantity, part.criterion, value, String(part.n), part.verdict]
  })
  return [head, ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("")
}

const cell = (text: string): string => text.replace(/[\\|<>*_`[\]]/g, (mark) => `\\${mark}`).replace(/\s*\n\s*/g, " ")

/** A table in GitHub's Markdown, a row a part; what the claim says stands beside its first part. */
export function verdictsMarkdown(claims: readonly Claim[]): string {
  const rows = linesOf(claims).map(({ claim, part }, i, lines) => {
    const says = lines[i - 1]?.claim === claim ? ["", ""] : [claim.id, claim.title]
    if (part === undefined) return [...says, "", "", "", "", "missing"]
    const { quantity, criterion, n, verdict } = part
    const word = verdict === "fails" ? `**${verdict}**` : verdict
    return [...[...says, `${part.part}: ${quantity}`, criterion, valueOf(part), String(n)].map(cell), word]
  })
  const head = ["claim", "says", "quantity", "criterion", "value", "n", "verdict"]
  const rule = ["---", "---", "---", "---", "---:", "---:", "---"]
  return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("")
}
