import { statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, expect, it } from "vitest"
import { removeBundles, runChild, start } from "./children.ts"
import { killAtRandom } from "./kills.ts"
import { runOnce } from "./rig.ts"
import { check, contents, damageIn, filesBelow, folders, open, wordsRig } from "./words.ts"

const store = folders("kill")
afterAll(() => {
  store.clean()
  removeBundles()
})

let whole: Readonly<Record<string, string>>
beforeAll(async () => {
  const root = store.next()
  await runOnce(open(root), await wordsRig())
  whole = contents(root)
})

/** Runs a child with faults that kill it, and then a run in this process; how many objects the child had written. */
async function killedAndFinished(faults: string): Promise<number> {
  const root = store.next()
  const { signal, errors } = await runChild(root, { faults })
  expect({ faults, signal, errors }).toEqual({ faults, signal: "SIGKILL", errors: "" })
  expect({ faults, damage: damageIn(await check(root)) }).toEqual({ faults, damage: [] })
  const written = filesBelow(root, "objects").length
  const disk = open(root)
  await Effect.runPromise(disk.sweep)
  expect({ faults, drafts: filesBelow(root, "tmp") }).toEqual({ faults, drafts: [] })
  await runOnce(disk, await wordsRig())
  expect(contents(root)).toEqual(whole)
  return written
}

it("a run killed at any file call is finished by the next one, with equal bytes", { timeout: 60_000 }, async () => {
  let n = 0
  // Until the second object: all calls of an artifact, its manifest and the reading of it have been killed then.
  const walk = async (): Promise<void> => {
    while ((await killedAndFinished(`any:${++n}=kill`)) < 2);
  }
  await Promise.all([walk(), walk()])
  expect(n).toBeGreaterThan(30)
})

// Of each stage: the look at the clock, the lease, the object, the manifest.
it.each([1, 2, 3, 4, 5, 6, 7, 8])("a run killed in the middle of writing file %i is, too", async (n) => {
  expect(await killedAndFinished(`write:${n}=short,write:${n + 1}=kill`)).toBe(Math.floor(n / 4))
})

it.each([
  ["in the thread of the run", 14, false],
  ["on worker threads", 6, true],
])(
  "kills at random %s never leave a wrong hit, and the next run finishes",
  { timeout: 60_000 },
  async (_, kills, threads) => {
    const found = await killAtRandom({ kills, seed: 1, threads, next: store.next })
    expect({ ...found, ended: 0 }).toEqual({ kills, ended: 0, wrong: [], unfinished: [] })
  },
)

it("a run that is stopped loses its turn; continued, it changes nothing", { timeout: 60_000 }, async () => {
  const [root, gate] = [store.next(), join(store.base, "continue")]
  const halted = await start(root, { program: "halted", gate })
  await halted.ready
  halted.process.kill("SIGSTOP")
  const [lease] = filesBelow(root, "leases")
  const path = join(root, "leases", lease!)
  const silent = statSync(path).mtimeMs / 1000 - 61
  utimesSync(path, silent, silent)
  const { computed } = await runOnce(open(root), await wordsRig())
  expect([computed.length, contents(root)]).toEqual([3, whole])
  writeFileSync(gate, "")
  halted.process.kill("SIGCONT")
  const { signal, result, errors } = await halted.ended
  expect({ signal, errors, result }).toEqual({
    signal: null,
    errors: "",
    result: { computed: ["words/spell[i=1]"], failed: [] },
  })
  expect(contents(root)).toEqual(whole)
  expect(["tmp", "leases", "nondeterminism"].flatMap((folder) => filesBelow(root, folder))).toEqual([])
})

it("eight processes on one store compute each key once, and end with one store", { timeout: 60_000 }, async () => {
  const settings = ["words.i=1,2,3,4,5,6,7,8"]
  const [one, root, gate] = [store.next(), store.next(), join(store.base, "gate")]
  const { computed } = await runOnce(open(one), await wordsRig(settings))
  const children = await Promise.all(Array.from({ length: 8 }, () => start(root, { settings, gate })))
  await Promise.all(children.map(({ ready }) => ready))
  writeFileSync(gate, "")
  const ends = await Promise.all(children.map(({ ended }) => ended))
  for (const { errors, result } of ends) expect([errors, result.failed]).toEqual(["", []])
  for (const { result } of ends) expect(result.digests).toEqual(ends[0]!.result.digests)
  expect(ends.flatMap(({ result }) => result.computed ?? []).sort()).toEqual(computed)
  expect(contents(root)).toEqual(contents(one))
  expect(["tmp", "leases", "nondeterminism"].flatMap((folder) => filesBelow(root, folder))).toEqual([])
  expect(damageIn(await check(root))).toEqual([])
})
