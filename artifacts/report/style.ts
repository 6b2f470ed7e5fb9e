/** The look of a report, and the few lines of script that filter its claims. Both stand in the page itself. */

const light = `
  --paper: #faf9f6; --card: #ffffff; --ink: #20262c; --soft: #58616b; --line: #e2dfd7; --tint: #f1efe9;
  --accent: #0a6470; --holds: #17613a; --holds-tint: #e3f2e7; --fails: #9c1c1c; --fails-tint: #fbe6e3;
  --open: #535a63; --open-tint: #e9e9e6; --note: #6b4a00; --note-tint: #fbf1d9; --note-line: #e5c77e;`

const dark = `
  --paper: #15181b; --card: #1d2125; --ink: #e4e3de; --soft: #a6aeb7; --line: #343a41; --tint: #24292e;
  --accent: #79c9cf; --holds: #93d8aa; --holds-tint: #17351f; --fails: #f5aaa2; --fails-tint: #45201d;
  --open: #c2c8ce; --open-tint: #2f353b; --note: #ecd08f; --note-tint: #332a14; --note-line: #6d5822;`

export const style = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
header, main, footer { max-width: 66rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
header { padding-top: clamp(2rem, 6vw, 4rem); }
h1, h2, h3 { font-family: Charter, "Bitstream Charter", "Iowan Old Style", "Palatino Linotype", Georgia, "DejaVu Serif", serif; line-height: 1.25; font-weight: 600; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 5vw, 2.7rem); margin: 0 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.6rem; margin: 4rem 0 1rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
p { max-width: 46rem; margin: .6rem 0; }
.lead { font-size: 1.1rem; color: var(--soft); }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
.skip { position: absolute; left: -100vw; top: 0; background: var(--card); padding: .6rem 1rem; z-index: 1; }
.skip:focus { left: 1rem; top: 1rem; }
code { font: .88em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
small { font-size: .85em; color: var(--soft); }
.command span { display: inline-block; max-width: 100%; white-space: pre-wrap; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; padding: 0; margin: 1.6rem 0 0; }
nav .deep { margin-top: .5rem; font-size: .92rem; }
.made { border-left: 3px solid var(--line); padding-left: 1rem; color: var(--soft); }
.made code { color: var(--ink); }

.tally { list-style: none; display: flex; flex-wrap: wrap; gap: 1rem; padding: 0; margin: 2rem 0 1rem; }
.tally li { flex: 1 1 8rem; padding: .9rem 1.2rem 1rem; border-radius: .6rem; line-height: 1.2; }
.tally strong { display: block; font: 600 2.3rem/1.1 Charter, "Bitstream Charter", Georgia, "DejaVu Serif", serif; font-variant-numeric: lining-nums; }
.holds { color: var(--holds); background: var(--holds-tint); }
.fails { color: var(--fails); background: var(--fails-tint); }
.not-tested, .reported, .missing { color: var(--open); background: var(--open-tint); }
.missing { outline: 1px dashed currentColor; outline-offset: -1px; }
.badge { display: inline-block; border-radius: 1rem; padding: .05rem .7rem .1rem; font: 600 .85rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; white-space: nowrap; }
.note { max-width: none; border: 1px solid var(--note-line); background: var(--note-tint); color: var(--note); border-radius: .6rem; padding: .7rem 1.2rem; margin: 1.4rem 0; }
.note.calm { border-color: var(--line); background: var(--tint); color: var(--ink); }
.note p, .note ul { margin: .3rem 0; }
.note p { max-width: none; }
.note dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: .6rem 0 .2rem; }
.note dt { font-weight: 600; }
.note dd { margin: 0; }
.note dd ul { list-style: none; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 0 1.4rem; }
.note small { color: inherit; }

.filter { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 1.2rem 0; }
.filter[hidden] { display: none; }
.filter button { font: inherit; font-size: .92rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 2rem; padding: .25rem .9rem; cursor: pointer; }
.filter button span { color: var(--soft); margin-left: .2rem; }
.filter button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.filter button[aria-pressed="true"] span { color: inherit; }
.filter output { font-size: .92rem; color: var(--soft); }

.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: .8rem 0 1.4rem; }
table { border-collapse: collapse; width: 100%; min-width: 42rem; font-size: .92rem; line-height: 1.45; font-variant-numeric: tabular-nums lining-nums; }
th, td { text-align: left; vertical-align: top; padding: .5rem .9rem; border-top: 1px solid var(--line); }
td { overflow-wrap: break-word; }
thead th { border-top: 0; color: var(--soft); font-weight: 500; font-size: .85rem; white-space: nowrap; }
tbody th { font-weight: 500; }
tbody th code { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.mark { white-space: nowrap; }
.soft { color: var(--soft); }
.other { color: var(--note); }
.claim .badge { min-width: 6.6rem; text-align: center; }
.claim th { background: var(--tint); }
.sentence { display: block; position: sticky; left: .9rem; max-width: calc(100vw - 5rem); font-weight: 500; }
.sentence small { display: block; font-weight: 400; margin-top: .2rem; }
.id { font: 600 .95em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; text-decoration: none; margin: 0 .35rem; }
h3 .id { margin-left: 0; }
.id:hover { text-decoration: underline; }
tbody:target .claim th, tr:target > * { box-shadow: inset 3px 0 var(--accent); }

.figure { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: .4rem clamp(.8rem, 2.5vw, 1.6rem) 1rem; margin: 1.6rem 0; }
.figure:target { border-color: var(--accent); }
.figure h3 { margin: .9rem 0 .7rem; }
.figure.hole { border-style: dashed; background: none; }
figure { margin: 0; }
.sheet { overflow-x: auto; background: #ffffff; border-radius: .4rem; padding: .2rem; }
.sheet svg { display: block; margin: 0 auto; max-width: 100%; min-width: calc(.8 * var(--wide)); height: auto; }
figcaption { color: var(--soft); font-size: .95rem; max-width: 50rem; margin: .7rem 0 0; }
@media screen and (min-width: 44rem) { figcaption.drawn { display: none; } }
.foot { display: flex; flex-wrap: wrap; gap: .3rem 2.5rem; justify-content: space-between; border-top: 1px solid var(--line); margin-top: .9rem; padding-top: .7rem; font-size: .88rem; }
.foot p { margin: 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
.foot p > span { color: var(--soft); }
.foot dl { margin: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; }
.foot dl div { display: flex; gap: .5rem; }
.foot dt { color: var(--soft); white-space: nowrap; }
.foot dd { margin: 0; }
.again { font-size: .92rem; color: var(--soft); }
.again code { color: var(--ink); }

.facts { display: grid; gap: .5rem 1.5rem; margin: 0; }
.facts div { display: grid; grid-template-columns: minmax(6.5rem, 9rem) 1fr; gap: 1rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.facts ul { list-style: none; padding: 0; margin: 0; }
.unfed { list-style: none; padding: 0; }
.unfed .id { margin-left: 0; }
.hex { word-break: break-all; font-size: .8em; }
footer { margin-top: 4rem; padding-top: 1.2rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; }

@media print {
  :root { color-scheme: light; ${light} --paper: #ffffff; }
  @page { margin: 16mm 14mm; }
  html { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  h2 { margin-top: 2rem; }
  h2, h3 { break-after: avoid; }
  nav, .filter, .skip, .foot .downloads, figcaption.drawn { display: none; }
  .figure, .note, .tally, tr { break-inside: avoid; }
  .claim { break-after: avoid; }
  .scroll, .sheet { overflow: visible; }
  table, .sheet svg { min-width: 0; }
  .scroll, .figure { border-color: #cccccc; }
  a { color: inherit; text-decoration: none; }
  .holds, .fails, .not-tested, .reported, .missing, .note, .claim th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`

/** Without it the page lacks the filter and nothing else. */
export const script = `
const filter = document.querySelector(".filter")
if (filter) {
  const claims = [...document.querySelectorAll("tbody[data-verdict]")]
  const buttons = [...filter.querySelectorAll("button")]
  const show = (verdict) => {
    for (const claim of claims) claim.hidden = verdict !== "all" && claim.dataset.verdict !== verdict
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === verdict))
    const shown = claims.filter((claim) => !claim.hidden).length
    filter.querySelector("output").textContent = verdict === "all" ? "" : shown + " of " + claims.length + " claims shown"
  }
  filter.addEventListener("click", ({ target }) => {
    const button = target.closest("button")
    if (button) show(button.dataset.show)
  })
  addEventListener("hashchange", () => {
    if (document.querySelector(":target")?.hidden) { show("all"); document.querySelector(":target").scrollIntoView() }
  })
  filter.hidden = false
}
`
