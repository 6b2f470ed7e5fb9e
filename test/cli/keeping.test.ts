/** The commands that keep a store: verify, gc, pin, unpin. */
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { contentDigest } from "../../artifacts/key.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const shown = ({ out }: Said): string => masked(out, root).replace(/\b[\d.]+ kB/g, "BYTES")
const artifact = async (node: string, ...args: string[]) => {
  const [one] = parsed((await cli("ls", node, "--json", ...args)).out)
  return one as { readonly path: string; readonly digest: string; readonly manifest: Manifest }
}
const manifestPath = ({ key, recipe }: Manifest) => join(root, "manifests", "v1", recipe.stage, `${key}.json`)

/** Flips the lowest bit of a byte, and leaves size and times as they were. */
function flip(path: string, at: number): void {
  const { atime, mtime } = statSync(path)
  const bytes = readFileSync(path)
  bytes[at]! ^= 1
  replace(path, bytes)
  utimesSync(path, atime, mtime)
}

/** Files of a store are read-only: a new one in its place. */
function replace(path: string, bytes: string | Uint8Array): void {
  rmSync(path)
  writeFileSync(path, bytes)
}

beforeAll(async () => {
  await cli("run")
}, 20_000)

describe("verify", () => {
  it("finds nothing in a whole store", async () => {
    const said = await cli("verify")
    expect([said.code, said.err, shown(said)]).toMatchInlineSnapshot(`
      [
        0,
        "",
        "objects: 10 checked, BYTES in SECONDS
      manifests: 9 checked, BYTES in SECONDS
      outputs: 11 checked in SECONDS
      code: 5 checked, BYTES in SECONDS
      orphans: 10 checked in SECONDS
      left over: 0 checked in SECONDS
      the store is whole
      ",
      ]
    `)
  })

  it("shows what is damaged, and exits 4", async () => {
    flip((await artifact("powers/draw[seed=2]")).path, 40)
    flip(manifestPath((await artifact("powers/raise[seed=1]")).manifest), 40)
    const said = await cli("verify")
    expect([said.code, said.err, shown(said)]).toMatchInlineSnapshot(`
      [
        4,
        "",
        "objects: 10 checked, BYTES in SECONDS
        damaged object STORE/objects/v1/DIGEST.parquet: its bytes have sha256 DIGEST
      manifests: 9 checked, BYTES in SECONDS
        damaged manifest STORE/manifests/v1/raise/DIGEST.json: expected checksum DIGEST, found DIGEST
      outputs: 10 checked in SECONDS
        missing output powers/draw[seed=2]/numbers: no whole object DIGEST.parquet
      code: 5 checked, BYTES in SECONDS
      orphans: 9 checked in SECONDS
        orphan STORE/objects/v1/DIGEST.parquet: no manifest names it; gc removes it
      left over: 0 checked in SECONDS
      damaged: 3 findings; \`verify --repair\` mends what can be mended
      ",
      ]
    `)
    const lines = parsed((await cli("verify", "--json")).out)
    expect(lines.map(({ event, name, kind, damaged }) => [event, name ?? kind, damaged])).toEqual([
      ["step", "objects", 1],
      ["finding", "damaged object", undefined],
      ["step", "manifests", 1],
      ["finding", "damaged manifest", undefined],
      ["step", "outputs", 1],
      ["finding", "missing output", undefined],
      ["step", "code", 0],
      ["step", "orphans", 0],
      ["finding", "orphan", undefined],
      ["step", "left over", 0],
      ["verified", undefined, 3],
    ])
  })

  it("refuses a preset that is none before it sets anything aside", async () => {
    const { code, err } = await cli("verify", "--repair", "--preset", "quik")
    expect([code, err]).toEqual([2, 'error: unknown preset "quik"; did you mean quick?\n'])
    expect(readdirSync(root)).not.toContain("quarantine")
  })

  it("repairs: sets aside, computes again, and finds the store whole", async () => {
    const said = await cli("verify", "--repair")
    expect([said.code, shown(said)]).toMatchInlineSnapshot(`
      [
        0,
        "objects: 10 checked, BYTES in SECONDS
        damaged object STORE/objects/v1/DIGEST.parquet: its bytes have sha256 DIGEST
      manifests: 9 checked, BYTES in SECONDS
        damaged manifest STORE/manifests/v1/raise/DIGEST.json: expected checksum DIGEST, found DIGEST
      outputs: 10 checked in SECONDS
        missing output powers/draw[seed=2]/numbers: no whole object DIGEST.parquet
      code: 5 checked, BYTES in SECONDS
      orphans: 9 checked in SECONDS
        orphan STORE/objects/v1/DIGEST.parquet: no manifest names it; gc removes it
      left over: 2 checked in SECONDS
        quarantined STORE/quarantine/DIGEST.parquet: damaged, and set aside
        quarantined STORE/quarantine/raise-DIGEST.json: damaged, and set aside
      2 computed, 1 cached in SECONDS
      the store is whole
      ",
      ]
    `)
    expect(said.err).toMatch(/^computed powers\/draw\[seed=2\]/m)
    expect(readdirSync(join(root, "quarantine")).length).toBe(2)
    expect([(await cli("verify")).code, (await cli("status")).code]).toEqual([0, 0])
  }, 20_000)

  it("sets aside the record of what no node gives any more", async () => {
    const other = ["--set", "raise.power=3"]
    await cli("run", "powers/raise[seed=0]", ...other)
    const { path, manifest } = await artifact("powers/raise[seed=0]", ...other)
    rmSync(path)
    const { code, out } = await cli("verify", "--repair", "--json")
    expect([code, parsed(out).slice(-2)]).toEqual([
      0,
      [
        { event: "set aside", node: "powers/raise[seed=0]", stage: "raise", key: manifest.key },
        { event: "verified", damaged: 0, newer: 0 },
      ],
    ])
    expect((await cli("status")).code).toBe(0)
  }, 20_000)

  it("exits 5 when what is lost comes out with other bytes, which then stand", async () => {
    const { path, manifest } = await artifact("waits/wait[turn=0]")
    const digest = contentDigest(Buffer.from("what another program gave"))
    const outputs = { sums: { ...manifest.outputs.sums!, digest } }
    replace(manifestPath(manifest), manifestText({ ...manifest, outputs }))
    rmSync(path)
    const said = await cli("verify", "--repair")
    expect([said.code, said.out.split("\n").at(-2)]).toEqual([5, "the store is whole"])
    expect(said.err).toContain("output sums is not reproducible")
    expect([(await cli("run")).code, (await cli("run")).out]).toEqual([0, expect.stringMatching(/^0 computed/)])
  }, 20_000)

  it("is the way out when one output is lost, and the other is there and comes out otherwise", async () => {
    const { manifest } = await artifact("powers/add")
    const { manifest: other } = await artifact("powers/draw[seed=1]")
    const digest = contentDigest(Buffer.from("what another program gave"))
    const outputs = { sums: { ...manifest.outputs.sums!, digest }, largest: other.outputs.numbers! }
    replace(manifestPath(manifest), manifestText({ ...manifest, outputs }))
    const advice = "though a part of it is lost: `verify --repair` sets it aside, and then run again"
    for (const _ of [1, 2]) {
      const { code, err } = await cli("run")
      expect([code, err]).toEqual([5, expect.stringContaining(advice)])
    }
    const { code, out } = await cli("verify", "--repair")
    expect([code, out.split("\n").slice(-3)]).toEqual([
      5,
      ["set aside the record of powers/add: no run gives the same any more", "the store is whole", ""],
    ])
    expect(readdirSync(join(root, "quarantine"))).toContain(`add-${manifest.key}.json`)
    expect([(await cli("run")).code, (await cli("status")).code]).toEqual([0, 0])
    expect((await artifact("powers/add")).manifest.outputs).toEqual(manifest.outputs)
  }, 30_000)
})

