import { createHash } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { tableFromIPC } from "apache-arrow"
import { parquetReadObjects } from "hyparquet"
import parquetjs from "parquetjs"
import { afterAll, describe, expect, it } from "vitest"
import { decodeValue, encodeValue } from "../../artifacts/codec.ts"
import {
  bool,
  document,
  float32,
  float64,
  fromColumns,
  fromRows,
  int32,
  table,
  toRows,
  utf8,
  vector,
} from "../../schemas/table.ts"

const folder = mkdtempSync(join(tmpdir(), "codec-"))
afterAll(() => rmSync(folder, { recursive: true }))

const columns = {
  t: int32("step"),
  ed: float64("dimension"),
  share: float32("share"),
  probe: utf8("name"),
  converged: bool("flag"),
} as const
const scalars = table("scalars", { doc: "one of each type", format: "parquet", columns })
const tensor = table("tensor", { doc: "vectors", format: "arrow", columns: { t: int32("step"), h: vector("state") } })
const listed = table("listed", { doc: "vectors in Parquet", format: "parquet", columns: { h: vector("state") } })

const rows = [
  { t: 0, ed: 45.7, share: 0.5, probe: "train", converged: true },
  { t: 1, ed: 5e-324, share: -1.5, probe: "hold-out κ", converged: false },
  { t: -(2 ** 31), ed: Infinity, share: 0, probe: "", converged: true },
]
const states = fromColumns(tensor, {
  t: Int32Array.of(0, 1),
  h: { width: 3, values: Float32Array.of(1, 2, 3, -0, 1e-45, 3.4e38) },
})

describe("codec", () => {
  it("gives back every value of a Parquet table", async () => {
    const { bytes, rows: count } = await encodeValue(scalars, fromRows(scalars, rows))
    expect(count).toBe(3)
    expect(toRows(await decodeValue(scalars, bytes))).toEqual(rows)
  })

  it("gives back every bit of a tensor, without a copy", async () => {
    const { bytes } = await encodeValue(tensor, states)
    const { h } = (await decodeValue(tensor, bytes)).columns
    expect(new Uint32Array(h.values.slice().buffer)).toEqual(new Uint32Array(states.columns.h.values.slice().buffer))
    expect(h.values.buffer).toBe(bytes.buffer)
  })

  it("keeps columns that are one array, or views of one buffer", async () => {
    const two = table("two", { doc: "", format: "arrow", columns: { a: int32(""), b: int32(""), h: vector("") } })
    const a = Int32Array.of(1, 2, 3)
    const h = { width: 2, values: new Float32Array(6) }
    const overlapping = Int32Array.of(1, 2, 3, 4)
    for (const b of [a, overlapping.subarray(1)]) {
      const first = b === a ? a : overlapping.subarray(0, 3)
      const { bytes } = await encodeValue(two, fromColumns(two, { a: first, b, h }))
      const { columns } = await decodeValue(two, bytes)
      expect([columns.a, columns.b]).toEqual([first, b])
    }
  })

  it("writes the same bytes every time, with the pinned digest", async () => {
    const digest = async (value: Parameters<typeof encodeValue>) =>
      createHash("sha256")
        .update((await encodeValue(...value)).bytes)
        .digest("hex")
    const first = [await digest([scalars, fromRows(scalars, rows)]), await digest([tensor, states])]
    expect([await digest([scalars, fromRows(scalars, rows)]), await digest([tensor, states])]).toEqual(first)
    expect(first).toMatchInlineSnapshot(`
      [
        "67c933f1bafbce8b26e69ed3a401c1028029c64e69a22ccf40a803e40150e12e",
        "dfca0d6cbe57b55b99d78a827241f0a286197ddb766e5e7ea8670d18794ee4a1",
      ]
    `)
  })

  it("keeps empty tables", async () => {
    const { bytes } = await encodeValue(scalars, fromRows(scalars, []))
    expect((await decodeValue(scalars, bytes)).length).toBe(0)
  })

  it("keeps text", async () => {
    const figure = document("figure", "a figure")
    const { bytes } = await encodeValue(figure, "<svg>σ</svg>")
    expect(await decodeValue(figure, bytes)).toBe("<svg>σ</svg>")
  })

  it("refuses NaN unless the column allows it, in scalars and in vectors", async () => {
    const bad = fromRows(scalars, [{ ...rows[0]!, ed: Number.NaN }])
    await expect(encodeValue(scalars, bad)).rejects.toThrow("expected numbers in column ed, found NaN at 0")
    const vectors = fromColumns(tensor, { t: Int32Array.of(0), h: { width: 2, values: Float32Array.of(1, NaN) } })
    await expect(encodeValue(tensor, vectors)).rejects.toThrow("column h, found NaN at 1")
    const open = table("open", { doc: "", format: "parquet", columns: { x: float64("", { nan: true }) } })
    const { bytes } = await encodeValue(open, fromRows(open, [{ x: Number.NaN }]))
    expect(toRows(await decodeValue(open, bytes))).toEqual([{ x: Number.NaN }])
  })

  it("refuses another table's bytes and another table's value", async () => {
    const { bytes } = await encodeValue(tensor, states)
    const other = table("other", { doc: "", format: "arrow", columns: { t: int32(""), g: vector("") } })
    await expect(decodeValue(other, bytes)).rejects.toThrow("expected columns t, g, found t, h")
    const retyped = table("tensor", { doc: "", format: "arrow", columns: { t: float64(""), h: vector("") } })
    await expect(decodeValue(retyped, bytes)).rejects.toThrow("expected column t of type float64, found Int32")
    await expect(encodeValue(other, states)).rejects.toThrow("expected a table other, found a table tensor")
  })

  describe("is read by programs that are not ours", () => {
    it("DuckDB, hyparquet and parquetjs read Parquet tables", async () => {
      const { bytes } = await encodeValue(scalars, fromRows(scalars, rows))
      const file = join(folder, "scalars.parquet")
      writeFileSync(file, bytes)
      const duck = await (await DuckDBInstance.create()).connect()
      const read = await duck.runAndReadAll(`select * from '${file}'`)
      expect(read.getRowObjectsJS()).toEqual(rows)
      expect(await parquetReadObjects({ file: bytes.slice().buffer })).toEqual(rows)
      const reader = await parquetjs.ParquetReader.openBuffer(Buffer.from(bytes))
      const cursor = reader.getCursor()
      for (const row of rows) expect(await cursor.next()).toEqual(row)
    })

    it("reads fixed-size lists", async () => {
      const value = fromColumns(listed, { h: states.columns.h })
      const { bytes } = await encodeValue(listed, value)
      const file = join(folder, "listed.parquet")
      writeFileSync(file, bytes)
      const duck = await (await DuckDBInstance.create()).connect()
      expect((await duck.runAndReadAll(`select h[3] as x from '${file}'`)).getRowObjectsJS()[0]).toEqual({ x: 3 })
      expect((await decodeValue(listed, bytes)).columns.h.values).toEqual(states.columns.h.values)
    })

    it("the Arrow library reads tensors", async () => {
      const { bytes } = await encodeValue(tensor, states)
      expect(tableFromIPC(bytes).get(0)?.toJSON().h.toArray()).toEqual(Float32Array.of(1, 2, 3))
    })
  })
})
