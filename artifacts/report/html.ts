/** HTML by a template tag that escapes whatever is put into it. */

export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Filling = Html | string | number | undefined | readonly Filling[]

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")

function textOf(of: Filling): string {
  if (of instanceof Html) return of.text
  if (of === undefined) return ""
  return typeof of === "object" ? of.map(textOf).join("") : escaped(String(of))
}

/** Strings and numbers are escaped, HTML and lists of it are put in as they are, undefined leaves nothing. */
export const html = (strings: TemplateStringsArray, ...fillings: readonly Filling[]): Html =>
  new Html(strings.map((text, i) => text + (i < fillings.length ? textOf(fillings[i]) : "")).join(""))

/** An identifier that may break at its slashes, brackets and commas. */
export const breakable = (word: string): Html => new Html(escaped(word).replace(/[/[,]/g, (mark) => `${mark}<wbr>`))

/** A command line, which breaks between its words only. */
export const commandText = (line: string): Html =>
  html`<code class="command">${line.split(" ").map((word, i) => html`${i > 0 ? " " : ""}<span>${word}</span>`)}</code>`

/** A table that scrolls in its own frame where the page is narrow; `label` is said of it, `head` are its headings. */
export const scrolling = (label: string, head: readonly Html[], body: Filling): Html =>
  html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${head}</tr></thead>
${body}
</table></div>`

export const th = (title: string, kind = ""): Html => html`<th scope="col" class="${kind}">${title}</th>`
export const td = (content: Filling, kind = ""): Html => html`<td class="${kind}">${content}</td>`
