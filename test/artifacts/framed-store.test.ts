/** Objects that are written and read a piece at a time. */
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { exportTo } from "../../artifacts/crate-export.ts"
import type { StoreError } from "../../artifacts/errors.ts"
import { arm, disarm } from "../../artifacts/failpoint.ts"
import { encodeFrames } from "../../artifacts/framed-codec.ts"
import { sha256 } from "../../artifacts/key.ts"
import type { OutputRecord } from "../../artifacts/manifest.ts"
import { openOne } from "../../artifacts/perform.ts"
import { ArtifactStore, objectPath, type Store } from "../../artifacts/store.ts"
import { states } from "../../schemas/states.ts"
import type { Framed } from "../../schemas/table.ts"
import { framedOf, wholeOf } from "../stages/tables.ts"
import { count, frameBytes, large } from "./framed.ts"
import { check, damageIn, filesBelow, folders, open, publish } from "./words.ts"

const store = folders("framed-store")
afterAll(store.clean)
afterEach(() => void disarm())

const recordOf = (kept: Pick<OutputRecord, "digest" | "bytes">): OutputRecord => ({
  ...kept,
  rows: large.length,
  format: "arrow",
  schema: "states",
})
const reading = <A>(on: Store, object: OutputRecord, use: (framed: Framed<typeof states>) => A) =>
  Effect.runPromise(
    Effect.scoped(Effect.map(openOne(states, object, on), (value) => use(value as Framed<typeof states>))),
  )
const failureOf = (on: Store, object: OutputRecord): Promise<StoreError> =>
  Effect.runPromise(Effect.flip(Effect.scoped(openOne(states, object, on))))

/** Writes the large table piece by piece, in batches of five frames. */
const write = (on: Store, keep = true) =>
  Effect.gen(function* () {
    const draft = yield* on.draft
    const made = yield* Effect.promise(() => encodeFrames(states, framedOf(large), 5 * frameBytes))
    for (const pieces of made) for (const piece of pieces) yield* draft.append(piece)
    return keep ? recordOf(yield* draft.keep("arrow")) : undefined
  }).pipe(Effect.scoped, Effect.runPromise)

describe("an object in pieces", () => {
  const memory = () => Effect.runSync(ArtifactStore.pipe(Effect.provide(ArtifactStore.memory())))
  it.each([
    ["memory", memory],
    ["a folder", () => open(store.next())],
  ])("is that of its bytes, in %s", async (_, make) => {
    const on = make()
    const object = (await write(on))!
    const bytes = await Effect.runPromise(on.read(object))
    expect([object.digest, object.bytes]).toEqual([sha256(bytes), bytes.length])
    expect(await reading(on, object, wholeOf)).toEqual(large)
    const gone = { ...object, digest: object.digest.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) as never }
    expect((await failureOf(on, gone)).reason).toMatchObject({ _tag: "Missing", digest: gone.digest })
  })

  it("is on the disk before it has its name, by writes that may be cut short, and its marker is gone", async () => {
    const root = store.next()
    await write(open(root))
    arm("write:*=short")
    await write(open(root))
    const points = disarm().filter((point) => point !== "mkdir" && point !== "write")
    expect(points).toEqual(["open", "fsync", "rename", "open-folder", "fsync-folder", "unlink", "unlink"])
    expect(damageIn(await check(root))).toEqual([])
  })

  it("that is not kept, or whose disk is full, leaves nothing", async () => {
    const root = store.next()
    expect(await write(open(root), false)).toBeUndefined()
    arm("write:4=ENOSPC")
    await expect(write(open(root))).rejects.toThrow("ENOSPC")
    expect(["tmp", "objects"].flatMap((folder) => filesBelow(root, folder))).toEqual([])
  })

  it("is there whole or not at all, whichever file call fails", async () => {
    arm("")
    await write(open(store.next()))
    const points = disarm()
    for (const n of points.keys()) {
      const root = store.next()
      arm(`any:${n + 1}=EIO`)
      const end = await write(open(root)).then(
        () => "kept",
        ({ message }: Error) => message,
      )
      disarm()
      expect(end).toMatch(/^kept$|EIO/)
      expect(damageIn(await check(root))).toEqual([])
      if (points[n] !== "unlink") expect(filesBelow(root, "tmp")).toEqual([])
    }
  })

  it.each([40, 3000, 9000])(
    "with a flipped bit at %i is refused as one that is read whole, and set aside",
    async (at) => {
      const flipped = async () => {
        const root = store.next()
        const object = (await write(open(root)))!
        const path = objectPath(root, object)
        const bytes = readFileSync(path)
        bytes[at]! ^= 4
        rmSync(path)
        writeFileSync(path, bytes)
        return { root, object, on: open(root), path }
      }
      const [one, other] = [await flipped(), await flipped()]
      const { reason } = await failureOf(one.on, one.object)
      const whole = (await Effect.runPromise(Effect.flip(other.on.read(other.object)))).reason
      expect(reason).toEqual({ ...whole, path: one.path })
      expect(reason).toMatchObject({ _tag: "Corrupt", digest: one.object.digest })
      expect(filesBelow(one.root, "quarantine")).toEqual([`${one.object.digest}.arrow`])
    },
  )

  it("is found in a store below, is not trusted above, and is opened again when a network filesystem has replaced it", async () => {
    const [upper, below] = [store.next(), store.next()]
    const object = (await write(open(below)))!
    const on = open(upper, [below])
    expect(await reading(on, object, wholeOf)).toEqual(large)
    await write(on)
    rmSync(objectPath(upper, object))
    writeFileSync(objectPath(upper, object), "damage")
    arm("read:1=ESTALE")
    expect(await reading(on, object, ({ frames }) => frames.length)).toBe(count)
    disarm()
    expect(filesBelow(upper, "quarantine").length).toBe(1)
  })

  it("of several parts is exported as it is", async () => {
    const [root, target] = [store.next(), store.next()]
    const text = "0123456789abcdef".repeat(2 ** 18 + 1)
    const manifest = publish(open(root), text)
    await Effect.runPromise(exportTo(open(root), { manifests: [manifest], codes: [] }, target))
    expect(readFileSync(objectPath(target, manifest.outputs.text!), "utf8") === text).toBe(true)
  })

  it("that is replaced or removed while it is open is read on; a disk that fails then is an error of the store", async () => {
    const root = store.next()
    const on = open(root)
    const object = (await write(on))!
    await reading(on, object, (framed) => {
      rmSync(objectPath(root, object))
      expect(framed.frame(11)).toEqual(framedOf(large).frame(11))
      arm("read:*=EIO")
      expect(() => framed.frame(3)).toThrow(expect.objectContaining({ _tag: "StoreError" }))
    })
  })
})
