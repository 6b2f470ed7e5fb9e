import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parquetReadObjects } from "hyparquet"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { markerPath, objectPath } from "../../artifacts/store.ts"
import { pipeline } from "../report/toy/studies.ts"
import { editing } from "./edits.ts"
import { call, freshStore, parsed, type Said } from "./rig.ts"
import raise from "./toy/raise.ts"

const { root, remove } = freshStore()
const folder = dirname(root)
const edits = editing()
afterAll(() => {
  edits.remove()
  remove()
})

const overrides = { pipeline: async () => pipeline }
const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root], overrides)
const out = join(folder, "page")
const report = (...args: string[]): Promise<Said> => cli("report", "--out", out, ...args)
const said = ({ code, out, err }: Said) => [code, out.replace(/[\d.]+ k?B/g, "SIZE"), err].map(inFolder)
const inFolder = (part: string | number | null) => (typeof part === "string" ? part.replaceAll(folder, "FOLDER") : part)
const page = (): string => readFileSync(join(out, "index.html"), "utf8")
const filesIn = (at: string): readonly string[] =>
  readdirSync(at, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(at.length + 1))
    .sort()
const digests = (): readonly string[] =>
  filesIn(out).map((path) =>
    createHash("sha256")
      .update(readFileSync(join(out, path)))
      .digest("hex"),
  )

it("refuses a page of nothing but holes", async () => {
  expect(said(await report())).toEqual([
    3,
    "",
    "error: no figure or claim of these settings is up to date; `run` computes them, `status` tells why\n",
  ])
  expect(existsSync(out)).toBe(false)
})

describe("of a run", () => {
  const files = [
    "data/T-3.csv",
    "data/T-3.parquet",
    "figures/T-1.svg",
    "figures/T-3.svg",
    "index.html",
    "lock.json",
    "verdicts.csv",
    "verdicts.md",
  ]

  beforeAll(async () => {
    await cli("run")
  }, 20_000)

  it("writes the page and its downloads, the page last, and says what there is", async () => {
    expect(said(await report())).toEqual([
      0,
      "wrote 8 files, SIZE, to FOLDER/page\n2 figures; 1 claim: 0 holds, 1 fails, 0 not tested\n",
      "",
    ])
    expect(filesIn(out)).toEqual(files)
  })

  it("prints a JSON line for each file", async () => {
    const lines = parsed((await report("--json")).out)
    expect(lines.map(({ path }) => String(path).slice(out.length + 1)).sort()).toEqual(files)
    expect(lines.at(-1)).toEqual({
      event: "written",
      path: join(out, "index.html"),
      bytes: readFileSync(join(out, "index.html")).length,
    })
  })

  it("writes the same bytes each time", async () => {
    const before = digests()
    await report()
    expect(digests()).toEqual(before)
  })

  it("offers the numbers of a figure, the verdicts, and the lock of everything", async () => {
    const { buffer, byteOffset, length } = readFileSync(join(out, "data/T-3.parquet"))
    const file = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer
    expect((await parquetReadObjects({ file }))[1]).toMatchObject({ series: "sums", x: 1, y: 4.8125 })
    expect(readFileSync(join(out, "data/T-3.csv"), "utf8").split("\n")[2]).toBe("all,sums,1,4.8125,4.8125,4.8125,1")
    expect(readFileSync(join(out, "verdicts.csv"), "utf8").split("\n")).toMatchInlineSnapshot(`
      [
        "study,claim,title,part,quantity,criterion,value,n,verdict",
        "powers,T-2,sums grow with the seed & stay < 99,growth,last sum | first sum,> 1,49,3,holds",
        "powers,T-2,sums grow with the seed & stay < 99,size,largest sum,< 5,15.3125,3,fails",
        "powers,T-2,sums grow with the seed & stay < 99,first,first sum,reported,0.3125,1,reported",
        "",
      ]
    `)
    expect(readFileSync(join(out, "verdicts.md"), "utf8").split("\n")).toMatchInlineSnapshot(`
      [
        "| claim | says | quantity | criterion | value | n | verdict |",
        "| --- | --- | --- | --- | ---: | ---: | --- |",
        "| T-2 | sums grow with the seed & stay \\< 99 | growth: last sum \\| first sum | \\> 1 | 49 | 3 | holds |",
        "|  |  | size: largest sum | \\< 5 | 15.31 | 3 | **fails** |",
        "|  |  | first: first sum | reported | 0.3125 | 1 | reported |",
        "",
      ]
    `)
    const lock = join(folder, "lock.json")
    await cli("audit", "--sample", "0", "--write-lock", lock)
    expect(readFileSync(join(out, "lock.json"), "utf8")).toBe(readFileSync(lock, "utf8"))
  })

  it("tells apart what is set from the preset of the papers", async () => {
    await cli("run", "T-3", "--seeds", "0..1", "--set", "raise.power=3")
    await report("T-3", "--seeds", "0..1", "--set", "raise.power=3")
    expect(page()).toContain("<li><code>seeds</code> <strong>0, 1</strong> <small>(0..4)</small></li>")
    expect(page()).toContain("<li><code>raise.power=3</code></li>")
    expect(page()).toContain('<th scope="row"><code>power</code></th><td class="">exponent</td>')
    expect(page()).toContain("a whole number in 0..9")
    expect(page()).not.toContain("T-1")
    await report("--preset", "paper", "T-3").then(({ code }) => expect(code).toBe(3))
  })

  it("takes away what an earlier report offered, and nothing else", async () => {
    writeFileSync(join(out, "figures", "mine.svg"), "<svg/>")
    await report()
    await report("T-1")
    expect(filesIn(out)).toEqual(
      files
        .filter((file) => !file.includes("T-3"))
        .concat("figures/mine.svg")
        .sort(),
    )
  })

  it("names the results that were accepted from earlier code", async () => {
    edits.edit(raise, "value", "factor")
    await cli("accept", "raise", "--reason", "a <longer> name")
    await report()
    edits.undo()
    expect(page()).toMatch(/<p class="note">raise: accepted from code [0-9a-f]{12}: a &lt;longer&gt; name<\/p>/)
    expect(page()).toMatch(/<li>raise: accepted from code .* <small>3 results<\/small><\/li>/)
  })

  it("shows a hole where a figure was evicted", async () => {
    const { outputs } = (parsed((await cli("inspect", "T-1", "--json")).out)[0] as { manifest: Manifest }).manifest
    const object = objectPath(root, outputs.figure)
    const bytes = readFileSync(object)
    rmSync(object)
    mkdirSync(join(root, "evicted", "v1"), { recursive: true })
    writeFileSync(markerPath(root, outputs.figure.digest), "")
    await report()
    expect(page()).toContain(
      "it was removed from the store to save space; npx tsx pipeline.ts run T-1 --force figure-T-1 makes it again",
    )
    writeFileSync(object, bytes)
  })

  it("refuses targets of which none is a figure or a claim", async () => {
    expect(said(await report("draw"))).toEqual([
      2,
      "",
      "error: no figure or claim is named by draw; `graph` shows what there is\n",
    ])
  })
})

