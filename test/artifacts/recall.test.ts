import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { setTimeout } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import type { RunEvent } from "../../artifacts/events.ts"
import { type GcOptions, gc } from "../../artifacts/gc.ts"
import { artifactKey } from "../../artifacts/key.ts"
import type { Manifest } from "../../artifacts/manifest.ts"
import { planner } from "../../artifacts/plan.ts"
import { objectPath, type Store } from "../../artifacts/store.ts"
import { build, foretell, type Rig, type RigOptions, type RunTrace, runOnce } from "./rig.ts"
import { check, contents, damageIn, filesBelow, folders, manifestOf, open, wordsRig } from "./words.ts"

const store = folders("recall")
afterAll(store.clean)

const [spell, shout, gather] = ["words/spell[i=1]", "words/shout[i=1]", "words/gather"]
const manifests = (disk: Store, stage: string) => Effect.runSync(disk.manifests(stage))
/** Where the objects of a stage lie. */
const pathsOf = (disk: Store, stage: string) =>
  manifests(disk, stage).flatMap(({ outputs }) => Object.values(outputs).map((object) => disk.where(object)))

const damages: Readonly<Record<string, (bytes: Buffer) => Buffer | undefined>> = {
  removed: () => undefined,
  "cut to nothing": () => Buffer.of(),
  "cut in half": (bytes) => bytes.subarray(0, bytes.length >> 1),
  "cut by its last byte": (bytes) => bytes.subarray(0, -1),
  "cut at its head, the tail intact": (bytes) => bytes.subarray(1),
  "changed by one bit": (bytes) => Buffer.from(bytes.map((byte, i) => (i === 2 ? byte ^ 1 : byte))),
}

function damage(path: string, how: (bytes: Buffer) => Buffer | undefined): void {
  const bytes = how(readFileSync(path))
  rmSync(path)
  if (bytes !== undefined) writeFileSync(path, bytes, { mode: 0o444 })
}

async function finished(settings: readonly string[] = []) {
  const [root, rig] = [store.next(), await wordsRig(settings)]
  const disk = open(root)
  const trace = await runOnce(disk, rig)
  return { root, rig, disk, whole: contents(root), digests: trace.digests }
}

const damaged = ({ events }: RunTrace) =>
  events.flatMap((event) => (event.event === "damaged" ? [`${event.node}/${event.port}`] : []))

/** Ids of the nodes whose step has this tag. */
const withTag = (steps: Readonly<Record<string, string>>, tag: string) =>
  Object.keys(steps)
    .filter((id) => steps[id] === tag)
    .sort()

/** Runs, and checks that exactly what was foretold has run: all that is stale, and of the rest only what was blocked. */
async function runAsForetold(disk: Store, rig: Rig, options: RigOptions = {}): Promise<RunTrace> {
  const steps = await foretell(disk, rig, options.forced)
  const trace = await runOnce(disk, rig, options)
  const unforeseen = trace.computed.filter((id) => steps[id] !== "Blocked")
  expect([unforeseen, trace.computed.length]).toEqual([withTag(steps, "Stale"), new Set(trace.computed).size])
  return trace
}

describe.each(Object.entries(damages))("an object that is %s", (name, how) => {
  const quarantined = name === "removed" ? 0 : 1

  // Damage that keeps the length is seen by who reads the object.
  const isSeen = how(Buffer.from("word 1"))?.length !== 6
  it("is a miss where it is seen without being read: set aside, and computed again", async () => {
    const { root, rig, disk, whole } = await finished()
    damage(pathsOf(disk, "spell")[0]!, how)
    const trace = await runAsForetold(disk, rig)
    expect([trace.computed, damaged(trace)]).toEqual(isSeen ? [[spell], [`${spell}/text`]] : [[], []])
    expect(filesBelow(root, "quarantine").length).toBe(isSeen ? quarantined : 0)
    if (isSeen) expect(contents(root)).toEqual(whole)
    expect((await runOnce(disk, rig)).computed).toEqual([])
  })

  it("in the middle of a run, before it is read, is computed again, and then its reader, once", async () => {
    const { root, rig, disk, whole, digests } = await finished()
    let times = 0
    const onEvent = (event: RunEvent) => {
      if (event.event === "started" && event.node === shout && times++ === 0) damage(pathsOf(disk, "spell")[0]!, how)
    }
    const trace = await runOnce(disk, rig, { forced: ["shout"], onEvent })
    expect(times).toBe(2)
    expect([trace.computed, damaged(trace)]).toEqual([[shout, spell], [`${spell}/text`]])
    expect(trace.events.at(-1)).toMatchObject({ computed: 2, cached: 1, failed: 0, skipped: 0 })
    expect([trace.digests, contents(root)]).toEqual([digests, whole])
    expect(filesBelow(root, "quarantine").length).toBe(quarantined)
    expect(damageIn(await check(root))).toEqual([])
  })
})

