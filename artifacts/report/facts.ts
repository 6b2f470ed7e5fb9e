/** What stands behind the results: how they were set, what is missing, the parameters, where everything comes from. */
import { bytesText, countText, othersText, secondsText, timeText } from "../cli/table.ts"
import { breakable, commandText, type Html, html, scrolling, td, th } from "./html.ts"
import {
  type Claim,
  differencesOf,
  type Figure,
  type Hole,
  isOther,
  type Param,
  type Report,
  type Share,
} from "./model.ts"
import { badge } from "./verdicts.ts"

/** Says, before anything else, when the results are not those of the settings that the papers have. */
export function settingsNote({ preset, studies, set }: Report): Html {
  const own = studies.flatMap((study) => {
    const different = differencesOf(study)
    const items = different.map(
      ({ name, value, paper }) =>
        html`<li><code>${name}</code> <strong>${value}</strong> <small>(${paper})</small></li>`,
    )
    return items.length === 0 ? [] : [html`<dt>${study.name}</dt><dd><ul>${items}</ul></dd>`]
  })
  const stages = set.map((text) => html`<li><code>${text}</code></li>`)
  const all = [...own, ...(stages.length === 0 ? [] : [html`<dt>stages</dt><dd><ul>${stages}</ul></dd>`])]
  if (all.length === 0)
    return html`<p class="note calm">Made with the settings of the preset <code>paper</code>: nothing differs from it.</p>`
  return html`<div class="note"><p><strong>These are not the settings of the papers.</strong> Read verdicts and figures as those of the preset <code>${preset}</code>, as it was set. It differs from <code>paper</code> (in brackets) in:</p>
<dl>${all}</dl></div>`
}

const name = (of: string): Html => html`<th scope="row"><code>${of}</code></th>`
const paramCells = ({ doc, range, byDefault }: Param): Html =>
  html`${td(doc)}${td(range, "soft")}${td(byDefault, "soft")}`

const studyTables = ({ studies }: Report): readonly Html[] =>
  studies.map(
    ({ name: study, doc, params }) =>
      html`<h3>Study ${study}</h3>
<p>${doc}</p>
${scrolling(
  `Parameters of the study ${study}`,
  ["Parameter", "Meaning", "Takes", "Default", "Preset paper", "Here"].map((title) => th(title)),
  params.map(
    (of) =>
      html`<tr>${name(of.name)}${paramCells(of)}${td(of.paper ?? "", "soft")}${td(
        isOther(of) ? html`<strong class="other">${of.value}</strong>` : of.value,
      )}</tr>`,
  ),
)}
`,
  )

const stageTables = ({ stages }: Report): readonly Html[] =>
  stages.map(
    ({ name: stage, doc, nodes, params }) =>
      html`<h3>Stage ${stage}</h3>
<p>${doc}; ${countText(nodes, "node")}</p>
${
  params.length === 0
    ? ""
    : scrolling(
        `Parameters of the stage ${stage}`,
        ["Parameter", "Meaning", "Takes", "Default", "Here"].map((title) => th(title)),
        params.map((of) => html`<tr>${name(of.name)}${paramCells(of)}${td(of.value)}</tr>`),
      )
}
`,
  )

export const parameterSection = (report: Report): Html =>
  html`<p>Values that are not set are at their default. <em>Here</em> are all values that nodes of this report have.</p>
${studyTables(report)}${stageTables(report)}`

const holeRow = ({ node, others, failed, reason, leaves }: Hole): Html =>
  html`<tr><th scope="row">${breakable(node)}${othersText(others)}</th>${td(
    failed ? badge("fails", "failed") : badge("missing", "not computed"),
  )}${td(reason)}${td(leaves.join(", "))}</tr>`

export function holeSection({ holes, unfed, runCommand }: Report): Html {
  const table = html`<p>What is not computed leaves a hole in the report. ${commandText(`${runCommand} --keep-going`)} computes what it can of it, and goes on after a failure.</p>
${scrolling(
  "What is missing",
  ["Node", "State", "Reason", "Needed by"].map((title) => th(title)),
  holes.map(holeRow),
)}`
  const left = html`<p>With these settings the studies make no tables for:</p>
<ul class="unfed">${unfed.map(({ id, title }) => html`<li><span class="id">${id}</span> ${title}</li>`)}</ul>`
  return html`${holes.length === 0 ? html`<p>Every figure and claim of these settings is there.</p>` : table}
${unfed.length === 0 ? "" : left}`
}

const shares = (of: readonly Share[]): Html =>
  html`<ul>${of.map(({ what, results }) => html`<li>${what} <small>${countText(results, "result")}</small></li>`)}</ul>`

const fact = (what: string, content: Html | string): Html => html`<div><dt>${what}</dt><dd>${content}</dd></div>`

function originRow(kind: "figure" | "claim", { id, again, shown }: Figure | Claim): Html | undefined {
  if ("missing" in shown) return undefined
  const { key, outputs } = shown.origin
  return html`<tr id="made-${kind}-${id}"><th scope="row">${kind} ${id}</th>${td(html`<code class="hex">${key}</code>`)}${td(
    outputs.map(({ port, digest }) => html`<div>${port} <code class="hex">${digest}</code></div>`),
  )}${td(commandText(again))}</tr>`
}

export function provenanceSection(report: Report): Html {
  const { results, artifacts, bytes, seconds, first, last, commits, machines, accepted } = report.provenance
  const facts = [
    fact("Results", `${results}, with ${countText(artifacts, "artifact")} of ${bytesText(bytes)}`),
    fact("Computed in", `${secondsText(seconds)}, summed over the stages`),
    ...(first === undefined || last === undefined ? [] : [fact("Finished", `${timeText(first)} to ${timeText(last)}`)]),
    fact("Code", shares(commits)),
    fact("Machines", shares(machines)),
    ...(accepted.length === 0 ? [] : [fact("Accepted", shares(accepted))]),
    fact("Program", report.program),
    fact("Page made by", commandText(report.reportCommand)),
  ]
  const rows = [
    ...report.figures.map((figure) => originRow("figure", figure)),
    ...report.claims.map((claim) => originRow("claim", claim)),
  ]
  return html`<dl class="facts">${facts}</dl>
<h3>Keys and digests</h3>
<p>A key is the sha256 of the recipe of an artifact (code, parameters, inputs), a digest that of its bytes. <a href="lock.json" download>lock.json</a> holds the digests of everything that this report shows and all that it comes from; ${commandText(report.auditCommand)} compares a store with it.</p>
${scrolling(
  "Keys and digests",
  ["Figure or claim", "Key", "Outputs", "Run again"].map((title) => th(title)),
  rows,
)}`
}
