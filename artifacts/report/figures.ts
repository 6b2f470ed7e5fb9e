/** Figures as a section of the page: each in its SVG, with caption, downloads, and where it comes from. */
import { bytesText, countText } from "../cli/table.ts"
import { commandText, Html, html } from "./html.ts"
import type { Figure, Report } from "./model.ts"
import { captionOf, inlined, isCaptioned, widthOf } from "./svg.ts"
import { badge } from "./verdicts.ts"

/** A file name from an id: letters, digits, dots and dashes stay. */
const fileOf = (id: string): string => id.replace(/[^\w.-]/g, "_")

/** Files of a figure, relative to the page. */
export const svgPath = (id: string): string => `figures/${fileOf(id)}.svg`
export const dataPath = (id: string, format: "csv" | "parquet"): string => `data/${fileOf(id)}.${format}`

function downloads({ id, shown }: Figure): readonly Html[] {
  if ("missing" in shown) return []
  const { data, svg } = shown
  const link = (path: string, name: string, bytes: number) =>
    html`<a href="${path}" download>${name} <small>${bytesText(bytes)}</small></a> `
  return [
    link(svgPath(id), "SVG", Buffer.byteLength(svg)),
    ...(data === undefined
      ? []
      : [
          link(dataPath(id, "csv"), "CSV", Buffer.byteLength(data.csv)),
          link(dataPath(id, "parquet"), "Parquet", data.parquet.length),
        ]),
  ]
}

function figureBox(figure: Figure): Html {
  const { id, title, again, shown } = figure
  const heading = html`<h3><a class="id" href="#figure-${id}">${id}</a> ${title}</h3>`
  if ("missing" in shown)
    return html`<article class="figure hole" id="figure-${id}">${heading}
<p>${badge("missing")} ${shown.missing}</p>
<p class="again">Try again: ${commandText(again)}</p>
</article>
`
  const { origin, svg, data } = shown
  const digest = origin.outputs[0]?.digest ?? ""
  return html`<article class="figure" id="figure-${id}">${heading}
<figure>
<div class="sheet" style="--wide: ${widthOf(svg)}px" role="region" aria-label="Figure ${id}" tabindex="0">${new Html(inlined(svg, `svg-${fileOf(id)}-`))}</div>
<figcaption class="${isCaptioned(svg) ? "drawn" : ""}">${captionOf(svg)}</figcaption>
</figure>
${origin.accepted.map((text) => html`<p class="note">${text}</p>`)}
<div class="foot">
<p class="downloads"><span>Download</span> ${downloads(figure)}${data && html`<span class="rows">${countText(data.rows, "row")} of numbers behind it</span>`}</p>
<dl><div><dt>key</dt><dd><a href="#made-figure-${id}"><code>${origin.key.slice(0, 16)}</code></a></dd></div><div><dt>sha256</dt><dd><code>${digest.slice(0, 16)}</code></dd></div><div><dt>run again</dt><dd>${commandText(again)}</dd></div></dl>
</div>
</article>
`
}

export const figureSection = ({ figures }: Report): Html =>
  figures.length === 0 ? html`<p>No figure is part of this report.</p>` : html`${figures.map(figureBox)}`
