import { parquetReadObjects } from "hyparquet"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root, "--preset", "mini", "--seeds", "0,1"])
const shown = ({ code, out, err }: Said) => [code, masked(out, root), masked(err, root)]
const computedBy = async (...args: string[]) => {
  const events = parsed((await cli("run", ...args, "--json")).out)
  return events.flatMap(({ event, node }) => (event === "computed" ? [String(node)] : [])).sort()
}

beforeAll(async () => {
  await cli("run", "powers", "--sweep", "raise.power=3")
}, 20_000)

describe("a sweep", () => {
  it("adds the graph for each value, and shares what does not depend on it", async () => {
    expect(shown(await cli("status", "powers", "--sweep", "raise.power=3..5:2"))).toMatchInlineSnapshot(`
      [
        3,
        "stage  nodes  cached  stale  blocked
      powers/draw  2  2  0  0
      powers/raise  6  4  2  0
      powers/add  3  2  0  1
      powers/figures  1  0  0  1

      state  node  why
      cached  powers/draw[seed=0]
      cached  powers/raise[seed=0]
      cached  powers/draw[seed=1]
      cached  powers/raise[seed=1]
      cached  powers/add
      cached  powers/raise[seed=0,power=3]
      cached  powers/raise[seed=1,power=3]
      cached  powers/add[power=3]
      stale  powers/raise[seed=0,power=5]  never ran
      stale  powers/raise[seed=1,power=5]  never ran
      blocked  powers/add[power=5]  waits for powers/raise[seed=0,power=5] and 1 other
      blocked  figure-T-1  waits for powers/add[power=5]

      outdated: 2 stale and 2 blocked of 12 nodes
      ",
        "",
      ]
    `)
  })

  it("runs only the nodes of a value that is added", async () => {
    expect(await computedBy("add", "--sweep", "raise.power=3,4")).toEqual([
      "powers/add[power=4]",
      "powers/raise[seed=0,power=4]",
      "powers/raise[seed=1,power=4]",
    ])
    expect(await computedBy("add", "--sweep", "raise.power=4,3")).toEqual([])
  })

  it("makes the product of several", async () => {
    const { out } = await cli("status", "add", "--sweep", "raise.power=3,4", "--sweep", "draw.count=4,5")
    const lines = out.split("\n").filter((line) => line.includes("/add") && line.includes("["))
    expect(lines.map((line) => /powers\/add\S*/.exec(line)![0])).toEqual([
      "powers/add[count=4,power=3]",
      "powers/add[count=5,power=3]",
      "powers/add[count=4,power=4]",
      "powers/add[count=5,power=4]",
    ])
    expect(out).toContain("powers/raise     10       2      0        8\n")
  })

  it("takes the place of a label of its name", async () => {
    const { out } = await cli("status", "add", "--sweep", "draw.seed=0,7", "--json")
    const nodes = parsed(out).flatMap(({ node }) => (node === undefined ? [] : [node]))
    expect(nodes).toEqual([
      "powers/draw[seed=0]",
      "powers/raise[seed=0]",
      "powers/draw[seed=1]",
      "powers/raise[seed=1]",
      "powers/add",
      "powers/add[seed=0]",
      "powers/draw[seed=7]",
      "powers/raise[seed=7]",
      "powers/add[seed=7]",
    ])
  })

  it("of a study's list is that list", async () => {
    const swept = await cli("status", "waits", "--sweep", "waits.ms=0..2")
    expect(swept.out).toBe((await cli("status", "waits", "--set", "waits.ms=0..2")).out)
  })

  it.each([
    ["raise.pwer=3", 'unknown parameter of raise "pwer"; did you mean power?'],
    ["rise.power=3", 'unknown stage or study "rise"; did you mean raise?'],
    ["powers.seed=3", 'unknown parameter of powers "seed"; did you mean seeds?'],
    ["raise.power=8..10", "powers/raise[seed=0]:\n  power: expected a whole number in 0..9, found 10"],
    ["raise.power=5..1", "--sweep raise.power=5..1:\n  expected FIRST..LAST with FIRST <= LAST, found 5..1"],
    [
      "power",
      "--sweep power:\n  expected STAGE.PARAMETER=VALUES or STUDY.PARAMETER=VALUES, such as init-network.g=20..260:40",
    ],
  ])("%s is refused", async (sweep, message) => {
    const { code, out, err } = await cli("run", "--sweep", sweep)
    expect([code, out, err]).toEqual([2, "", `error: ${message}\n`])
  })
})

