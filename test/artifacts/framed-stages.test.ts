/** Stages that make and read tables a frame at a time, through the engine. */
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { afterAll, describe, expect, it } from "vitest"
import { codeOf } from "../../artifacts/code.ts"
import { study } from "../../artifacts/graph.ts"
import { node } from "../../artifacts/stage.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import { param, whole } from "../../schemas/param.ts"
import grow from "./rig/grow.ts"
import move, { log } from "./rig/move.ts"
import track from "./rig/track.ts"
import { buildOf, executors, type RigOptions, runOnce } from "./rig.ts"
import { filesBelow, folders, open } from "./words.ts"

const store = folders("framed-stages")
afterAll(store.clean)

const moves = study({
  name: "moves",
  doc: "points that move",
  params: Schema.Struct({ steps: param(Schema.Array(whole(1)), [3], { doc: "one table each" }) }),
  presets: { mini: {}, quick: {} },
  build: ({ steps }) => {
    const tables = steps.map((steps) => node(move, { steps }, { params: { steps }, inputs: {} }).out.frames)
    return [node(track, {}, { params: {}, inputs: { all: tables } })]
  },
})

async function run(on: Store, steps: readonly number[], settings: readonly string[] = [], options: RigOptions = {}) {
  log.splice(0)
  const rig = await buildOf({ studies: [moves], leaves: [] }, [`moves.steps=${JSON.stringify(steps)}`, ...settings])
  return runOnce(on, rig, options)
}

describe("stages of frames", () => {
  const stores = {
    memory: () => Effect.runSync(ArtifactStore.pipe(Effect.provide(ArtifactStore.memory()))),
    disk: () => open(store.next()),
  }
  const combinations = (["memory", "disk"] as const).flatMap((kind) =>
    (Object.keys(executors) as (keyof typeof executors)[]).map((executor) => ({ kind, executor })),
  )

  it.each(combinations)(
    "give the same bits in $kind, $executor, and going on from fewer steps",
    async ({ kind, executor }) => {
      const [on, straight] = [stores[kind](), stores[kind]()]
      await run(on, [3], [], { executor })
      const { digests, events } = await run(on, [3, 6], [], { executor })
      if (executor === "inline") expect(log).toEqual([0, 1, 2, 3, 4, 5].map((t) => `${t < 3 ? "copied" : "made"} ${t}`))
      expect(events.filter((event) => event.event === "computed" && event.resumedFrom !== undefined).length).toBe(1)
      expect((await run(straight, [3, 6], [], { forced: ["move"] })).digests).toEqual(digests)
      expect(digests["moves/track/numbers"]).toBe("363c82ea081d3c5e4b09bcb6e6900e69b52ad52f1b8934ff74120e666c080067")
    },
  )

  it.each([
    ["throw", "a defect of the stage: thrown"],
    ["nan", "output frames: expected numbers in column h, found NaN at 34"],
    ["order", "output frames: expected 5 rows of t = 2, found 5 rows, one of t = 0"],
  ])("that do wrong in a frame fail, and leave nothing behind: %s", async (fault, reason) => {
    const root = store.next()
    const { events } = await run(open(root), [3], [`move.fault=${fault}`])
    const reasons = events.flatMap((event) => (event.event === "failed" ? [event.reason] : []))
    expect(reasons).toEqual([expect.stringContaining(reason)])
    expect(["tmp", "objects"].flatMap((folder) => filesBelow(root, folder))).toEqual([])
  })

  /** Flips a bit in every file of frames. */
  const damage = (root: string) => {
    for (const name of filesBelow(root, "objects").filter((name) => name.endsWith(".arrow"))) {
      const path = `${root}/objects/${name}`
      const bytes = readFileSync(path)
      bytes[bytes.length >> 1]! ^= 1
      rmSync(path)
      writeFileSync(path, bytes)
    }
  }

  it("that read damaged frames wait until these are made again", async () => {
    const root = store.next()
    const { digests } = await run(open(root), [3])
    damage(root)
    const { events, ...again } = await run(open(root), [3], [], { forced: ["track"] })
    expect(events.filter(({ event }) => event === "damaged")).toMatchObject([{ node: "moves/move[steps=3]" }])
    expect(again).toEqual({ digests, computed: ["moves/move[steps=3]", "moves/track"] })
  })

  it("begin from nothing where the frames of the shorter run are damaged", async () => {
    const root = store.next()
    await run(open(root), [3])
    damage(root)
    await run(open(root), [4])
    expect(log).toEqual([0, 1, 2, 3].map((t) => `made ${t}`))
  })

  it("have code that writes frames in their digest, and no other stage has", async () => {
    const codes = await Effect.runPromise(codeOf([move, track, grow]))
    const [moves, tracks, grows] = [move, track, grow].map(({ name }) => codes.get(name)!.packages)
    expect(moves!.framedCodec).toMatch(/^[0-9a-f]{64}$/)
    expect([tracks, grows].map((packages) => "framedCodec" in packages!)).toEqual([false, false])
    expect(new Set([moves, tracks, grows].map((packages) => packages!.codec)).size).toBe(1)
  })
})
