/** The report as files: one page that needs no other, and the downloads beside it. */
import { createHash } from "node:crypto"
import { holeSection, parameterSection, provenanceSection, settingsNote } from "./facts.ts"
import { dataPath, figureSection, svgPath } from "./figures.ts"
import { commandText, Html, html } from "./html.ts"
import type { Report } from "./model.ts"
import { script, style } from "./style.ts"
import { tally, verdictSection, verdictsCsv, verdictsMarkdown } from "./verdicts.ts"

/** The mark by which a folder is known as a report of ours. */
export const mark = '<meta name="generator" content="pipeline report">'

/** What the page may load and run: its own style, its own script, and nothing that an SVG brings along. */
const policy = (): string => {
  const digest = createHash("sha256").update(script).digest("base64")
  return `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${digest}'`
}

const title = "Figures and verdicts"

const contents = ({ figures, holes }: Report): Html => {
  const sections = [
    ["verdicts", "Verdicts"],
    ["figures", "Figures"],
    ["missing", holes.length > 0 ? `Missing (${holes.length})` : "Missing"],
    ["parameters", "Parameters"],
    ["provenance", "Provenance"],
  ]
  const links = sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)
  const deep = figures.map(({ id, title }) => html`<li><a href="#figure-${id}" title="${title}">${id}</a></li>`)
  return html`<nav aria-label="Contents"><ul>${links}</ul>${figures.length > 0 ? html`<ul class="deep" aria-label="Figures">${deep}</ul>` : ""}</nav>`
}

const section = (id: string, name: string, content: Html): Html =>
  html`<section aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
${content}
</section>
`

/** The page: one file, without a link to anything but the files beside it. */
export function pageOf(report: Report): string {
  const { studies, claims, runCommand, program } = report
  const about = studies.map(({ name, doc }) => html`<li><strong>${name}</strong>: ${doc}</li>`)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${new Html(mark)}
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="color-scheme" content="light dark">
<title>${title}: ${studies.map(({ name }) => name).join(", ")}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#verdicts">Skip to the verdicts</a>
<header>
<h1>${title}</h1>
<p class="lead">What ${program} found: each claim with its verdict, each figure with its numbers, and how to make them again.</p>
<ul>${about}</ul>
<p class="made">Made by ${commandText(runCommand)}</p>
${contents(report)}
</header>
<main>
${tally(claims)}
${settingsNote(report)}
${section("verdicts", "Verdicts", verdictSection(report))}${section("figures", "Figures", figureSection(report))}${section(
  "missing",
  "Missing",
  holeSection(report),
)}${section("parameters", "Parameters", parameterSection(report))}${section("provenance", "Provenance", provenanceSection(report))}</main>
<footer><p>Every result is keyed by its code, parameters and inputs: the same settings give the same bytes on every machine, and the same page.</p></footer>
<script>${new Html(script)}</script>
</body>
</html>
`
  return page.text
}

/** All files of a report by their paths, the page last: a folder has it when it has everything. */
export function filesOf(report: Report): ReadonlyMap<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>()
  for (const { id, shown } of report.figures) {
    if ("missing" in shown) continue
    files.set(svgPath(id), shown.svg)
    if (shown.data === undefined) continue
    files.set(dataPath(id, "csv"), shown.data.csv)
    files.set(dataPath(id, "parquet"), shown.data.parquet)
  }
  files.set("verdicts.csv", verdictsCsv(report.claims))
  files.set("verdicts.md", verdictsMarkdown(report.claims))
  files.set("lock.json", report.lock)
  files.set("index.html", pageOf(report))
  return files
}

/** Files that an earlier page of ours offers, without the page itself. */
export const offeredBy = (page: string): readonly string[] =>
  [...page.matchAll(/href="((?:figures\/|data\/)?[\w-][\w.-]*\.(?:svg|csv|parquet|md|json))" download/g)].map(
    ([, path]) => path!,
  )
