import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { bandNote, drawSheet, gainColours, spreads } from "../../stages/figures/style.ts"
import { malformed } from "./draw.ts"

describe("gain colours", () => {
  it("are the papers' for 20 and 250, and distinct for all", () => {
    const colours = gainColours([400, 250, 60, 20, 60, 120])
    expect([...colours.keys()]).toEqual([20, 60, 120, 250, 400])
    expect([colours.get(20), colours.get(250)]).toEqual(["#17a398", "#b8202a"])
    expect(new Set(colours.values()).size).toBe(5)
  })
})

describe("spreads", () => {
  it("interpolate between order statistics at each x, ascending", () => {
    const samples = [5, 1, 3].flatMap((y, seed) => [7, 2].map((x) => ({ seed, x, y: y + x })))
    expect(spreads(samples)).toEqual([
      { x: 2, low: 3.5, median: 5, high: 6.5 },
      { x: 7, low: 8.5, median: 10, high: 11.5 },
    ])
  })
})

describe("the note on bands", () => {
  const curve = (seeds: number) => ({
    colour: "red",
    dashed: false,
    samples: Array.from({ length: seeds }, (_, seed) => ({ seed, x: 0, y: 0 })),
  })

  it.each([
    [[30, 30], /over 30 seeds.*quantiles\)\.$/],
    [[30, 5], /over 5 to 30 seeds/],
    [[30, 2], /over 30 seeds.* Below 3 seeds each line is one seed/],
    [[1], /^Below 3 seeds/],
  ])("over %j seeds", (seeds, note) => {
    expect(bandNote(seeds.map(curve))).toMatch(note)
  })
})

describe("a sheet", () => {
  const sheet = (caption: string, panels: number) =>
    Effect.runPromise(
      drawSheet("X", "Title <1>", (plot) => ({
        panels: Array.from({ length: panels }, () => ({
          width: 300,
          height: 100,
          options: { marks: [plot.text(["a\u00a0& <b>"], { frameAnchor: "middle" })] },
        })),
        legend: [],
        caption,
      })),
    )

  it("is XML whatever its texts", async () => {
    const svg = await sheet('a & b "c"', 1)
    expect(malformed(svg)).toBe("")
    expect(svg).toContain("Title &lt;1&gt;")
    expect(svg).toContain("a&#160;&amp; &lt;b&gt;")
    expect(svg).toContain("a &amp; b &quot;c&quot;")
  })

  it("breaks panels and captions into rows", async () => {
    const svg = await sheet("word ".repeat(60).trim(), 3)
    expect(
      [...svg.matchAll(/translate\((\d+),(\d+)\)" text-anchor/g)].map(([, x, y]) => [Number(x), Number(y)]),
    ).toEqual([
      [14, 50],
      [314, 50],
      [14, 150],
    ])
    expect(svg.match(/>word .*?<\/text>/g)?.length).toBeGreaterThan(1)
  })
})

describe("the check of XML", () => {
  it.each(["<a>", "<a></b>", "<a b=c/>", '<a b="<"/>', "<a>&nbsp;</a>", "<a>b & c</a>"])("refuses %s", (xml) => {
    expect(malformed(xml)).not.toBe("")
  })
})
