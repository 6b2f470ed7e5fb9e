import { chmodSync, mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { StoreError } from "../../artifacts/errors.ts"
import { arm, disarm, type Point } from "../../artifacts/failpoint.ts"
import { removeBundles, runChild } from "./children.ts"
import { type Rig, type RunTrace, runOnce } from "./rig.ts"
import { check, contents, damageIn, filesBelow, folders, open, wordsRig } from "./words.ts"

const store = folders("faults")
let rig: Rig
let whole: Readonly<Record<string, string>>
/** Every point that a first run passes, in order. */
let points: readonly Point[]

beforeAll(async () => {
  rig = await wordsRig()
  const root = store.next()
  arm("")
  await runOnce(open(root), rig)
  points = disarm()
  whole = contents(root)
})
afterEach(() => void disarm())
afterAll(() => {
  store.clean()
  removeBundles()
})

/** What became of a run: nothing but an end, failed nodes or a typed error may. */
const outcome = (root: string): Promise<RunTrace | StoreError> =>
  runOnce(open(root), rig).catch((error: unknown) => {
    if (error instanceof StoreError) return error
    throw error
  })

const reasonsOf = (result: RunTrace | StoreError): readonly string[] =>
  result instanceof StoreError
    ? [result.message]
    : result.events.flatMap((event) => (event.event === "failed" ? [event.reason] : []))

const codes = ["ENOSPC", "EDQUOT", "EIO", "EMFILE", "EACCES"]

it("any one file call that fails ends in success or in a typed error, with nothing half published", {
  timeout: 60_000,
}, async () => {
  for (let n = 1; n <= points.length; n++) {
    const root = store.next()
    const code = codes[n % codes.length]!
    arm(`any:${n}=${code}`)
    const reasons = reasonsOf(await outcome(root))
    disarm()
    for (const reason of reasons) expect(reason).toContain(code)
    if (reasons.length === 0) expect(contents(root)).toEqual(whole)
    expect({ n, damage: damageIn(await check(root)) }).toEqual({ n, damage: [] })
    // A draft stays only when it could not be removed, and is this process's: swept once that is gone.
    if (points[n - 1] !== "unlink") expect(filesBelow(root, "tmp")).toEqual([])
    await runOnce(open(root), rig)
    expect(contents(root)).toEqual(whole)
  }
})

describe.each(codes)("%s", (code) => {
  const persistent: Point[] = ["mkdir", "open", "write", "fsync", "rename", "link", "unlink", "list", "read", "stat"]
  it.each([...persistent, "open-folder", "fsync-folder"])(
    "at every call of %s is a typed error, or does no harm",
    async (point) => {
      const root = store.next()
      arm(`${point}:*=${code}`)
      const reasons = reasonsOf(await outcome(root))
      disarm()
      for (const reason of reasons) expect(reason).toContain(code)
      // A file that cannot be looked at counts as absent, and a marker or draft that cannot be removed as harmless.
      if (!["stat", "list"].includes(point)) expect(reasons.length).toBeGreaterThan(0)
      expect(damageIn(await check(root))).toEqual([])
      await runOnce(open(root), rig)
      expect(contents(root)).toEqual(whole)
    },
  )
})

it("a disk that fills up in the middle of a file leaves no trace of it", async () => {
  const root = store.next()
  // The first two files that a stage writes are of its lease, and there only to save work.
  arm("write:3=short,write:4=ENOSPC")
  expect(reasonsOf(await outcome(root))).toEqual([expect.stringContaining("the disk is full")])
  expect([...filesBelow(root, "tmp"), ...filesBelow(root, "objects")]).toEqual([])
})

describe("a store that may only be read", () => {
  const filled = async (): Promise<string> => {
    const root = store.next()
    await runOnce(open(root), rig)
    return root
  }

  it("gives hits on a read-only filesystem, and says so when something is missing", async () => {
    const root = await filled()
    const readOnly = ["open", "mkdir", "rename", "link", "unlink", "append"].map((point) => `${point}:*=EROFS`).join()
    arm(readOnly)
    const hits = await outcome(root)
    expect([reasonsOf(hits), hits instanceof StoreError || hits.computed]).toEqual([[], []])
    await Effect.runPromise(open(root).log("run", "{}"))
    const error = await runOnce(open(root), await wordsRig(["words.i=2"]))
    expect(reasonsOf(error)).toEqual([expect.stringContaining("the filesystem is read-only")])
  })

  // An ordinary user cannot become another one, but can take away his own right to write.
  const stranger = process.getuid?.() === 0 ? { uid: 65534 } : {}
  it("of another owner gives hits, and says EACCES when something is missing", async () => {
    const root = await filled()
    chmodSync(store.base, 0o755)
    const folders = ["", "tmp", "objects", "objects/v1", "manifests", "manifests/v1", "manifests/v1/spell"]
    for (const folder of folders) chmodSync(join(root, folder), 0o555)
    const hits = await runChild(root, stranger)
    expect(hits).toMatchObject({ result: { computed: [], failed: [] }, errors: "" })
    const misses = await runChild(root, { ...stranger, settings: ["words.i=2"] })
    expect(misses.result.failed).toEqual([expect.stringMatching(/EACCES.*no permission; choose another place/)])
    for (const folder of folders) chmodSync(join(root, folder), 0o755)
    expect(contents(root)).toEqual(whole)
  })

  it("made under umask 077 is its owner's alone, and works", async () => {
    const root = store.next()
    mkdirSync(root, { mode: 0o700 })
    expect((await runChild(root, { umask: "077" })).result.computed?.length).toBe(3)
    for (const name of filesBelow(root, "")) expect(statSync(join(root, name)).mode & 0o777).toBe(0o400)
    expect((await runChild(root, { umask: "077" })).result.computed).toEqual([])
  })
})
