import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { isSampled } from "../../artifacts/audit.ts"
import { decodeValue, encodeValue } from "../../artifacts/codec.ts"
import { type ArtifactKey, sha256 } from "../../artifacts/key.ts"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { fromColumns } from "../../schemas/table.ts"
import { editing } from "./edits.ts"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"
import raise from "./toy/raise.ts"
import { numbers } from "./toy/tables.ts"

const { root, remove } = freshStore()
const folder = dirname(root)
const edits = editing()
afterEach(edits.undo)
afterAll(() => {
  edits.remove()
  remove()
})

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const audit = (store: string, ...args: string[]): Promise<Said> =>
  call(["audit", ...args, "--store", store, "--jobs", "1"])
const shown = ({ code, out }: Said) => [code, masked(out, root).replaceAll(folder, "FOLDER")]
const file = (name: string) => join(folder, name)

beforeAll(async () => {
  await cli("run")
}, 20_000)

/** Path of the object of a stage's artifact whose labels have this seed, and of its manifest. */
function placesOf(stage: string, seed: number, store = root) {
  const path = join(store, "manifests", "v1", stage)
  const all = readdirSync(path).map((name) => join(path, name))
  return all.find((of) => (JSON.parse(readFileSync(of, "utf8")) as Manifest).provenance.labels.seed === seed)!
}

/** A copy of the store in which powers/raise[seed=1] says that it gave other numbers, as another machine might. */
async function altered(name: string, change: (x: number) => number): Promise<string> {
  const store = file(name)
  cpSync(root, store, { recursive: true })
  const path = placesOf("raise", 1, store)
  const { checksum: _, ...manifest } = JSON.parse(readFileSync(path, "utf8")) as Manifest & { checksum: string }
  const record = manifest.outputs.numbers!
  const objectOf = (digest: string) => join(store, "objects", "v1", digest.slice(0, 2), `${digest.slice(2)}.parquet`)
  const { columns } = await decodeValue(numbers, readFileSync(objectOf(record.digest)))
  const { bytes } = await encodeValue(numbers, fromColumns(numbers, { ...columns, x: columns.x.map(change) }))
  const digest = sha256(bytes) as typeof record.digest
  mkdirSync(dirname(objectOf(digest)), { recursive: true })
  writeFileSync(objectOf(digest), bytes)
  const outputs = { numbers: { ...record, digest, bytes: bytes.length } }
  const provenance = { ...manifest.provenance, machine: { node: "1.2.3", platform: "other", cpu: "elsewhere" } }
  chmodSync(path, 0o644)
  writeFileSync(path, manifestText({ ...manifest, outputs, provenance }))
  return store
}

