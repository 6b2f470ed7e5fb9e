import { describe, expect, it } from "vitest"
import { columnStats, csvLines, parseSelection, valueLines } from "../../artifacts/cli/rows.ts"
import { bytesText, numberText, secondsText, tableLines, valueText } from "../../artifacts/cli/table.ts"
import { bool, float64, fromRows, table, utf8, vector } from "../../schemas/table.ts"

describe("numbers as people read them", () => {
  it.each([
    [0, "0.00 s"],
    [0.094, "0.09 s"],
    [0.096, "0.1 s"],
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [119.4, "119 s"],
    [119.6, "2 min 0 s"],
    [7199.6, "2 h 0 min"],
    [93_784, "26 h 3 min"],
  ])("%d seconds: %s", (seconds, text) => expect(secondsText(seconds)).toBe(text))

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [9949, "9.9 kB"],
    [9960, "10 kB"],
    [999_600, "1.0 MB"],
    [5.3e7, "53 MB"],
    [2e15, "2000 TB"],
  ])("%d bytes: %s", (bytes, text) => expect(bytesText(bytes)).toBe(text))

  it("to six digits, and long values cut", () => {
    expect([1 / 3, 100, 1e-9, Number.NaN].map(numberText)).toEqual(["0.333333", "100", "1e-9", "NaN"])
    expect([valueText([1, "a"]), valueText(""), valueText("tanh"), valueText("x".repeat(99)).length]).toEqual([
      '[1,"a"]',
      '""',
      "tanh",
      60,
    ])
  })
})

it("a table pads its columns, numbers to the right, nothing after the last", () => {
  const headings = [{ title: "name" }, { title: "n", right: true }, { title: "note" }]
  const rows = [
    ["a", "10", ""],
    ["longer", "5", "x"],
  ]
  expect(tableLines(headings, rows)).toEqual(["name     n  note", "a       10", "longer   5  x"])
  expect(tableLines(headings, [])).toEqual(["name  n  note"])
})

const schema = table("things", {
  doc: "one column of each kind",
  format: "arrow",
  columns: { x: float64("x", { nan: true }), name: utf8("name"), ok: bool("ok"), h: vector("h") },
})
const h = (of: readonly number[]) => Float32Array.from(of)
const things = fromRows(schema, [
  { x: 1, name: 'say "a", b', ok: true, h: h([1, 2, 3, 4, 5]) },
  { x: Number.NaN, name: "b", ok: false, h: h([6, 7, 8, 9, 10]) },
  { x: 4, name: "b", ok: true, h: h([0, 0, 0, 0, 0]) },
])

describe("rows", () => {
  it("are printed with vectors cut short", () => {
    expect(valueLines(things)).toEqual([
      "  x  name           ok  h",
      '  1  say "a", b   true  [1 2 3 4 … 5]',
      "NaN  b           false  [6 7 8 9 … 5]",
      "  4  b            true  [0 0 0 0 … 5]",
    ])
  })

  it("are CSV with every digit, quotes where needed", () => {
    expect(csvLines(things)[1]).toBe('1,"say ""a"", b",true,1 2 3 4 5')
  })

  it("have statistics by column", () => {
    const { x, name, ok, h } = things.columns
    expect(columnStats("x", x)).toEqual({
      column: "x",
      count: 3,
      nan: 1,
      min: 1,
      max: 4,
      mean: 2.5,
      sd: Math.sqrt(4.5),
    })
    expect(columnStats("name", name)).toEqual({ column: "name", count: 3, nan: 0, distinct: 2 })
    expect(columnStats("ok", ok)).toMatchObject({ min: 0, max: 1, mean: 2 / 3 })
    expect(columnStats("h", h)).toMatchObject({ count: 15, min: 0, max: 10, mean: 55 / 15 })
    expect(columnStats("x", Float64Array.of(Number.NaN))).toEqual({ column: "x", count: 1, nan: 1 })
  })

  it("are selected by value, list or range", () => {
    expect(parseSelection("x=1,4", schema.columns)).toEqual({ column: "x", values: [1, 4] })
    expect(parseSelection("x=1..3", schema.columns)).toEqual({ column: "x", values: [1, 2, 3] })
    expect(parseSelection("ok=true", schema.columns)).toEqual({ column: "ok", values: [true] })
    expect(parseSelection("name=1", schema.columns)).toEqual({ column: "name", values: ["1"] })
    expect(parseSelection("nam=1", schema.columns)).toBe("--select nam=1: unknown column nam; did you mean name?")
    expect(parseSelection("h=1", schema.columns)).toMatch(/h holds vectors/)
  })
})
