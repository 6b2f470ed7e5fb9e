import { parquetReadObjects } from "hyparquet"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const shown = ({ out }: Said): string => masked(out, root)

beforeAll(async () => {
  await cli("run")
}, 20_000)

describe("graph", () => {
  it("prints stages and their links", async () => {
    expect(shown(await cli("graph"))).toMatchInlineSnapshot(`
      "powers
      ├─ draw  3 nodes  draws numbers
      ├─ raise  3 nodes  from draw (3)  raises numbers to a power
      ├─ add  1 node  from raise (3)  adds the numbers of each seed
      └─ figure-T-1  figure  from add (1)  Sums by seed

      waits
      └─ wait  1 node  takes its time

      "
    `)
  })

  it("prints a Mermaid flowchart", async () => {
    expect((await cli("graph", "--mermaid")).out).toMatchInlineSnapshot(`
      "flowchart LR
        subgraph study_powers["powers"]
          powers_draw["draw × 3"]
          powers_raise["raise × 3"]
          powers_add["add"]
          powers_figure_T_1(["figure-T-1: Sums by seed"])
        end
        subgraph study_waits["waits"]
          waits_wait["wait"]
        end
        powers_draw --> powers_raise
        powers_raise --> powers_add
        powers_add --> powers_figure_T_1
      "
    `)
  })

  it("prints one JSON line a stage", async () => {
    const group = (name: string, nodes: number, from: object) => ({
      event: "group",
      study: "powers",
      name,
      nodes,
      from,
    })
    expect(parsed((await cli("graph", "T-1", "--json")).out)).toMatchObject([
      group("draw", 3, {}),
      group("raise", 3, { draw: 3 }),
      group("add", 1, { raise: 3 }),
      { ...group("figure-T-1", 1, { add: 1 }), leaf: "figure", doc: "Sums by seed" },
    ])
  })
})

describe("ls", () => {
  it("lists artifacts with a column for each label", async () => {
    expect(shown(await cli("ls"))).toMatchInlineSnapshot(`
      "artifact  seed  turn  rows  size  time  finished  digest
      powers/draw  0  3  BYTES  SECONDS  TIME  DIGEST
      powers/raise  0  3  BYTES  SECONDS  TIME  DIGEST
      powers/draw  1  3  BYTES  SECONDS  TIME  DIGEST
      powers/raise  1  3  BYTES  SECONDS  TIME  DIGEST
      powers/draw  2  3  BYTES  SECONDS  TIME  DIGEST
      powers/raise  2  3  BYTES  SECONDS  TIME  DIGEST
      powers/add.sums  3  BYTES  SECONDS  TIME  DIGEST
      powers/add.largest  3  BYTES  SECONDS  TIME  DIGEST
      figure-T-1.figure  1  BYTES  SECONDS  TIME  DIGEST
      figure-T-1.data  0  BYTES  SECONDS  TIME  DIGEST
      waits/wait  0  1  BYTES  SECONDS  TIME  DIGEST

      11 artifacts, 7.7 kB
      "
    `)
  })

  it("lists the targets alone, and says how many are missing", async () => {
    expect(shown(await cli("ls", "raise", "--seeds", "1,99"))).toMatchInlineSnapshot(`
      "artifact  seed  rows  size  time  finished  digest
      powers/raise  1  3  BYTES  SECONDS  TIME  DIGEST

      1 artifact, BYTES; 1 node not up to date, see status
      "
    `)
  })

  it("prints one JSON line an artifact, with its manifest", async () => {
    const [one, ...others] = parsed((await cli("ls", "powers/draw[seed=1]", "--json")).out)
    expect(others).toEqual([])
    expect(one).toMatchObject({
      event: "artifact",
      node: "powers/draw[seed=1]",
      labels: { seed: 1 },
      port: "numbers",
      rows: 3,
      format: "parquet",
      manifest: { recipe: { stage: "draw", params: { seed: 1 } } },
    })
  })
})

describe("inspect", () => {
  const node = "powers/draw[seed=1]"

  it("describes a table, its recipe and its first rows", async () => {
    expect(shown(await cli("inspect", node, "--stats", "--head", "2"))).toMatchInlineSnapshot(`
      "artifact  powers/draw[seed=1].numbers: numbers with their names
      size  3 rows, BYTES, parquet
      digest  DIGEST
      path  STORE/objects/v1/DIGEST.parquet
      made by  draw in SECONDS, TIME

      parameters
        seed  1  seed: seed of the named random streams
        count  3 (default)  n: how many numbers
        file  "" (default)  a file that must be readable; none when empty

      columns
        i  int32  position
        x  float64  m  value
        name  utf8  name

      column  count  nan  min  max  mean  sd  distinct
      i  3  0  0  2  1  1
      x  3  0  1  1.5  1.25  0.25
      name  3  0  2

      i  x  name
      0  1  even
      1  1.25  odd
      … and 1 more of 3
      "
    `)
  })

  it("selects rows", async () => {
    const of = (...select: string[]) => cli("inspect", node, "--format", "csv", ...select)
    expect((await of("--select", "i=1,2")).out).toBe("i,x,name\n1,1.25,odd\n2,1.5,even\n")
    expect((await of("--select", "i=1..9", "--select", "name=even")).out).toBe("i,x,name\n2,1.5,even\n")
    expect((await of("--select", "x=7")).out).toBe("i,x,name\n")
  })

  it("prints rows as JSON lines or a table", async () => {
    const json = await cli("inspect", node, "--format", "json", "--head", "1")
    expect(parsed(json.out)).toEqual([{ i: 0, x: 1, name: "even" }])
    expect((await cli("inspect", node, "--format", "table")).out).toMatchInlineSnapshot(`
      "i     x  name
      0     1  even
      1  1.25  odd
      2   1.5  even
      "
    `)
  })

  it("writes the stored bytes, and rows in another format", async () => {
    const parquet = await cli("inspect", node, "--format", "parquet", "--select", "i=2")
    const { buffer, byteOffset, length } = parquet.bytes
    const file = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer
    expect(await parquetReadObjects({ file })).toEqual([{ i: 2, x: 1.5, name: "even" }])
    const arrow = await cli("inspect", node, "--format", "arrow")
    expect(arrow.bytes.subarray(0, 6).toString()).toBe("ARROW1")
    expect([parquet.out, arrow.out]).toEqual(["", ""])
  })

  it("does not write bytes to a terminal", async () => {
    const terminal = { out: true, columns: () => undefined, draw: () => {} }
    const said = await call(["inspect", node, "--format", "arrow", "--store", root], { terminal })
    expect([said.code, said.bytes.length, said.err]).toEqual([
      2,
      0,
      "error: arrow is not for a terminal; send it to a file: … > rows.arrow\n",
    ])
  })

  it("finds an artifact by the first digits of its digest", async () => {
    const [one] = parsed((await cli("ls", node, "--json")).out)
    const [found] = parsed((await cli("inspect", String(one!.digest).slice(0, 10), "--json")).out)
    expect(found).toMatchObject({ node, digest: one!.digest, params: { seed: 1, count: 3, file: "" } })
    expect(found!.head).toHaveLength(3)
  })

  it("says where a figure lies", async () => {
    expect(shown(await cli("inspect", "T-1"))).toMatchInlineSnapshot(`
      "artifact  figure-T-1.figure: one figure as SVG
      size  BYTES, svg
      digest  DIGEST
      path  STORE/objects/v1/DIGEST.svg
      made by  figure-T-1 in SECONDS, TIME
      "
    `)
  })
})