describe("audit", () => {
  it("runs everything again and finds the same bits", async () => {
    const said = await audit(root)
    expect(shown(said)).toEqual([0, "9 of 9 artifacts run again: 9 the same\n"])
    expect(said.err).toContain("computed powers/add ")
  })

  it("runs a sample, by the keys", async () => {
    const keys = parsed((await cli("status", "--json")).out).flatMap(({ key }) => (key ? [key as ArtifactKey] : []))
    const sampled = keys.filter((key) => isSampled(key, 0.4))
    const events = parsed((await audit(root, "--sample", "0.4", "--json")).out)
    expect(events.flatMap(({ event, key }) => (event === "audited" ? [key] : []))).toEqual(sampled)
    expect(events.at(-1)).toEqual({
      event: "finished",
      artifacts: 9,
      audited: sampled.length,
      same: sampled.length,
      close: 0,
      different: 0,
      failed: 0,
      outdated: 0,
    })
    expect(shown(await audit(root, "--sample", "0"))).toEqual([0, "0 of 9 artifacts run again\n"])
  })

  it("leaves out what is not up to date, and says so", async () => {
    expect(shown(await audit(root, "raise", "--set", "raise.power=3"))).toEqual([
      0,
      "3 of 3 artifacts run again: 3 the same\n3 nodes not up to date, see status\n",
    ])
    expect(shown(await audit(root, "draw", "--set", "draw.count=9"))).toEqual([
      3,
      "0 of 0 artifacts run again\n3 nodes not up to date, see status\n",
    ])
  })

  it("names the first divergence with its size and cause; exit 5", async () => {
    const store = await altered("machine", (x) => x + 1e-9)
    const said = await audit(store, "raise")
    expect(shown(said)[0]).toBe(5)
    expect(masked(said.out, store).replace(/there .*/, "MACHINES")).toMatchInlineSnapshot(`
      "6 of 6 artifacts run again: 5 the same, 1 different
      first divergence: powers/raise[seed=1]
        numbers: 3 of 3 rows differ, the first is row 0
          column  type  rows  first  max abs  max rel  max ulps
          x  float64  3  0  1e-9  1e-9  4503600
          expected sha256 DIGEST
          found sha256  DIGEST
        cause: arithmetic: MACHINES
      "
    `)
  })

  it("lets values pass within a relative tolerance, and says so", async () => {
    const store = await altered("close", (x) => x * (1 + 1e-9))
    expect(shown(await audit(store, "raise", "--rtol", "1e-6"))).toEqual([
      0,
      "6 of 6 artifacts run again: 5 the same, 1 within 0.000001\n" +
        "within tolerance powers/raise[seed=1].numbers: max rel 1e-9 in x\n",
    ])
    const strict = await audit(store, "powers/raise[seed=1]", "--rtol", "1e-12", "--json")
    expect([strict.code, parsed(strict.out).filter(({ state }) => state === "different")]).toMatchObject([
      5,
      [
        {
          event: "audited",
          node: "powers/raise[seed=1]",
          cause: { kind: "arithmetic" },
          outputs: [{ port: "numbers", values: { columns: [{ column: "x" }] } }],
        },
      ],
    ])
  })

  it.each([
    [["--sample", "2"], '--sample: expected a number in [0, 1], found "2"'],
    [["--rtol", "-1"], '--rtol: expected a finite number >= 0, found "-1"'],
    [["--rtol", "Infinity"], '--rtol: expected a finite number >= 0, found "Infinity"'],
    [["--rtol", "1e400"], '--rtol: expected a finite number >= 0, found "1e400"'],
    [["--key", "xyz"], '--key: expected six or more hexadecimal digits, found "xyz"'],
    [["--key", "123456"], "no artifact has a key that begins with 123456"],
    [["--key", "123456", "raise"], "--key stands without targets and lock files"],
    [["--other-machine", "a", "--key", "b"], "--key and --other-machine exclude each other"],
    [["--other-machine", "absent.tar"], "absent.tar: expected a folder or archive made by export, found nothing"],
    [["--lock", "absent"], "--lock absent: expected a file that --write-lock wrote, found none"],
    [["--lock", "package.json"], "--lock package.json: expected a file that --write-lock wrote, found another"],
  ])("refuses %j", async (args, message) => {
    const { code, out, err } = await audit(root, ...args)
    expect([code, out, err]).toEqual([2, "", `error: ${message}\n`])
  })
})

