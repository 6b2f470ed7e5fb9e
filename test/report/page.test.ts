import { describe, expect, it } from "vitest"
import { failuresIn } from "../../artifacts/report/holes.ts"
import { html } from "../../artifacts/report/html.ts"
import { type Claim, type Report, verdictOf } from "../../artifacts/report/model.ts"
import { filesOf, mark, offeredBy, pageOf } from "../../artifacts/report/page.ts"
import { settingText } from "../../artifacts/report/settings.ts"
import { captionOf, inlined, isCaptioned } from "../../artifacts/report/svg.ts"
import { verdictsCsv, verdictsMarkdown } from "../../artifacts/report/verdicts.ts"
import { evil, report } from "./model.ts"

const page = pageOf(report)
const count = (text: string, of: string) => text.split(of).length - 1

describe("html", () => {
  it("escapes strings, and leaves HTML, lists of it and nothing as they are", () => {
    const inner = html`<b>${"<&>"}</b>`
    expect(html`<p title="${`"'`}">${inner}${[inner, 3]}${undefined}</p>`.text).toBe(
      '<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b>3</p>',
    )
  })

  it("lets no text of the model become an element", () => {
    expect(page).not.toContain(evil)
    expect(count(page, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;")).toBe(3)
    expect(count(page, "<script>")).toBe(1)
    expect(page).toMatch(/content="default-src &#39;none&#39;;.* script-src &#39;sha256-[\w+/]{43}=&#39;"/)
  })
})

describe("an SVG in the page", () => {
  it("has no prolog, ids of its own with what refers to them, and no names inside", () => {
    const svg =
      '<?xml version="1.0"?>\n<svg role="img" aria-label="all" aria-labelledby="a b"><title id="a">x</title><clipPath id="b"/><g aria-label="dots" clip-path="url(#b)"><use href="#a"/></g></svg>\n'
    expect(inlined(svg, "p-")).toBe(
      '<svg role="img" aria-label="all" aria-labelledby="p-a p-b"><title id="p-a">x</title><clipPath id="p-b"/><g clip-path="url(#p-b)"><use href="#p-a"/></g></svg>',
    )
    expect(inlined("no drawing", "p-")).toBe("")
  })

  it("has a caption when it describes itself, which may be drawn", () => {
    const described = "<svg><desc>a &lt; b &amp;amp; c</desc>"
    expect(captionOf(described)).toBe("a < b &amp; c")
    expect(captionOf("<svg></svg>")).toBe("")
    expect(isCaptioned(`${described}<text>title</text><text x="1">a &lt; b</text><text>&amp;amp; c</text></svg>`)).toBe(
      true,
    )
    expect(isCaptioned(`${described}<text>a &lt; b</text></svg>`)).toBe(false)
  })
})

describe("the page", () => {
  it("counts the verdicts, of which a claim without data in full is none", () => {
    expect(report.claims.map(verdictOf)).toEqual(["holds", "fails", "not tested", "missing"])
    const shown = report.claims[2]!.shown as Extract<Claim["shown"], { parts: unknown }>
    const told = { ...shown, parts: shown.parts.map((part) => ({ ...part, criterion: "reported" })) }
    expect(verdictOf({ ...report.claims[2]!, shown: told })).toBe("not tested")
    expect(page).toContain('<li class="not-tested"><strong>1</strong> <span>not tested</span></li>')
  })

  it("has an id for every link in it, and each id once", () => {
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, id] of page.matchAll(/\bhref="#([^"]+)"/g)) expect(ids).toContain(id)
  })

  it("offers exactly the files beside it", () => {
    const files = [...filesOf(report).keys()]
    expect(files.at(-1)).toBe("index.html")
    expect(new Set([...offeredBy(page), "index.html"])).toEqual(new Set(files))
    expect(files).toContain("data/F-1.parquet")
    expect(files).not.toContain("data/C-1.csv")
    expect(page).toContain(mark)
  })

  it("names no file outside its folder, whatever an id is", () => {
    const [first] = report.figures
    const files = filesOf({ ...report, figures: [{ ...first!, id: "../a b/c" }] })
    expect([...files.keys()][0]).toBe("figures/.._a_b_c.svg")
  })

  it("says what differs from the papers' settings, or that nothing does", () => {
    expect(page).toContain("<li><code>n</code> <strong>40</strong> <small>(200)</small></li>")
    expect(page).toContain("<li><code>train.rate=0.1</code></li>")
    const [study] = report.studies
    const same: Report = { ...report, set: [], studies: [{ ...study!, params: study!.params.slice(1) }] }
    expect(pageOf(same)).toContain("nothing differs from it")
  })

  it("shows holes where they are, with node, reason and who waits", () => {
    expect(page).toContain("toys/<wbr>train[<wbr>seed=1]")
    expect(page).toContain("and 3 others")
    expect(count(page, "toys/train[seed=1] failed: loss NaN at epoch 3")).toBe(2)
  })

  it("is whole without claims and figures", () => {
    const bare = pageOf({ ...report, claims: [], figures: [], holes: [], unfed: [] })
    expect(bare).toContain("No figure is part of this report.")
    expect(bare).toContain("No claim is part of this report.")
    expect(bare).toContain("Every figure and claim of these settings is there.")
  })
})

describe("verdicts", () => {
  it("are CSV with all digits, and none for what has no value", () => {
    const rows = verdictsCsv(report.claims).split("\n")
    expect(rows[1]).toBe('toys,C-1,holds,first,"median of a, b",< 0.1,0.0123456789,3,holds')
    expect(rows[2]).toMatch(/^toys,C-2,"<script>alert\(""1""\).*,Infinity,3,fails$/)
    expect(rows[3]).toMatch(/,< 0.1,,0,not tested$/)
    expect(rows[7]).toBe("toys,C-4,has no data,,,,,,missing")
  })

  it("are a Markdown table whose cells break nothing", () => {
    const rows = verdictsMarkdown(report.claims).trimEnd().split("\n")
    expect(rows.map((row) => row.replaceAll("\\|", "").split("|").length)).toEqual(rows.map(() => 9))
    expect(rows[2]).toBe("| C-1 | holds | first: median of a, b | \\< 0.1 | 0.01235 | 3 | holds |")
    expect(rows[3]).toContain("| ∞ | 3 | **fails** |")
    expect(rows[4]).toMatch(/^\| {2}\| {2}\| second: median of a, b \| \\< 0\.1 \| – \| 0 \| not tested \|$/)
  })
})

describe("settings", () => {
  it.each([
    [[0, 1, 2, 3], "0..3"],
    [[20, 250], "20, 250"],
    [[], "none"],
    [["a", "b"], "a, b"],
    ["", '""'],
    [true, "true"],
    [undefined, ""],
  ])("%j is %s", (value, text) => expect(settingText(value)).toBe(text))
})

describe("failures in the log of a run", () => {
  it("are found by key, with the reason alone, in a log that is cut off", () => {
    const log = [
      '{"event":"started","node":"a","stage":"s","key":"1"}',
      '{"event":"started","node":"b","stage":"s","key":"2"}',
      '{"event":"failed","node":"b","stage":"s","reason":"b: loss NaN. lower it"}',
      '{"event":"failed","node":"c","stage":"s","reason":"c: never started"}',
      '{"event":"comp',
    ]
    expect([...failuresIn(log.join("\n"))]).toEqual([["2", "loss NaN. lower it"]])
  })
})