describe("ls --params", () => {
  it("lists nodes with every parameter that differs, also of what they come from", async () => {
    expect((await cli("ls", "raise", "--params", "--sweep", "raise.power=3,5")).out).toMatchInlineSnapshot(`
      "node                          state   draw.seed  raise.power
      powers/raise[seed=0]          cached          0            2
      powers/raise[seed=1]          cached          1            2
      powers/raise[seed=0,power=3]  cached          0            3
      powers/raise[seed=1,power=3]  cached          1            3
      powers/raise[seed=0,power=5]  stale           0            5
      powers/raise[seed=1,power=5]  stale           1            5

      6 nodes, 2 parameters that differ
      "
    `)
    const [first] = parsed((await cli("ls", "add", "--params", "--json", "--sweep", "raise.power=3")).out)
    expect(first).toEqual({ event: "node", node: "powers/add", state: "cached", params: { "raise.power": [2] } })
  })
})

describe("inspect of a stage", () => {
  const swept = ["--sweep", "raise.power=3"]

  it("shows all its nodes as one table, with their labels as columns", async () => {
    expect(shown(await cli("inspect", "raise", ...swept, "--stats", "--head", "4"))).toMatchInlineSnapshot(`
      [
        0,
        "table  raise.numbers of 4 nodes: numbers with their names
      size  12 rows

      columns
        seed  int32  label seed of the node
        power  float64  label power of the node
        i  int32  position
        x  float64  m  value
        name  utf8  name

      column  count  nan  min  max  mean  sd  distinct
      seed  12  0  0  1  0.5  0.522233
      power  12  6  3  3  3  0
      i  12  0  0  2  1  0.852803
      x  12  0  0  3.375  0.966146  1.11152
      name  12  0  2

      seed  power  i  x  name
         0  NaN  0  0  even
         0  NaN  1  0.0625  odd
         0  NaN  2  0.25  even
         1  NaN  0  1  even
      … and 8 more of 12
      ",
        "",
      ]
    `)
  })

  it("chooses nodes by label and rows by column", async () => {
    const of = (...args: string[]) => cli("inspect", "raise", ...swept, "--format", "csv", ...args)
    expect((await of("--select", "seed=1,power=3")).out).toBe(
      "seed,power,i,x,name\n1,3,0,1,even\n1,3,1,1.953125,odd\n1,3,2,3.375,even\n",
    )
    expect((await of("--select", "i=2", "--select", "seed=0,1")).out).toBe(
      "seed,power,i,x,name\n0,NaN,2,0.25,even\n1,NaN,2,2.25,even\n0,3,2,0.125,even\n1,3,2,3.375,even\n",
    )
  })

  it("has no column for a label that only nodes left out have", async () => {
    const { out } = await cli("inspect", "raise", "--sweep", "raise.power=5", "--select", "i=2", "--format", "csv")
    expect(out).toBe("seed,i,x,name\n0,2,0.25,even\n1,2,2.25,even\n")
  })

  it("writes Parquet, and JSON lines", async () => {
    const args = ["inspect", "draw", "--select", "i=1", "--format"]
    const { buffer, byteOffset, length } = (await cli(...args, "parquet")).bytes
    const rows = [
      { seed: 0, i: 1, x: 0.25, name: "odd" },
      { seed: 1, i: 1, x: 1.25, name: "odd" },
    ]
    const bytes = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer
    expect(await parquetReadObjects({ file: bytes })).toEqual(rows)
    expect(parsed((await cli(...args, "json")).out)).toEqual(rows)
  })

  it("renames a label that the table has as a column, and gives one node its labels too", async () => {
    const of = (...args: string[]) => cli("inspect", "wait", "--format", "csv", ...args)
    await cli("run", "waits")
    expect((await of()).out).toBe("turn,seed,sum\n0,0,0\n")
    expect((await cli("inspect", "add", "--port", "sums", "--format", "csv", "--sweep", "draw.seed=7")).err).toContain(
      "1 node not up to date and left out, see status\n",
    )
    await cli("run", "add", "--sweep", "draw.seed=7")
    const sums = await cli("inspect", "add", "--port", "sums", "--format", "csv", "--sweep", "draw.seed=7")
    expect(sums.out.split("\n")[0]).toBe("node.seed,seed,sum")
    expect(sums.out.split("\n").at(-2)).toBe("7,7,157.8125")
  })

  it.each([
    [["raise", "--select", "seed=9"], 2, "raise has no node with such labels; there are seed 0, 1"],
    [["raise", "--select", "sed=1"], 2, "--select sed=1: unknown column sed; did you mean seed?"],
    [["raise", "--set", "raise.power=5"], 3, "raise has no such node that is up to date; `run` computes them"],
    [["add", "--format", "csv"], 2, "add has several outputs; choose one with --port: sums, largest"],
    [["add", "--port", "sum", "--format", "csv"], 2, 'unknown output of add "sum"; did you mean sums?'],
  ])("refuses %j", async (args, exit, message) => {
    const { code, out, err } = await cli("inspect", ...args)
    expect([code, out, err]).toEqual([exit, "", `error: ${message}\n`])
  })
})
