import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { toRows } from "../../schemas/table.ts"
import { pointLayer } from "../../stages/figures/layers.ts"
import { drawSheet } from "../../stages/figures/sheet.ts"
import { malformed } from "./draw.ts"

describe("a sheet", () => {
  const sheet = (caption: string, panels: number) =>
    Effect.runPromise(
      drawSheet("X", "Title <1>", (plot) => ({
        panels: Array.from({ length: panels }, () => ({
          name: "panel",
          width: 300,
          height: 100,
          options: {},
          layers: [plot.text(["a\u00a0& <b>"], { frameAnchor: "middle" })],
        })),
        legend: [],
        caption,
      })).pipe(Effect.map(({ figure }) => figure)),
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

describe("the data of a sheet", () => {
  const panelOf = (name: string, title?: string) => ({
    name,
    ...(title !== undefined && { title }),
    ...{ width: 100, height: 100, options: {} },
  })
  const group = { series: "s", colour: "red", points: [{ x: 1, y: 2 }] }

  it("are the rows of its layers with the names of their panels; marks have none", async () => {
    const { figure, data } = await Effect.runPromise(
      drawSheet("X", "title", (plot) => ({
        panels: [
          { ...panelOf("a"), layers: [plot.frame(), [plot.ruleX([1])], pointLayer(plot, [group], 1)] },
          { ...panelOf("b", "heading"), layers: [pointLayer(plot, [{ ...group, series: "t" }], 1)] },
          { ...panelOf("c", ""), layers: [] },
        ],
        legend: [],
        caption: "",
      })),
    )
    const point = { x: 1, y: 2, low: 2, high: 2, n: 1 }
    expect(toRows(data)).toEqual([
      { panel: "a", series: "s", ...point },
      { panel: "b", series: "t", ...point },
    ])
    expect([...figure.matchAll(/font-weight="bold">(.*?)</g)].map(([, heading]) => heading)).toEqual([
      "title",
      "a",
      "heading",
    ])
  })
})

describe("the check of XML", () => {
  it.each(["<a>", "<a></b>", "<a b=c/>", '<a b="<"/>', "<a>&nbsp;</a>", "<a>b & c</a>"])("refuses %s", (xml) => {
    expect(malformed(xml)).not.toBe("")
  })
})
