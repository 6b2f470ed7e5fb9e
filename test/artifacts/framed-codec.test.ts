/** Tables that are written and read a frame at a time: their files. */
import { tableFromIPC } from "apache-arrow"
import { describe, expect, it } from "vitest"
import { chooseFrames } from "../../artifacts/cli/rows.ts"
import { decodeValue, encodeValue } from "../../artifacts/codec.ts"
import { encodeFrames, openFrames } from "../../artifacts/framed-codec.ts"
import { sha256 } from "../../artifacts/key.ts"
import { states } from "../../schemas/states.ts"
import { type Framed, fromColumns, int32, type Table, table, utf8, vector } from "../../schemas/table.ts"
import { framedOf, wholeOf } from "../stages/tables.ts"
import { count, encoded, frameBytes, large, points, sourceOf, watched } from "./framed.ts"
import { frames } from "./rig/frames.ts"

describe("a file of frames", () => {
  it("of a table that is small is the file of the table, as it was before there were frames", async () => {
    const bytes = await encoded(states, framedOf(large))
    expect(bytes.equals((await encodeValue(states, large)).bytes)).toBe(true)
    expect(sha256(bytes)).toBe("3fd9adc6660bc4e1881e2e3d89343eb56e9c40afaadebb78d929cd9302b700a8")
  })

  it.each([
    [1, 1],
    [2 * frameBytes - 1, 1],
    [2 * frameBytes, 2],
    [5 * frameBytes + 7, 5],
    [12 * frameBytes, 12],
  ])("within %i bytes a record batch has whole frames: %i, but for the last", async (most, each) => {
    const bytes = await encoded(states, framedOf(large), most)
    const rows = tableFromIPC(bytes).batches.map(({ numRows }) => numRows / points)
    const full = Math.floor(count / each)
    expect(rows).toEqual([...Array.from({ length: full }, () => each), ...(count % each > 0 ? [count % each] : [])])
    expect(await decodeValue(states, bytes)).toEqual(large)
    const framed = await openFrames(states, sourceOf(bytes))
    expect(framed.frames).toEqual(framedOf(large).frames)
    expect(wholeOf(framed)).toEqual(large)
  })

  it("is written as the frames are made, each once and in order, and never joined", async () => {
    const events: string[] = []
    const framed = watched(framedOf(large), (k) => events.push(`frame ${k}`))
    const made = await encodeFrames(states, framed, 3 * frameBytes)
    expect(events).toEqual([])
    for (const pieces of made) {
      const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
      expect(bytes).toBeLessThan(3 * frameBytes + 2000)
      if (bytes > 0) events.push("written")
    }
    const third = (k: number) => [k, k + 1, k + 2].map((k) => `frame ${k}`)
    expect(events).toEqual([0, 3, 6, 9].flatMap((k) => [...third(k), "written"]))
  })

  it("is read by its frames: of the others, only of which step they are", async () => {
    const bytes = await encoded(states, framedOf(large), 5 * frameBytes)
    let read = 0
    const framed = await openFrames(
      states,
      sourceOf(bytes, (length) => {
        read += length
      }),
    )
    expect(read).toBeLessThan(count * points * 4 + 4000)
    read = 0
    expect(framed.frame(7)).toEqual(framedOf(large).frame(7))
    expect(read).toBe(frameBytes)
  })

  it("keeps every type of a column, at odd lengths", async () => {
    const types = { k: int32(""), a: vector(""), b: vector("") } as const
    const schema = table("types", { doc: "", format: "arrow", frames: "k", columns: types })
    const whole = fromColumns(schema, {
      k: Int32Array.of(-3, 1, 1, 1, 8, 8),
      a: { width: 1, values: Float32Array.of(1, -0, 1e-45, 3.4e38, 5, 6) },
      b: { width: 3, values: Float32Array.from({ length: 18 }, (_, i) => i / 7) },
    })
    const bytes = await encoded(schema, framedOf(whole), 3 * 20)
    const framed = await openFrames(schema, sourceOf(bytes))
    expect(framed.frames).toEqual([
      { t: -3, first: 0, points: 1 },
      { t: 1, first: 1, points: 3 },
      { t: 8, first: 4, points: 2 },
    ])
    expect(tableFromIPC(bytes).batches.length).toBe(3)
    expect(wholeOf(framed)).toEqual(whole)
  })

  const at = (t: number, h: number[], schema = frames) =>
    fromColumns(schema, {
      t: Int32Array.of(t),
      point: Int32Array.of(0),
      h: { width: h.length, values: Float32Array.from(h) },
    })
  const listed = (tables: readonly Table<typeof frames>[], times = tables.map((_, k) => k)): Framed<typeof frames> => ({
    schema: frames,
    frames: times.map((t, first) => ({ t, first, points: 1 })),
    frame: (k) => tables[k]!,
  })
  it.each([
    ["no frames", listed([]), "expected one frame or more, found none"],
    ["of another step", listed([at(0, [1]), at(2, [1])]), "expected 1 rows of t = 1, found 1 rows, one of t = 2"],
    ["out of order", listed([at(1, [1]), at(1, [1])], [1, 1]), "expected t above 1, found 1"],
    ["of another width", listed([at(0, [1]), at(1, [1, 2])]), "expected column h of width 1, found vectors of 2"],
    ["with a NaN", listed([at(0, [1]), at(1, [Number.NaN])]), "expected numbers in column h, found NaN at 1"],
    ["of another table", listed([at(0, [1], { ...frames, name: "other" as "frames" })]), "found a table other"],
  ])("is refused: %s", async (_, framed, message) => {
    await expect(encoded(frames, framed)).rejects.toThrow(message)
  })

  it("of another table, or of a table out of order, is refused when it is opened", async () => {
    const bytes = await encoded(states, framedOf(large))
    await expect(openFrames(frames, sourceOf(bytes))).rejects.toThrow("expected columns t, point, h, found t, point")
    const swapped = fromColumns(frames, {
      t: Int32Array.of(1, 0),
      point: Int32Array.of(0, 0),
      h: { width: 1, values: Float32Array.of(1, 2) },
    })
    const { bytes: other } = await encodeValue(frames, swapped)
    await expect(openFrames(frames, sourceOf(other))).rejects.toThrow("expected rows ordered by t, found 0 at row 1")
  })
})