interface Manifest {
  readonly outputs: Readonly<Record<string, Parameters<typeof objectPath>[1]>> & {
    readonly figure: Parameters<typeof objectPath>[1]
  }
}

describe("a failure", () => {
  const power = ["--set", "raise.power=7"]

  it("is a hole that says which node, what happened and what to do, and who waits for it", async () => {
    expect((await cli("run", "--keep-going", ...power)).code).toBe(1)
    expect(said(await report(...power))).toEqual([
      0,
      [
        "wrote 4 files, SIZE, to FOLDER/page",
        "0 figures; 1 claim: 0 holds, 0 fails, 0 not tested, 1 missing",
        "missing: 3 of them, see FOLDER/page/index.html#missing",
        "",
      ].join("\n"),
      "",
    ])
    const reason = "seven is too much for 1; choose another power"
    expect(page()).toContain(`powers/raise[seed=1] failed: ${reason}`)
    expect(page()).toContain(`<td class="">${reason}</td><td class="">T-1, T-2, T-3</td>`)
  })

  it("of other settings is no failure of these", async () => {
    expect((await report("--set", "raise.power=6")).code).toBe(3)
  })

  it("leaves what was not tried as not computed, each kind once", async () => {
    await cli("run", "T-1", "--seeds", "2", ...power)
    await report("--seeds", "1..9", ...power)
    expect(page()).toContain("<wbr>seed=3] and 6 others")
  })
})

describe("a folder", () => {
  const refusal = (found: string, name: string) => [
    2,
    "",
    `error: --out FOLDER/${name}: expected a new or empty folder, or a report, found ${found}; choose another with --out DIR\n`,
  ]

  it("is refused when it holds something else", async () => {
    mkdirSync(join(folder, "other"))
    expect((await cli("report", "--out", join(folder, "other"))).code).toBe(0)
    rmSync(join(folder, "other", "index.html"))
    expect(said(await cli("report", "--out", join(folder, "other")))).toEqual(
      refusal("files of something else", "other"),
    )
    writeFileSync(join(folder, "other", "index.html"), "<!doctype html><title>mine</title>")
    expect(said(await cli("report", "--out", join(folder, "other")))).toEqual(
      refusal("a page of something else", "other"),
    )
    writeFileSync(join(folder, "file"), "")
    expect(said(await cli("report", "--out", join(folder, "file")))).toEqual(refusal("a file", "file"))
  })

  it.each([
    [
      "is a folder",
      (page: string) => mkdirSync(page),
      "cannot read PAGE (EISDIR): it is a folder; choose the name of a file",
    ],
    [
      "leads in a circle",
      (page: string) => symlinkSync(page, page),
      "cannot read PAGE (ELOOP): see the system's message code",
    ],
    ["leads nowhere", (page: string) => symlinkSync("nowhere", page), refusal("a page of something else", "odd")[2]],
  ])("is refused when its page %s", async (_, make, message) => {
    const odd = join(folder, "odd")
    mkdirSync(odd)
    make(join(odd, "index.html"))
    const { code, out, err } = await cli("report", "--out", odd)
    rmSync(odd, { recursive: true })
    const shown = err.replace(join(odd, "index.html"), "PAGE").replace(folder, "FOLDER")
    expect([code, out, shown.replace(/^error: |\n$/g, "")]).toEqual([
      2,
      "",
      String(message).replace(/^error: |\n$/g, ""),
    ])
  })

  it("that cannot be looked at is refused", async () => {
    const circle = join(folder, "circle")
    symlinkSync(circle, circle)
    expect(said(await cli("report", "--out", circle))).toEqual([
      2,
      "",
      "error: cannot open FOLDER/circle (ELOOP): see the system's message code\n",
    ])
  })

  it.skipIf(process.getuid?.() === 0)("that cannot be listed is refused", async () => {
    const closed = join(folder, "closed")
    mkdirSync(closed, { mode: 0o300 })
    expect(said(await cli("report", "--out", closed))).toEqual([
      2,
      "",
      "error: cannot list FOLDER/closed (EACCES): no permission; choose another place with --out DIR or change the folder's rights\n",
    ])
  })

  it("that cannot be made is a matter of usage", async () => {
    expect(said(await cli("report", "--out", join(folder, "file", "below")))).toEqual([
      2,
      "",
      "error: cannot open FOLDER/file/below (ENOTDIR): a part of the path is a file; choose another place with --out DIR\n",
    ])
  })
})
