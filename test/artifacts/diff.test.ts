import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { diffArtifacts, diffRuns, runNodes } from "../../artifacts/diff.ts"
import { diffTables, diffTexts } from "../../artifacts/diff-values.ts"
import type { RunEvent } from "../../artifacts/events.ts"
import type { Manifest } from "../../artifacts/manifest.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import { ulps32, ulps64 } from "../../artifacts/ulps.ts"
import { bool, float32, float64, fromColumns, int32, table, utf8, vector } from "../../schemas/table.ts"
import { numbers, sums } from "./rig/numbers.ts"
import { build, runOnce } from "./rig.ts"

const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN]

describe("the distance in units in the last place", () => {
  it.each([
    [0, -0, 0],
    [1, 1 + 2 ** -52, 1],
    [1, 1 - 2 ** -53, 1],
    [-1, -1 - 2 ** -52, 1],
    [Number.MIN_VALUE, -Number.MIN_VALUE, 2],
    [0, Number.MIN_VALUE, 1],
    [-0, Number.MIN_VALUE, 1],
    [Number.MAX_VALUE, inf, 1],
    [1, 2, 2 ** 52],
    // All finite numbers of one sign: 2046 exponents of 2⁵² and the subnormals.
    [0, inf, 2047 * 2 ** 52],
    [-inf, inf, 2 * 2047 * 2 ** 52],
    [nan, nan, 0],
    [nan, 1, inf],
    [-inf, nan, inf],
  ])("of float64 %s and %s is %s", (a, b, expected) => {
    expect(ulps64(a, b)).toBe(expected)
    expect(ulps64(b, a)).toBe(expected)
  })

  it.each([
    [0, -0, 0],
    [1, 1 + 2 ** -23, 1],
    [2 ** -149, -(2 ** -149), 2],
    [-1, 1, 2 * 127 * 2 ** 23],
    [inf, -inf, 2 * 255 * 2 ** 23],
    [(2 - 2 ** -23) * 2 ** 127, inf, 1],
    [nan, nan, 0],
    [nan, 0, inf],
  ])("of float32 %s and %s is %s", (a, b, expected) => {
    expect(ulps32(a, b)).toBe(expected)
    expect(ulps32(b, a)).toBe(expected)
  })

  it("is that of whole numbers of any length", () => {
    const line = (x: number) => {
      const bits = new BigInt64Array(Float64Array.of(x).buffer)[0]!
      return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits
    }
    const number = fc.double({ noNaN: true })
    fc.assert(
      fc.property(number, number, (a, b) => {
        const exact = line(a) - line(b)
        expect(ulps64(a, b)).toBe(Number(exact < 0n ? -exact : exact))
      }),
      { numRuns: 2000 },
    )
  })
})