describe("on worker threads", () => {
  const fresh = async () => {
    const [lower, root, rig] = [store.next(), store.next(), await build()]
    const { digests } = await runOnce(open(lower), rig)
    return { lower, root, rig, digests }
  }
  const flip = damages["changed by one bit"]!
  const both = (stage: string) => [`toy/${stage}[i=1]`, `toy/${stage}[i=2]`]

  it("a flipped bit is found by who reads it, and mended", async () => {
    const { lower: root, rig, digests } = await fresh()
    const before = contents(root)
    damage(pathsOf(open(root), "produce")[0]!, flip)
    const trace = await runOnce(open(root), rig, { executor: "workers", forced: ["scale"] })
    expect([trace.computed.length, damaged(trace).length, trace.digests]).toEqual([3, 1, digests])
    expect(contents(root)).toEqual(before)
  })

  it("stages read what only a store below has", async () => {
    const { lower, root, rig } = await fresh()
    const before = contents(lower)
    const disk = open(root, [lower])
    expect((await runAsForetold(disk, rig, { executor: "workers" })).computed).toEqual([])
    const changed = await build(["scale.absolute=true"])
    expect((await runAsForetold(disk, changed, { executor: "workers" })).computed).toEqual(both("scale"))
    expect([filesBelow(root, "objects").length, contents(lower)]).toEqual([2, before])
  })

  it("damage in a store below, which stays as it is, is mended above it", async () => {
    const { lower, root, rig, digests } = await fresh()
    const path = pathsOf(open(lower), "produce")[0]!
    damage(path, flip)
    const before = contents(lower)
    const disk = open(root, [lower])
    const trace = await runOnce(disk, rig, { executor: "workers", forced: ["scale"] })
    expect([trace.computed.length, damaged(trace).length, trace.digests]).toEqual([3, 1, digests])
    expect(contents(lower)).toEqual(before)
    expect(filesBelow(root, "quarantine")).toEqual([])
    const again = await runOnce(disk, rig, { executor: "workers", forced: ["scale"] })
    expect([again.computed, damaged(again)]).toEqual([both("scale"), []])
  })
})

describe("what was evicted", () => {
  const evict = async (root: string, stage: string) => {
    await setTimeout(20)
    const { removed } = await Effect.runPromise(gc(root, { evictStage: stage, graceMinutes: 0 }))
    expect(removed.map(({ what }) => what)).toContain("evicted object")
  }

  it("stays cached while nobody reads it", async () => {
    const { root, rig, disk } = await finished()
    await evict(root, "spell")
    await evict(root, "shout")
    expect((await runAsForetold(disk, rig)).computed).toEqual([])
  })

  it("is computed again before it is read, and so is what that reads", async () => {
    const { root, rig, disk, whole } = await finished()
    await evict(root, "spell")
    await evict(root, "shout")
    const trace = await runAsForetold(disk, rig, { forced: ["gather"] })
    expect([trace.computed, damaged(trace)]).toEqual([[gather, shout, spell], []])
    expect(trace.events.find(({ event }) => event === "planned")).toMatchObject({ cached: 0, stale: 3, blocked: 0 })
    expect(trace.events.at(-1)).toMatchObject({ computed: 3, cached: 0, skipped: 0 })
    expect(contents(root)).toEqual(whole)
    expect(filesBelow(root, "evicted")).toEqual([])
  })

  it("says so by its cue", async () => {
    const { root, rig, disk } = await finished()
    await evict(root, "spell")
    const planned = planner(rig.graph, rig.codes, disk, new Set(["shout"]))
    const done = new Map(["spell", "shout"].map((stage, i) => [i, manifests(disk, stage)[0]!]))
    const [absent] = planned.absent(1, done)
    const step = Effect.runSync(planned.recall(absent!, done))
    expect(Effect.runSync(planned.cues(step))).toEqual([{ _tag: "Evicted", port: "text" }])
  })

  it("is computed again when a node that was blocked turns out to read it; what nobody reads is not", async () => {
    const { root, disk } = await finished()
    await evict(root, "spell")
    await evict(root, "shout")
    const more = await wordsRig(["words.i=1,2"])
    const steps = await foretell(disk, more)
    expect(withTag(steps, "Cached")).toEqual([shout, spell])
    const trace = await runOnce(disk, more)
    expect(trace.computed).toEqual([gather, shout, "words/shout[i=2]", spell, "words/spell[i=2]"])
    expect(trace.events.at(-1)).toMatchObject({ computed: 5, cached: 0, failed: 0, skipped: 0 })
    await evict(root, "spell")
    const third = await runOnce(disk, await wordsRig(["words.i=1,2,3"]))
    expect(third.computed).toEqual([gather, "words/shout[i=3]", "words/spell[i=3]"])
  })
})

