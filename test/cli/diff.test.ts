import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"
import raise from "./toy/raise.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const shown = ({ out }: Said): string => masked(out, root).replace(/\d{8}T\d{6}Z-[0-9a-f]{8}/g, "RUN")
const node = "powers/raise[seed=1]"
const three = ["--set", "raise.power=3"]

/** A copy of the stage with another helper: as if its file had been edited. */
function editRaise(): string {
  const toy = fileURLToPath(new URL("./toy/", import.meta.url))
  const folder = join(dirname(root), "edited")
  const project = fileURLToPath(new URL("../../", import.meta.url))
  mkdirSync(folder, { recursive: true })
  for (const name of ["raise.ts", "tables.ts"]) {
    const text = readFileSync(join(toy, name), "utf8").replaceAll("../../../", project)
    const edited = text
      .replace("Array.from({ length: power })", "Array.from({ length: power + extra })")
      .replace("export default", "const extra = 1\n\nexport default")
    writeFileSync(join(folder, name), name === "raise.ts" ? edited : text)
  }
  return pathToFileURL(join(folder, "raise.ts")).href
}

beforeAll(async () => {
  await cli("run")
  await cli("run", ...three)
  await cli("run", "add", "--seeds", "0,3")
}, 30_000)

describe("diff", () => {
  it("compares two runs: why, which nodes, and by how much", async () => {
    const { code, ...said } = await cli("diff", "latest~2", "latest~1")
    expect([code, shown({ code, ...said })]).toMatchInlineSnapshot(`
      [
        0,
        "        run
      before  RUN  9 nodes
      after  RUN  9 nodes

      4 alike, 5 changed, 0 only before, 0 only after

      why  nodes
      raise/power 2 -> 3  powers/raise[seed=0] and 2 others
      input sums changed  figure-T-1
      input all changed  powers/add

      output  column  nodes  rows  max abs  max rel  max ulps
      figure-T-1.figure  (text)  1
      powers/add.sums  sum  1  3  19.7031  0.562695  5.32e+15
      powers/add.largest  x  1  3  9.375  0.6  6.26e+15
      powers/raise.numbers  x  3  7  9.375  0.75  9.01e+15
      ",
      ]
    `)
  })

  it("compares the last two runs when it is not told which, and lists what only one has", async () => {
    expect(shown(await cli("diff"))).toMatchInlineSnapshot(`
      "        run
      before  RUN  9 nodes
      after  RUN  5 nodes

      1 alike, 2 changed, 6 only before, 2 only after
      only before: figure-T-1 (1), powers/draw (2), powers/raise (2), waits/wait (1)
      only after: powers/draw (1), powers/raise (1)

      why  nodes
      raise/power 3 -> 2  powers/raise[seed=0]
      input all changed  powers/add

      output  column  nodes  rows  max abs  max rel  max ulps
      powers/add.sums  seed  1  1  2  0.666667
      powers/add.sums  sum  1  2  25.4844  0.801081  1.08e+16
      powers/add.sums  (rows of one only)  1  1
      powers/add.largest  x  1  3  3.375  0.216  1.90e+15
      powers/raise.numbers  x  1  2  0.125  0.75  9.01e+15
      "
    `)
    expect(await cli("diff", "latest~1")).toEqual(await cli("diff"))
  })

  it("compares a node now with what it was in a run", async () => {
    const { code, ...said } = await cli("diff", `${node}@latest~2`, node, ...three)
    expect([code, shown({ code, ...said })]).toMatchInlineSnapshot(`
      [
        0,
        "        node  finished  key
      before  powers/raise[seed=1]  TIME  DIGEST
      after  powers/raise[seed=1]  TIME  DIGEST

      recipe
        raise/power 2 -> 3

      numbers: 2 of 3 rows differ, the first is row 1
        column  type  rows  first  max abs  max rel  max ulps
        x  float64  2  1  1.125  0.333333  2.53e+15
      ",
      ]
    `)
    expect((await cli("diff", `${node}@latest~2`, node, "--brief", ...three)).out).toMatch(
      /recipe\n {2}raise\/power 2 -> 3\n$/,
    )
  })

  it("compares several outputs and texts, by the first digits of keys", async () => {
    const keys = async (target: string, ...args: string[]) => {
      const [one] = parsed((await cli("ls", target, "--json", ...args)).out)
      return (one as { manifest: { key: string } }).manifest.key.slice(0, 12)
    }
    const of = async (target: string) => cli("diff", await keys(target), await keys(target, ...three))
    expect(shown(await of("add"))).toMatchInlineSnapshot(`
      "        node  finished  key
      before  powers/add  TIME  DIGEST
      after  powers/add  TIME  DIGEST

      recipe
        input all changed

      sums: 3 of 3 rows differ, the first is row 0
        column  type  rows  first  max abs  max rel  max ulps
        sum  float64  3  0  19.7031  0.562695  5.32e+15
      largest: 3 of 3 rows differ, the first is row 0
        column  type  rows  first  max abs  max rel  max ulps
        x  float64  3  0  9.375  0.6  6.26e+15
      "
    `)
    expect(shown(await of("T-1"))).toMatchInlineSnapshot(`
      "        node  finished  key
      before  figure-T-1  TIME  DIGEST
      after  figure-T-1  TIME  DIGEST

      recipe
        input sums changed

      figure: the text differs from line 1, column 49
      data: the same bytes
      "
    `)
  })

  it("prints one JSON line a node, and a line an output", async () => {
    const [head, ...lines] = parsed((await cli("diff", "latest~2", "latest~1", "--json")).out)
    expect(head).toMatchObject({ event: "compared", same: 4, changed: 5 })
    const power = { _tag: "Params", path: "power", before: 2, after: 3, text: "raise/power 2 -> 3" }
    const column = { column: "x", type: "float64", rows: 2, first: 1, maxAbs: 1.125 }
    expect(lines.find((line) => line.node === node)).toMatchObject({
      event: "node",
      in: "both",
      cues: [power],
      outputs: [{ port: "numbers", values: { _tag: "Table", lengths: [3, 3], rows: 2, columns: [column] } }],
    })
    const artifacts = parsed((await cli("diff", `${node}@latest~2`, `${node}@latest~1`, "--json")).out)
    expect(artifacts).toMatchObject([
      { event: "compared", stage: "raise", before: { node }, after: { node }, cues: [power] },
      { event: "output", port: "numbers", values: { columns: [column] } },
    ])
  })

  it("says what is wrong", async () => {
    const said = async (...args: string[]) => {
      const { code, out, err } = await cli("diff", ...args)
      return [code, out, shown({ code, out: err, err, bytes: Buffer.of() })]
    }
    const error = (message: string) => [2, "", `error: ${message}\n`]
    expect(await said("latest~9")).toEqual(error("latest~9: the store has the logs of 3 runs"))
    expect(await said(`${node}@latest`, node)).toEqual(
      error(`unknown node of run RUN "${node}"; did you mean powers/raise[seed=0]?`),
    )
    expect(await said(node)).toEqual(error("B is missing, what to compare with"))
    expect(await said("a", "b", "c")).toEqual(error("diff compares two things, found 3"))
    expect(await said(node, "latest")).toEqual(
      error("one of the two is a run, the other an artifact; NODE@RUN is an artifact of a run"),
    )
    expect(await said(node, "powers/draw[seed=1]")).toEqual(
      error("only artifacts of one stage can be compared, found raise and draw"),
    )
    expect(await said("abcdef12", node)).toEqual(error("no artifact has a key or digest that begins with abcdef12"))
    expect(await said("powers/raise[seed=8]", node)).toEqual(
      error('unknown target "powers/raise[seed=8]"; did you mean powers/raise[seed=0]?'),
    )
    const [code, , message] = await said("frobnicate", node)
    expect([code, String(message).replace(/RUN(, RUN)*/, "RUNS")]).toEqual([
      2,
      'error: unknown run, digest or node "frobnicate"; `ls` lists digests and nodes, runs are latest, RUNS\n',
    ])
    expect((await call(["diff", "foo", "bar", "--store", join(root, "none")])).err).toBe(
      'error: unknown run, digest or node "foo"; `ls` lists digests and nodes, the store has no runs\n',
    )
    expect((await said(node, node, "--set", "raise.power=5"))[0]).toBe(3)
  })

  it("compares what can still be read, when an object is gone", async () => {
    const [one] = parsed((await cli("ls", node, "--json", ...three)).out)
    rmSync(String(one!.path))
    expect((await cli("diff", "latest~2", "latest~1")).out).toMatch(/^powers\/raise\.numbers +\(not compared\) +1$/m)
    expect((await cli("run", ...three)).code).toBe(0)
  }, 20_000)
})

describe("changed code", () => {
  it("is told by name in why and in diff", async () => {
    const source = raise.source
    try {
      Object.assign(raise, { source: editRaise() })
      const why = await cli("why", node)
      expect(shown(why)).toMatchInlineSnapshot(`
        "powers/raise[seed=1] is stale
          code of raise changed: default export of raise differs; extra is new
        "
      `)
      const [line] = parsed((await cli("why", node, "--json")).out)
      const difference = { changed: ["default export of raise"], appeared: ["extra"], gone: [], packages: [] }
      expect(line).toMatchObject({ cues: [{ _tag: "Code", code: { difference } }] })
      await cli("run", node)
      expect((await cli("diff", `${node}@latest~3`, `${node}@latest`, "--brief")).out).toContain(
        "  code of raise changed: default export of raise differs; extra is new\n",
      )
      for (const name of readdirSync(join(root, "bundles", "v1"))) rmSync(join(root, "bundles", "v1", name))
      const without = await cli("diff", `${node}@latest~3`, `${node}@latest`, "--brief")
      expect(without.out).toContain("  code of raise changed\n")
    } finally {
      Object.assign(raise, { source })
    }
  }, 20_000)
})
