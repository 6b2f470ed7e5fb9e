import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, beforeEach, describe, expect, it } from "vitest"
import { arm, disarm } from "../../artifacts/failpoint.ts"
import { ownerOfDraft } from "../../artifacts/owner.ts"
import { markerPath } from "../../artifacts/store.ts"
import { call, freshStore, parsed, type Said } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const namesIn = (folder: string) => readdirSync(join(root, folder))
const node = "powers/draw[seed=0]"

/** Where the object of an up-to-date node lies. */
const objectOf = async (id: string): Promise<{ readonly path: string; readonly digest: string }> => {
  const { out } = await cli("inspect", id, "--json")
  const digest = /"digest":"([0-9a-f]{64})"/.exec(out)![1]!
  const folder = join(root, "objects", "v1", digest.slice(0, 2))
  const name = readdirSync(folder).find((name) => name.startsWith(digest.slice(2)))!
  return { path: join(folder, name), digest }
}

beforeEach(async () => {
  expect((await cli("run", "--jobs", "2")).code).toBe(0)
}, 20_000)

describe("run", () => {
  it("keeps the code of what it runs and a log, and no lease beyond its end", () => {
    const bundles = namesIn("bundles/v1").filter((name) => name.endsWith(".mjs"))
    const manifests = namesIn("manifests/v1")
    expect(bundles.length).toBe(manifests.length)
    expect(namesIn("runs").length).toBeGreaterThan(0)
    expect(namesIn("leases")).toEqual([])
  })

  it("leaves of its look whether the store takes files nothing but a draft, which is swept", async () => {
    arm("fsync-folder:1=EIO")
    expect((await cli("run", "--force", "raise")).code).toBe(2)
    disarm()
    expect(namesIn("tmp").map(ownerOfDraft)).toMatchObject([{ pid: process.pid }])
    rmSync(join(root, "tmp", namesIn("tmp")[0]!))
  })

  it("says on stderr what was damaged, and mends it, as status has said", async () => {
    const { path } = await objectOf(node)
    rmSync(path)
    writeFileSync(path, "")
    const status = await cli("status", node)
    expect([status.code, status.out]).toEqual([
      3,
      expect.stringMatching(/stale +powers\/draw\[seed=0\] +output \w+ is lost/),
    ])
    const { code, err, out } = await cli("run")
    expect([code, out]).toEqual([0, expect.stringContaining("1 computed, 8 cached")])
    expect(err).toMatch(/^damaged powers\/draw\[seed=0\]: output \w+ is computed again; expected at .*\.parquet$/m)
    expect(namesIn("quarantine").length).toBe(1)
    expect((await cli("status")).code).toBe(0)
  })

  it.each(["status", "run"])(
    "finds a figure that is damaged and has its length, which no stage reads: %s",
    async (first) => {
      const { path } = parsed((await cli("ls", "T-1", "--json")).out)[0] as { path: string }
      expect(path).toMatch(/\.svg$/)
      const whole = readFileSync(path)
      rmSync(path)
      writeFileSync(
        path,
        whole.map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
      )
      if (first === "status") {
        const { code, out } = await cli("status", "T-1")
        expect([code, out]).toEqual([3, expect.stringMatching(/stale +figure-T-1 +output figure is lost/)])
      }
      const { code, err, out } = await cli("run")
      expect([code, err]).toEqual([0, expect.stringMatching(/^damaged figure-T-1: output figure is computed again/m)])
      expect(out).toContain("1 computed, 8 cached")
      expect(out).toContain(`figure T-1 ${path}\n`)
      expect(readFileSync(path)).toEqual(whole)
    },
  )

  it("computes what was evicted when it is read, as --dry-run says", async () => {
    const { path, digest } = await objectOf(node)
    const marker = markerPath(root, digest)
    mkdirSync(dirname(marker), { recursive: true })
    writeFileSync(marker, "")
    rmSync(path)
    expect((await cli("status")).code).toBe(0)
    const forced = ["run", "powers/raise[seed=0]", "--force", "raise"]
    const dry = await cli(...forced, "--dry-run")
    expect(dry.out).toMatch(/stale +powers\/draw\[seed=0\] +output \w+ was evicted, and a stale node reads it/)
    const { out, code } = await cli(...forced, "--json")
    const computed = parsed(out).filter(({ event }) => event === "computed")
    expect([code, computed.map(({ node }) => node)]).toEqual([0, [node, "powers/raise[seed=0]"]])
  })
})
