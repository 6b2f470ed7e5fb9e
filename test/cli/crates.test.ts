import { writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { editing } from "./edits.ts"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"
import raise from "./toy/raise.ts"

const { root, remove } = freshStore()
afterAll(remove)

const elsewhere = join(dirname(root), "elsewhere")
const crate = join(dirname(root), "powers.tar")
const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const there = (...args: string[]): Promise<Said> => call([...args, "--store", elsewhere])
const shown = ({ out }: Said): string =>
  masked(out.replace(dirname(root), "HERE"), root).replace(/\b[\d.]+ kB/g, "BYTES")

beforeAll(async () => {
  await cli("run", "powers")
}, 20_000)

describe("export and import", () => {
  it("carry artifacts, and all that they come from, to another store", async () => {
    const exported = await cli("export", "add", crate, "--author", "Ada Lovelace")
    expect([exported.code, shown(exported)]).toEqual([0, "exported 7 manifests, 7 objects, BYTES to HERE/powers.tar\n"])
    const imported = await there("import", crate)
    expect([imported.code, shown(imported)]).toEqual([
      0,
      "imported 7 manifests, 7 objects of BYTES, the code of 3 stages\n",
    ])
    expect((await there("status", "add")).code).toBe(0)
    expect(shown(await there("import", crate))).toBe(
      "imported 0 manifests, 0 objects of BYTES; 7 manifests known before\n",
    )
  })

  it("carry what was accepted, so that the same results stand", async () => {
    const edits = editing()
    edits.edit(raise, "value", "factor")
    const reason = ["--reason", "a longer name"]
    expect((await cli("accept", "raise", ...reason)).code).toBe(0)
    const accepted = join(dirname(root), "accepted.tar")
    const other = ["--store", join(dirname(root), "third")]
    const words = "record of accepted code, by which results stand for those of later code"
    expect((await cli("export", "add", accepted)).out).toContain(`\nwith 1 ${words}\n`)
    expect((await call(["import", accepted, ...other])).out).toContain(`\nand 1 ${words}\n`)
    const { code, out } = await call(["status", "add", ...other])
    expect([code, out]).toEqual([0, expect.stringMatching(/raise\[seed=0\] +accepted from code \w+: a longer name/)])
    expect((await call(["run", "add", ...other])).out).toContain("0 computed, 7 cached")
    expect((await cli("unaccept", "raise")).code).toBe(0)
    edits.remove()
  }, 20_000)

  it("print one JSON line", async () => {
    const folder = join(dirname(root), "all")
    const [exported, ...others] = parsed((await cli("export", folder, "--preset", "mini", "--json")).out)
    expect([exported, others]).toMatchObject([{ event: "error", kind: "Refusal", exit: 3 }, []])
    const [whole] = parsed((await cli("export", "powers", folder, "--json")).out)
    expect(whole).toMatchObject({
      event: "exported",
      path: folder,
      manifests: 8,
      objects: 9,
      absent: [],
      withoutCode: [],
    })
    const [imported] = parsed((await there("import", folder, "--json")).out)
    expect(imported).toMatchObject({ event: "imported", path: folder, manifests: 1, objects: 2, known: 7 })
  })

  it("say that nothing can be written at the place", async () => {
    const file = join(dirname(root), "a-file")
    writeFileSync(file, "")
    const { code, out, err } = await cli("export", "powers", join(file, "x"))
    // Versions of Node differ in which call tells it.
    expect([code, out, err.replaceAll(dirname(root), "HERE").replace("open", "write")]).toEqual([
      2,
      "",
      "error: cannot write HERE/a-file/x (ENOTDIR): a part of the path is a file; choose another place\n",
    ])
  })

  it("say what is wrong", async () => {
    const said = async (of: Promise<Said>) => {
      const { code, out, err } = await of
      return [code, out, err.replaceAll(dirname(root), "HERE")]
    }
    const taken = "expected a new name, found what is there already; choose another place, or remove what is there"
    expect(await said(cli("export", "add", crate))).toEqual([2, "", `error: HERE/powers.tar is refused: ${taken}\n`])
    const missing = "DIR or FILE.tar, the place to export to, is missing"
    expect(await said(cli("export", "powers"))).toEqual([2, "", `error: powers is a target; ${missing}\n`])
    expect(await said(cli("export"))).toEqual([2, "", "error: DIR or FILE.tar is missing, the place to export to\n"])
    expect(await said(cli("export", "add", "x.tar", "--set", "raise.power=9"))).toEqual([
      3,
      "",
      "error: 4 of 7 nodes not up to date; `run` computes what is missing, `status` tells what that is\n",
    ])
    expect(await said(there("import", join(dirname(root), "absent.tar")))).toEqual([
      2,
      "",
      "error: HERE/absent.tar: expected a folder or archive made by export, found nothing\n",
    ])
    const other = join(dirname(root), "other.tar")
    writeFileSync(other, "something else")
    const [code, out, err] = await said(there("import", other))
    expect([code, out]).toEqual([4, ""])
    expect(err).toMatch(
      /^error: HERE\/other\.tar is refused: expected a whole tar archive, found .*; nothing was imported/,
    )
  })
})