const mixed = table("mixed", {
  doc: "",
  format: "arrow",
  columns: { x: float64(""), y: float32(""), i: int32(""), s: utf8(""), b: bool(""), h: vector("") },
})
const base = () => ({
  x: Float64Array.of(1, 2, 3, 4),
  y: Float32Array.of(1, 2, 3, 4),
  i: Int32Array.of(1, 2, 3, 4),
  s: ["a", "b", "c", "d"],
  b: [true, true, false, false],
  h: { width: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
})
const mixedTable = (change: (columns: ReturnType<typeof base>) => void = () => {}) => {
  const columns = base()
  change(columns)
  return fromColumns(mixed, columns)
}

describe("the difference of two tables", () => {
  it("is none between equal ones, with NaN at the same place", () => {
    const change = (columns: ReturnType<typeof base>) => {
      columns.x[1] = nan
      columns.h.values[3] = nan
    }
    expect(diffTables(mixedTable(change), mixedTable(change))).toEqual({
      _tag: "Table",
      lengths: [4, 4],
      rows: 0,
      first: undefined,
      columns: [],
      incomparable: [],
    })
  })

  it("gives each column its rows, and the largest difference by value and by steps", () => {
    const after = mixedTable(({ x, y, i, s, b, h }) => {
      x[1] = 2 + 2 ** -51
      x[3] = 5
      y[2] = 3 + 2 ** -22
      i[3] = -2_000_000_000
      s[1] = "B"
      b[3] = true
      h.values.set([4 + 2 ** -21, 5 - 2 ** -21], 3)
    })
    const { rows, first, columns } = diffTables(mixedTable(), after)
    expect({ rows, first }).toEqual({ rows: 3, first: 1 })
    expect(columns).toEqual([
      { column: "x", type: "float64", rows: 2, first: 1, maxAbs: 1, maxRel: 0.2, maxUlps: 2 ** 50 },
      {
        column: "y",
        type: "float32",
        rows: 1,
        first: 2,
        maxAbs: 2 ** -22,
        maxRel: 2 ** -22 / (3 + 2 ** -22),
        maxUlps: 1,
      },
      { column: "i", type: "int32", rows: 1, first: 3, maxAbs: 2_000_000_004, maxRel: 2_000_000_004 / 2e9 },
      { column: "s", type: "utf8", rows: 1, first: 1 },
      { column: "b", type: "bool", rows: 1, first: 3 },
      {
        column: "h",
        type: "vector",
        rows: 2,
        first: 1,
        maxAbs: 2 ** -21,
        maxRel: 2 ** -21 / (4 + 2 ** -21),
        maxUlps: 1,
      },
    ])
  })

  it.each([
    ["-0 and 0: other bits, no distance", 0, -0, { maxAbs: 0, maxRel: 0, maxUlps: 0 }],
    ["a number and NaN", 1, nan, { maxAbs: inf, maxRel: inf, maxUlps: inf }],
    ["a number and ∞", Number.MAX_VALUE, inf, { maxAbs: inf, maxRel: inf, maxUlps: 1 }],
    ["the two ends of the range", Number.MAX_VALUE, -Number.MAX_VALUE, { maxAbs: inf, maxRel: 2 }],
  ])("takes %s as different", (_, a, b, expected) => {
    const of = (x: number) => fromColumns(numbers, { x: Float64Array.of(7, x) })
    expect(diffTables(of(a), of(b))).toMatchObject({ rows: 1, first: 1, columns: [{ rows: 1, first: 1, ...expected }] })
  })

  it("counts the rows that only one table has", () => {
    const of = (...x: number[]) => fromColumns(numbers, { x: Float64Array.from(x) })
    expect(diffTables(of(1, 2), of(1, 2, 3, 4))).toMatchObject({ lengths: [2, 4], rows: 2, first: 2, columns: [] })
    expect(diffTables(of(1, 2, 3), of(0))).toMatchObject({ lengths: [3, 1], rows: 3, first: 0 })
  })

  it("names columns that cannot be compared", () => {
    const other = table("other", { doc: "", format: "arrow", columns: { x: float32(""), h: vector(""), z: int32("") } })
    const after = fromColumns(other, {
      x: new Float32Array(4),
      h: { width: 3, values: new Float32Array(12) },
      z: new Int32Array(4),
    })
    expect(diffTables(mixedTable(), after).incomparable).toEqual([
      { column: "x", reason: "float64 and float32" },
      ...["y", "i", "s", "b"].map((column) => ({ column, reason: "only the first table has it" })),
      { column: "h", reason: "vectors of 2 and 3" },
      { column: "z", reason: "only the second table has it" },
    ])
  })
})

it("says where two texts part", () => {
  expect(diffTexts("<svg>\n<g/>\n", "<svg>\n<h/>\n")).toEqual({ _tag: "Text", line: 2, column: 2 })
  expect(diffTexts("ab", "abc")).toEqual({ _tag: "Text", line: 1, column: 3 })
})

const memory = (): Store =>
  Effect.runSync(
    Effect.provide(
      Effect.map(ArtifactStore, (store) => store),
      ArtifactStore.memory(),
    ),
  )

/** Runs the toy study; the text of the run's log. */
const logOf = async (store: Store, settings: string[] = [], options: Parameters<typeof runOnce>[2] = {}) => {
  const { events } = await runOnce(store, await build(settings), options)
  return events.map((event) => JSON.stringify({ time: "2026-01-01T00:00:00.000Z", ...event })).join("\n")
}

describe("the difference of two artifacts", () => {
  const schemaOf = (_: Manifest, port: string) => (port === "sums" ? sums : port === "numbers" ? numbers : undefined)
  const manifestOf = async (store: Store, stage: string, log: string): Promise<Manifest> => {
    const [node] = [...runNodes(log).values()].filter((of) => of.stage === stage)
    return (await Effect.runPromise(store.lookup(stage, node!.key!)))!
  }

  it("is that of their recipes and of the values of their outputs", async () => {
    const store = memory()
    const [a, b] = [await logOf(store), await logOf(store, ["produce.count=4"])]
    const made = [await manifestOf(store, "produce", a), await manifestOf(store, "produce", b)] as const
    const produced = await Effect.runPromise(diffArtifacts(store, ...made, schemaOf))
    expect(produced.recipe).toEqual([{ _tag: "Params", path: "count", before: undefined, after: 4 }])
    expect(produced.outputs).toMatchObject([{ port: "numbers", values: { lengths: [3, 4], rows: 1, first: 3 } }])
    const combined = [await manifestOf(store, "combine", a), await manifestOf(store, "combine", b)] as const
    const { recipe, outputs } = await Effect.runPromise(diffArtifacts(store, ...combined, schemaOf))
    expect(recipe).toEqual([{ _tag: "Input", port: "all" }])
    // Σᵢ i Σⱼ 2 (i + j) over j < 3 and j < 4, i = 1, 2: 48 and 76.
    expect(outputs).toMatchObject([
      { port: "sums", values: { columns: [{ column: "sum", maxAbs: 28, maxRel: 28 / 76 }] } },
    ])
  })

  it("does not read equal outputs, and says what it cannot read", async () => {
    const store = memory()
    const [a, b] = [await logOf(store), await logOf(store, ["scale.absolute=true"])]
    const scaled = [await manifestOf(store, "scale", a), await manifestOf(store, "scale", b)] as const
    const unread = { ...store, read: () => Effect.die("read") }
    const { recipe, outputs } = await Effect.runPromise(diffArtifacts(unread, ...scaled, schemaOf))
    expect(recipe).toEqual([{ _tag: "Params", path: "absolute", before: undefined, after: true }])
    expect(outputs).toEqual([{ port: "numbers", before: scaled[0].outputs.numbers, after: scaled[1].outputs.numbers }])
    const c = await manifestOf(store, "combine", await logOf(store, ["produce.count=4"]))
    const combined = [await manifestOf(store, "combine", a), c] as const
    const known = async (schema: typeof numbers | undefined) =>
      (await Effect.runPromise(diffArtifacts(store, ...combined, () => schema))).outputs[0]!.values
    expect(await known(numbers)).toEqual({ _tag: "Unreadable", message: "expected columns x, found sum" })
    expect(await known(undefined)).toMatchObject({ _tag: "Unreadable" })
  })
})

describe("the difference of two runs", () => {
  it("is none between a run and the same again from the cache", async () => {
    const store = memory()
    const difference = await Effect.runPromise(diffRuns(store, await logOf(store), await logOf(store)))
    expect(difference).toEqual({ onlyBefore: [], onlyAfter: [], changed: [], same: 5 })
  })

  it("names nodes of one run only, and what changed in the others", async () => {
    const store = memory()
    const before = await logOf(store, ["toy.i=1,2"])
    const after = await logOf(store, ["toy.i=1,3", "scale.absolute=true"])
    const { onlyBefore, onlyAfter, changed, same } = await Effect.runPromise(diffRuns(store, before, after))
    expect(onlyBefore.map(({ node }) => node)).toEqual(["toy/produce[i=2]", "toy/scale[i=2]"])
    expect(onlyAfter.map(({ node }) => node)).toEqual(["toy/produce[i=3]", "toy/scale[i=3]"])
    expect(changed.map(({ before, cues, outputs }) => ({ node: before.node, cues, outputs }))).toEqual([
      { node: "toy/combine", cues: [{ _tag: "Input", port: "all" }], outputs: ["sums"] },
      {
        node: "toy/scale[i=1]",
        cues: [{ _tag: "Params", path: "absolute", before: undefined, after: true }],
        outputs: [],
      },
    ])
    expect(same).toBe(1)
  })

  it("tells a node that failed or was cut off from one that finished", async () => {
    const store = memory()
    const failed = await logOf(store, ["toy.i=1", "scale.fault=fail"])
    const { changed } = await Effect.runPromise(diffRuns(store, failed, await logOf(store, ["toy.i=1"])))
    expect(changed).toMatchObject([
      { before: { node: "toy/scale[i=1]", state: "failed" }, after: { state: "computed" }, cues: undefined },
    ])
    const started = { event: "started", node: "a", stage: "s", key: "k" } as unknown as RunEvent
    expect([...runNodes(`${JSON.stringify(started)}\n{"event":"comp`).values()]).toEqual([
      { node: "a", stage: "s", key: "k", state: "unfinished" },
    ])
  })
})