it("verify says what it did not check, and not that the store is whole", async () => {
  const { manifest } = await artifact("powers/add")
  const text = readFileSync(manifestPath(manifest), "utf8")
  replace(manifestPath(manifest), manifestText({ ...manifest, format: 2 as 1 }))
  const { code, out } = await cli("verify")
  expect([code, out.split("\n").at(-2)]).toEqual([
    0,
    "nothing is damaged of what was checked; not checked: 1 manifest of a newer version",
  ])
  expect(out).not.toContain("orphan ")
  replace(manifestPath(manifest), text)
})

describe("gc, pin and unpin", () => {
  /** Makes all files of the store older than what gc leaves alone. */
  function age(folder = root): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) age(path)
      else utimesSync(path, new Date(2020, 0), new Date(2020, 0))
    }
  }

  it("lists what is pinned", async () => {
    expect((await cli("pin")).out).toBe("nothing is pinned\n")
    const said = await cli("pin", "submitted", "powers/raise[seed=0]")
    expect(said.out).toBe("submitted keeps 2 artifacts; `unpin submitted` gives them up\n")
    expect(shown(await cli("pin"))).toBe("pin  artifacts  size  lost\nsubmitted  2  BYTES  0\n")
    const [line] = parsed((await cli("pin", "--json")).out)
    expect(line).toMatchObject({
      event: "pin",
      name: "submitted",
      lost: [],
      artifacts: [/^draw\//, /^raise\//].map((of) => expect.stringMatching(of)),
    })
  })

  it("foretells with --dry-run what it does, and leaves what a pin keeps", async () => {
    age()
    const [dry, done] = [await cli("gc", "--keep-runs", "0", "--dry-run"), await cli("gc", "--keep-runs", "0")]
    expect([dry.code, shown(dry)]).toMatchInlineSnapshot(`
      [
        0,
        "would remove  files  size
      records of add  1  BYTES
      records of draw  2  BYTES
      records of figure-T-1  1  BYTES
      records of raise  2  BYTES
      records of wait  1  BYTES
      objects  6  BYTES
      bundles  2  BYTES
      logs  10  BYTES

      would free BYTES, would keep 2 artifacts with BYTES in 4 objects
      ",
      ]
    `)
    expect([done.code, shown(done)]).toMatchInlineSnapshot(`
      [
        0,
        "removed  files  size
      records of add  1  BYTES
      records of draw  2  BYTES
      records of figure-T-1  1  BYTES
      records of raise  2  BYTES
      records of wait  1  BYTES
      objects  6  BYTES
      bundles  2  BYTES
      logs  10  BYTES

      freed BYTES, kept 2 artifacts with BYTES in 4 objects
      ",
      ]
    `)
    const states = parsed((await cli("status", "--json")).out).flatMap(({ node, state }) =>
      state === "cached" ? [node] : [],
    )
    expect(states).toEqual(["powers/draw[seed=0]", "powers/raise[seed=0]"])
    expect((await cli("verify")).code).toBe(0)
  })

  it("says what is wrong", async () => {
    const said = async (...args: string[]) => {
      const { code, out, err } = await cli(...args)
      return [code, out, err]
    }
    const sizes = `error: --max-bytes: expected a size such as 500MB or 20GB, found "few"\n`
    expect(await said("gc", "--max-bytes", "few")).toEqual([2, "", sizes])
    expect(await said("gc", "--evict", "rise")).toEqual([2, "", `error: unknown stage "rise"; did you mean raise?\n`])
    expect(await said("gc", "all")).toEqual([
      2,
      "",
      `error: unexpected argument "all"\nsee npx tsx pipeline.ts gc --help\n`,
    ])
    expect(await said("unpin", "submited")).toEqual([2, "", `error: unknown pin "submited"; did you mean submitted?\n`])
    expect(await said("pin", "raise")).toEqual([2, "", "error: raise is a target; NAME is missing\n"])
    expect(await said("pin", "../x", "raise")).toEqual([
      2,
      "",
      `error: "../x" cannot name a pin: expected letters, digits, _, . and -\n`,
    ])
    expect(await said("pin", "new", "powers/raise[seed=0]", "--set", "raise.power=9")).toEqual([
      3,
      "",
      "error: 1 of 2 nodes not up to date; `run` computes what is missing, `status` tells what that is\n",
    ])
  })

  it("evicts a stage, and leaves what is pinned of it, and what depends on it cached", async () => {
    await cli("run", "powers")
    age()
    const { code, out } = await cli("gc", "--evict", "draw", "--json")
    const last = { event: "collected", dryRun: false, removed: 2, freed: expect.any(Number), kept: expect.any(Object) }
    expect([code, parsed(out).at(-1)]).toEqual([0, last])
    expect(parsed(out)[0]).toMatchObject({ event: "removed", what: "evicted object", dryRun: false })
    expect((await cli("status", "powers")).code).toBe(0)
    expect((await cli("unpin", "submitted")).out).toBe("submitted keeps nothing any more\n")
    expect((await cli("unpin", "submitted")).err).toBe("error: nothing is pinned\n")
  }, 20_000)
})