describe("a lock file", () => {
  const lock = () => file("lock.json")
  const read = () => JSON.parse(readFileSync(lock(), "utf8")) as Record<string, string>

  it("is written with the digest of every output, sorted", async () => {
    expect(shown(await audit(root, "--sample", "0", "--write-lock", lock()))).toEqual([
      0,
      "0 of 9 artifacts run again\nwrote 11 digests to FOLDER/lock.json\n",
    ])
    expect(Object.keys(read()).slice(0, 4)).toEqual([
      "figure-T-1 data",
      "figure-T-1 figure",
      "powers/add largest",
      "powers/add sums",
    ])
    expect(readFileSync(lock(), "utf8")).toBe(`${JSON.stringify(read(), null, 2)}\n`)
  })

  it("is compared with what is in the store, and with what was run again", async () => {
    const agree = "lock FOLDER/lock.json: 11 of 11 digests agree\n"
    expect(shown(await audit(root, "--lock", lock(), "--sample", "0"))).toEqual([
      0,
      `0 of 9 artifacts run again\n${agree}`,
    ])
    expect(shown(await audit(root, "raise", "--lock", lock()))).toEqual([
      0,
      "6 of 6 artifacts run again: 6 the same\nlock FOLDER/lock.json: 6 of 6 digests agree\n",
    ])
  })

  it("names the first divergence in the order of the graph; exit 5", async () => {
    const other = file("other.json")
    const changed = ["powers/add sums", "powers/raise[seed=2] numbers"].map((name) => [name, "0".repeat(64)])
    writeFileSync(other, JSON.stringify({ ...read(), ...Object.fromEntries(changed) }))
    expect(shown(await audit(root, "--sample", "0", "--lock", other))).toMatchInlineSnapshot(`
      [
        5,
        "0 of 9 artifacts run again
      lock FOLDER/other.json: 9 of 11 digests agree
        first divergence: powers/raise[seed=2] numbers: expected sha256 DIGEST, found DIGEST
        cause: not input, which agrees as far as it is locked; code, parameters or arithmetic
        also different: powers/add sums
      ",
      ]
    `)
    const [record] = parsed((await audit(root, "--sample", "0", "--lock", other, "--json")).out)
    expect(record).toMatchObject({ event: "lock", agree: 9, different: [{ expected: "0".repeat(64) }, {}] })
  })

  it("tells what is missing on either side; exit 3", async () => {
    expect(
      shown(await audit(root, "powers", "--sample", "0", "--lock", lock(), "--seeds", "0..1")),
    ).toMatchInlineSnapshot(`
      [
        3,
        "0 of 4 artifacts run again
      2 nodes not up to date, see status
      lock FOLDER/lock.json: 4 of 8 digests agree
        missing here: figure-T-1 data, figure-T-1 figure, powers/add largest, powers/add sums
      ",
      ]
    `)
    const { "powers/add sums": _, ...others } = read()
    writeFileSync(file("fewer.json"), JSON.stringify({ ...others, "powers/gone x": "0".repeat(64) }))
    expect(shown(await audit(root, "--sample", "0", "--lock", file("fewer.json")))).toMatchInlineSnapshot(`
      [
        3,
        "0 of 9 artifacts run again
      lock FOLDER/fewer.json: 10 of 11 digests agree
        missing here: powers/gone x
        missing in the lock: powers/add sums
      ",
      ]
    `)
  })

  it.each([
    ["absent/lock.json", "ENOENT", "a folder of the path is not there; make it, or choose another place"],
    ["a-file/lock.json", "ENOTDIR", "a part of the path is a file; choose another place with --write-lock FILE"],
    ["a-folder", "EISDIR", "it is a folder; choose the name of a file"],
  ])("is refused at %s before anything runs", async (name, code, advice) => {
    mkdirSync(file("a-folder"), { recursive: true })
    writeFileSync(file("a-file"), "")
    const said = await audit(root, "powers/draw[seed=0]", "--write-lock", file(name))
    const message = `error: cannot write ${file(name)} (${code}): ${advice}\n`
    expect([said.code, said.out, said.err]).toEqual([2, "", message])
  })

  it("is not written when something is missing or differs", async () => {
    const path = file("never.json")
    const said = await audit(root, "--sample", "0", "--write-lock", path, "--set", "raise.power=3")
    expect([said.code, masked(said.err, root).replaceAll(folder, "FOLDER")]).toEqual([
      3,
      "error: --write-lock FOLDER/never.json: nothing was written, since 5 nodes are not up to date\n",
    ])
    const store = await altered("unlockable", (x) => x + 1)
    expect((await audit(store, "raise", "--write-lock", path)).code).toBe(5)
    expect(existsSync(path)).toBe(false)
  })
})

describe("the folder for what is run again", () => {
  const { TMPDIR } = process.env
  const reason = "(ENOTDIR): a part of the path is a file; choose another place with $TMPDIR"
  afterEach(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })

  it("is refused when it cannot be made", async () => {
    process.env.TMPDIR = "package.json"
    const { code, err } = await audit(root, "--sample", "0")
    expect([code, err]).toEqual([2, `error: cannot create package.json ${reason}\n`])
  })
})

describe("an artifact of older code", () => {
  it("is run with that code, which the store kept; else with the code of now", async () => {
    const key = (JSON.parse(readFileSync(placesOf("raise", 1), "utf8")) as Manifest).key.slice(0, 12)
    edits.edit(raise, "product * value", "product + value")
    expect((await cli("status", "raise")).code).toBe(3)
    expect(shown(await audit(root, "--key", key))).toEqual([0, "1 of 1 artifact run again: 1 the same\n"])
    const store = file("without-code")
    cpSync(root, store, { recursive: true })
    rmSync(join(store, "bundles"), { recursive: true })
    const said = await audit(store, "--key", key)
    expect(said.code).toBe(5)
    expect(masked(said.out, store)).toContain("\n  cause: code: code DIGEST -> DIGEST\n")
  })
})

describe("what another machine exported", () => {
  it("is imported elsewhere, run again here, and compared", async () => {
    const crate = file("crate.tar")
    expect((await cli("export", "powers", crate)).code).toBe(0)
    const here = file("untouched")
    expect(shown(await audit(here, "--other-machine", crate))).toEqual([0, "8 of 8 artifacts run again: 8 the same\n"])
    expect(existsSync(here)).toBe(false)
  })

  it("differs where that machine computes otherwise; exit 5", async () => {
    const store = await altered("elsewhere", (x) => x * 2)
    const crate = file("elsewhere-crate")
    expect((await call(["export", "raise", crate, "--store", store])).code).toBe(0)
    const said = await audit(root, "--other-machine", crate)
    expect([said.code, said.out]).toEqual([5, expect.stringContaining("first divergence: powers/raise[seed=1]\n")])
    expect(said.out).toContain("cause: arithmetic: there other, elsewhere, Node 1.2.3; here ")
  })
})
