import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { filesBelow } from "../artifacts/words.ts"
import { call, freshStore, parsed, type Said } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const base = dirname(root)
const lower = join(base, "lower")
const above = (...args: string[]): Promise<Said> => call([...args, "--store", root, "--lower", lower])
const contentsOf = (folder: string) => filesBelow(folder, "").map((name) => [name, readFileSync(join(folder, name))])

let before: ReturnType<typeof contentsOf>
beforeAll(async () => {
  expect((await call(["run", "powers", "--store", lower])).code).toBe(0)
  expect(filesBelow(lower, "objects").length).toBeGreaterThan(0)
  before = contentsOf(lower)
}, 20_000)
afterEach(() => {
  delete process.env.ARTIFACTS_LOWER
  expect(contentsOf(lower)).toEqual(before)
})

describe("a store below", () => {
  it("counts for status, ls, inspect, run and export, and is never written", async () => {
    expect((await above("status", "powers")).code).toBe(0)
    expect((await above("ls", "powers/add")).out).toContain("2 artifacts")
    const inspected = await above("inspect", "powers/raise[seed=1]")
    expect([inspected.code, inspected.out]).toEqual([0, expect.stringMatching(/^path +\S+\/lower\/objects/m)])
    const ran = await above("run", "powers")
    expect([ran.code, ran.out]).toEqual([
      0,
      expect.stringMatching(/^0 computed, 8 cached in .*\nfigure T-1 .*\/lower\//),
    ])
    const crate = join(base, "powers.tar")
    expect((await above("export", "powers", crate)).out).toContain("exported 8 manifests")
    const more = await above("run", "powers", "--set", "raise.power=3", "--json")
    expect(parsed(more.out).at(-1)).toMatchObject({ computed: 5, cached: 3 })
    expect((await call(["status", "powers", "--set", "raise.power=3", "--store", root])).code).toBe(3)
  }, 20_000)

  it("is named by $ARTIFACTS_LOWER too, or by several flags, which come first", async () => {
    const bare = ["status", "powers/draw[seed=0]", "--store", join(base, "bare")]
    const other = join(base, "other")
    mkdirSync(join(other, "manifests"), { recursive: true })
    expect((await call(bare)).code).toBe(3)
    process.env.ARTIFACTS_LOWER = [other, lower].join(delimiter)
    expect((await call(bare)).code).toBe(0)
    process.env.ARTIFACTS_LOWER = join(base, "nowhere")
    expect((await call(bare)).code).toBe(2)
    expect((await call([...bare, "--lower", other, "--lower", lower])).code).toBe(0)
  })

  it("is left out by gc and verify", async () => {
    await above("run", "powers/raise[seed=0]", "--set", "raise.power=4")
    const verified = parsed((await above("verify", "--json")).out)
    expect(verified[0]).toMatchObject({ name: "objects", checked: filesBelow(root, "objects").length })
    await above("gc", "--keep-runs", "0", "--older", "0", "--grace", "0")
    expect(filesBelow(root, "objects")).toEqual([])
  }, 20_000)

  it("has what is damaged in it mended above", async () => {
    const [one] = parsed((await call(["ls", "T-1", "--store", lower, "--json"])).out)
    const { path } = one as { path: string }
    expect(path.endsWith(".svg")).toBe(true)
    const whole = readFileSync(path)
    const put = (bytes: Uint8Array) => {
      rmSync(path)
      writeFileSync(path, bytes)
    }
    put(whole.map((byte, i) => (i === 30 ? byte ^ 1 : byte)))
    const { out, err, code } = await above("run", "powers")
    expect([code, err]).toEqual([0, expect.stringContaining("damaged figure-T-1")])
    expect(out).toMatch(new RegExp(`^1 computed, 7 cached in .*\\nfigure T-1 ${root}/objects/`))
    expect((await above("run", "powers")).out).toContain("0 computed, 8 cached")
    // What was mended is named here, so that gc leaves it.
    expect((await above("verify")).out).not.toMatch(/^ +orphan /m)
    put(whole)
  }, 20_000)
})

describe("refused before anything runs", () => {
  const refusal = async (folder: string, store = root) => {
    const { code, out, err } = await call(["run", "--store", store, "--lower", folder])
    expect([code, out]).toEqual([2, ""])
    return err.replaceAll(base, "HERE")
  }
  const expected = (name: string) => `error: --lower HERE/${name}: expected the folder of a store, found`

  it("what is not there, or is no store", async () => {
    expect(await refusal(join(base, "nowhere"))).toBe(`${expected("nowhere")} nothing; check the path\n`)
    mkdirSync(join(base, "empty"))
    expect(await refusal(join(base, "empty"))).toBe(`${expected("empty")} a folder without manifests; check the path\n`)
    writeFileSync(join(base, "file"), "")
    expect(await refusal(join(base, "file"))).toBe(`${expected("file")} a file; check the path\n`)
  })

  it("what cannot be looked into", async () => {
    mkdirSync(join(base, "odd"))
    writeFileSync(join(base, "odd", "manifests"), "")
    expect(await refusal(join(base, "odd"))).toBe(
      "error: cannot list HERE/odd/manifests (ENOTDIR): a part of the path is a file; choose another place with --lower DIR\n",
    )
  })

  it("the store itself, by whatever name", async () => {
    symlinkSync(lower, join(base, "link"))
    const found = "the store itself; what is made goes there; choose another with --store DIR\n"
    expect(await refusal(lower, lower)).toBe(`${expected("lower")} ${found}`)
    expect(await refusal(join(base, "link"), lower)).toBe(`${expected("link")} ${found}`)
  })

  it("a store of a newer version", async () => {
    mkdirSync(join(base, "newer", "manifests", "v2"), { recursive: true })
    expect(await refusal(join(base, "newer"))).toContain(
      "HERE/newer/manifests was made by a newer version of this program: expected layout v1, found v2",
    )
  })
})