describe("a first result that cannot be had again", () => {
  /** A store in which spell once gave something else, and the others what follows from that. */
  async function otherwise() {
    const [root, rig] = [store.next(), await wordsRig()]
    const disk = open(root)
    const recipe = { stage: "spell", code: "code of spell", params: { i: 1 }, inputs: {}, runtime: {} }
    const first: Manifest = { ...manifestOf("other"), recipe, key: artifactKey(recipe) }
    Effect.runSync(Effect.andThen(disk.write(Buffer.from("other"), "svg"), disk.commit(first)))
    expect((await runOnce(disk, rig)).computed).toEqual([gather, shout])
    return { root, rig, disk, first, path: objectPath(root, first.outputs.text!) }
  }
  const failures = ({ events }: RunTrace) => events.flatMap((event) => (event.event === "failed" ? [event.reason] : []))

  it.each([
    ["lost", []],
    ["evicted and read", ["shout"]],
  ])("gives way to the second when it is %s, and that is an error", async (how, forced) => {
    const { root, rig, disk, first, path } = await otherwise()
    if (how === "lost") rmSync(path)
    else {
      await setTimeout(20)
      await Effect.runPromise(gc(root, { evictStage: "spell", graceMinutes: 0 }))
    }
    expect(existsSync(path)).toBe(false)
    const trace = await runOnce(disk, rig, { forced })
    expect(failures(trace)).toEqual([expect.stringContaining("this one takes its place: run again")])
    expect(trace.events.at(-1)).toMatchObject({ computed: 0, failed: 1 })
    const evidence = filesBelow(root, "nondeterminism")
    expect(evidence).toEqual([`spell/${first.key}-1.json`])
    expect((await runAsForetold(disk, rig)).computed).toEqual([gather, shout])
    const { computed, digests } = await runOnce(disk, rig)
    expect([computed, digests]).toEqual([[], (await finished()).digests])
  })

  it.each([
    ["the same", "both", true],
    ["another and there", "first", false],
  ])("of which one output is lost gives way when the other is %s", async (_, other, replaced) => {
    const disk = open(store.next())
    const [lost, made] = [manifestOf("lost"), manifestOf("made")]
    const second = (text: string) => ({ ...manifestOf(text).outputs.text! })
    const first = { ...lost, outputs: { a: second("lost"), b: second(other) } }
    const next = { ...made, key: lost.key, outputs: { a: second("made"), b: second("both") } }
    for (const text of ["made", "both", other]) Effect.runSync(disk.write(Buffer.from(text), "svg"))
    Effect.runSync(disk.commit(first))
    expect(Effect.runSync(Effect.flip(disk.commit(next)))).toMatchObject({ port: "a", replaced })
    expect(manifests(disk, "spell")).toEqual([replaced ? next : first])
  })

  it("stays while its object is there", async () => {
    const { root, rig, disk, first, path } = await otherwise()
    const trace = await runOnce(disk, rig, { forced: ["spell"] })
    expect(failures(trace)).toEqual([expect.stringContaining("The first artifact stays")])
    expect(existsSync(path)).toBe(true)
    expect(manifests(disk, "spell")).toEqual([first])
    expect(filesBelow(root, "nondeterminism").length).toBe(1)
  })
})

describe("a collection during a run", () => {
  /** Everything that is not of a living run. */
  const all: GcOptions = { keepRuns: 0, olderThanDays: 0, graceMinutes: 0 }

  it.each([
    ["spares what the log of the run names", "20200101T000000Z-a", []],
    ["of which it does not know costs time, and nothing else", undefined, [`${shout}/text`]],
  ])("%s", async (_, id, lost) => {
    const { root, disk } = await finished()
    const more = await wordsRig(["words.i=1,2"])
    const fresh = store.next()
    const { digests } = await runOnce(open(fresh), more)
    await setTimeout(1100)
    const onEvent = (event: RunEvent) => {
      if (id !== undefined) Effect.runSync(disk.log(id, JSON.stringify(event)))
      // When all that was cached has been found, and the first new stage is about to run.
      if (event.event === "started" && event.node === "words/spell[i=2]") Effect.runSync(gc(root, all))
    }
    const trace = await runOnce(disk, more, { onEvent, ...(id === undefined ? {} : { id }) })
    expect([trace.digests, damaged(trace)]).toEqual([digests, expect.arrayContaining(lost)])
    expect(trace.events.at(-1)).toMatchObject({ failed: 0, skipped: 0 })
    if (id !== undefined) expect(trace.computed).toEqual([gather, "words/shout[i=2]", "words/spell[i=2]"])
    expect(damageIn(await check(root))).toEqual([])
    expect(filesBelow(root, "leases")).toEqual([])
  })
})

it("an object that cannot be read at all ends in an error, not in a loop", async () => {
  const { rig, disk } = await finished()
  const onEvent = (event: RunEvent) => {
    if (event.event === "started" && event.node === shout) damage(pathsOf(disk, "spell")[0]!, () => undefined)
  }
  const trace = await runOnce(disk, rig, { forced: ["shout"], onEvent })
  expect(trace.events.filter(({ event }) => event === "damaged").length).toBe(1)
  expect(trace.events.at(-1)).toMatchObject({ failed: 1 })
})