it("only an int32 column of an Arrow file of fixed-width columns makes frames", () => {
  const [doc, t, h] = ["", int32(""), vector("")]
  // @ts-expect-error h is no step
  table("x", { doc, format: "arrow", frames: "h", columns: { t, h } })
  // @ts-expect-error a row of text has no fixed width
  table("x", { doc, format: "arrow", frames: "t", columns: { t, name: utf8("") } })
  // @ts-expect-error Parquet is not read in parts
  table("x", { doc, format: "parquet", frames: "t", columns: { t, h } })
  const { frames: column } = table("x", { doc, format: "arrow", frames: "t", columns: { t, h } })
  expect(column).toBe("t")
})

describe("rows of frames", () => {
  const chosen = (selections: Parameters<typeof chooseFrames>[1], head: number) => {
    const asked: number[] = []
    const { table, rows } = chooseFrames(watched(framedOf(large), (k) => asked.push(k)) as never, selections, head)
    const { t, point } = table.columns as { t: Int32Array; point: Int32Array }
    return { asked, rows, found: Array.from(t, (t, i) => [t, point[i]]) }
  }
  it("are read where they are wanted, and counted where they are not", () => {
    const first = chosen([], 3)
    expect(first).toEqual({ asked: [0], rows: count * points, found: [0, 1, 2].map((i) => [0, i]) })
    const byStep = chosen([{ column: "t", values: [4, 9] }], 21)
    expect([byStep.asked, byStep.rows, byStep.found.at(-1)]).toEqual([[4, 9], 40, [9, 0]])
    const byPoint = chosen([{ column: "point", values: [5] }], 2)
    expect([byPoint.asked.length, byPoint.rows, byPoint.found]).toEqual([
      12,
      12,
      [
        [0, 5],
        [1, 5],
      ],
    ])
  })
})
