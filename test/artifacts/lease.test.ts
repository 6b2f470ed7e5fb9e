import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, describe, expect, it, vi } from "vitest"
import { arm, disarm } from "../../artifacts/failpoint.ts"
import { leases } from "../../artifacts/lease.ts"
import { draftName, isGone, type Owner, self } from "../../artifacts/owner.ts"
import { removeBundles, start } from "./children.ts"
import { check, contents, damageIn, filesBelow, folders, open, publish } from "./words.ts"

const store = folders("lease")
afterAll(() => {
  store.clean()
  removeBundles()
})
afterEach(() => {
  disarm()
  vi.useRealTimers()
})

const pathOf = (root: string, key = "key") => join(root, "leases", `${key}.json`)
/** A lease of somebody else. */
const write = (root: string, owner: Partial<Owner>, key = "key") => {
  mkdirSync(join(root, "leases"), { recursive: true })
  writeFileSync(pathOf(root, key), JSON.stringify({ ...self(), ...owner, nonce: draftName(), since: 0 }))
}
/** Somebody who lives: the process that started this one. */
const living = { pid: process.ppid, start: "" }
const dead = { pid: spawnSync("true").pid }
const elsewhere = { host: "elsewhere", machine: "0".repeat(12), pid: 1 }
const age = (root: string, seconds: number, key = "key") => {
  const then = statSync(pathOf(root, key)).mtimeMs / 1000 - seconds
  utimesSync(pathOf(root, key), then, then)
}

describe("a lease", () => {
  it("is held by one, until it is released", () => {
    const root = store.next()
    const [one, other] = [leases(root), leases(root)]
    const lease = one.acquire("key")
    expect(lease.held).toBe(true)
    expect(other.acquire("key")).toMatchObject({ held: false, owner: self() })
    expect(other.acquire("another").held).toBe(true)
    if (lease.held) lease.release()
    expect(other.acquire("key").held).toBe(true)
    expect(filesBelow(root, "tmp")).toEqual([])
  })

  it.each([
    ["has ended", dead],
    ["has an id that another process has now", { ...living, start: "1" }],
  ])("is taken over at once when its owner %s", (_, owner) => {
    const root = store.next()
    write(root, owner)
    expect(isGone({ ...self(), ...owner })).toBe(true)
    expect(leases(root).acquire("key").held).toBe(true)
    expect(JSON.parse(readFileSync(pathOf(root), "utf8"))).toMatchObject(self())
  })

  it.each([
    ["of this machine", living],
    ["of another machine", elsewhere],
    ["of another machine, where an ended process has its id,", { ...elsewhere, ...dead }],
  ])("of an owner %s is taken over after a minute of silence only", (_, owner) => {
    const root = store.next()
    write(root, owner)
    age(root, 50)
    expect(leases(root).acquire("key").held).toBe(false)
    age(root, 61)
    expect(leases(root).acquire("key").held).toBe(true)
  })

  it("knows the clock of the filesystem only", () => {
    const root = store.next()
    write(root, elsewhere)
    vi.useFakeTimers({ now: Date.now() + 1e10, toFake: ["Date"] })
    expect(leases(root).acquire("key").held).toBe(false)
    vi.setSystemTime(0)
    age(root, 61)
    expect(leases(root).acquire("key").held).toBe(true)
  })

  it("is kept young while it is held, and no longer", async () => {
    const root = store.next()
    const lease = leases(root, { beat: 5 }).acquire("key")
    const young = () => Date.now() - statSync(pathOf(root)).mtimeMs < 1e6
    age(root, 1e4)
    await vi.waitFor(() => expect(young()).toBe(true))
    expect(JSON.parse(readFileSync(pathOf(root), "utf8"))).toMatchObject(self())
    if (lease.held) lease.release()
    write(root, elsewhere)
    age(root, 1e4)
    await setTimeout(20)
    expect(young()).toBe(false)
  })

  it("that was lost to another is not released", () => {
    const root = store.next()
    const lease = leases(root).acquire("key")
    rmSync(pathOf(root))
    write(root, elsewhere)
    if (lease.held) lease.release()
    expect(JSON.parse(readFileSync(pathOf(root), "utf8"))).toMatchObject(elsewhere)
  })

  it("with no content, as a loss of power leaves it, is taken over", () => {
    const root = store.next()
    write(root, elsewhere)
    writeFileSync(pathOf(root), "")
    expect(leases(root).acquire("key").held).toBe(true)
  })

  it.each(["stat:*=EIO", "stat:1=ESTALE", "unlink:*=EACCES"])(
    "that cannot be removed (%s) is nobody's all the same",
    async (faults) => {
      const root = store.next()
      const { acquire, waitFor } = leases(root)
      const lease = acquire("key")
      arm(faults)
      if (lease.held) lease.release()
      disarm()
      await Effect.runPromise(waitFor("key", () => false))
      expect(leases(root).acquire("key").held).toBe(true)
    },
  )

  it("that can neither be removed nor emptied falls silent, and is taken over", async () => {
    const root = store.next()
    const lease = leases(root, { beat: 5 }).acquire("key")
    arm("unlink:*=EROFS,write:*=EROFS")
    if (lease.held) lease.release()
    disarm()
    expect(leases(root).acquire("key").held).toBe(false)
    age(root, 61)
    await setTimeout(20)
    expect(leases(root).acquire("key").held).toBe(true)
  })

  it.each(["stat:*=EIO", "read:*=EIO", "rename:*=EIO", "unlink:*=EIO", "write:*=EIO", "link:*=EIO", "open:*=EIO"])(
    "of another that cannot be looked at or taken over (%s) is no failure",
    (faults) => {
      const root = store.next()
      for (const owner of [dead, living, elsewhere]) {
        write(root, owner)
        age(root, 61)
        arm(faults)
        const lease = leases(root).acquire("key")
        if (lease.held) lease.release()
        disarm()
      }
    },
  )

  it.each(["mkdir:*=EACCES", "open:*=EROFS", "write:*=ENOSPC", "link:*=EIO", "stat:*=EIO", "unlink:*=EACCES"])(
    "is given to everybody by a store that cannot keep it (%s)",
    (faults) => {
      const root = store.next()
      arm(faults)
      for (let i = 0; i < 2; i++) {
        const lease = leases(root).acquire("key")
        expect(lease.held).toBe(true)
        if (lease.held) lease.release()
      }
    },
  )

  it("refuses a key that is a path", () => {
    expect(() => leases(store.next()).acquire("../key")).toThrow(RangeError)
  })
})

describe("waiting", () => {
  it("ends when it is done, when the lease is released, and when its owner is gone", async () => {
    const root = store.next()
    const { acquire, waitFor } = leases(root)
    const lease = acquire("key")
    let done = false
    const waits = [Effect.runPromise(waitFor("key", () => done)), Effect.runPromise(waitFor("key", () => false))]
    await setTimeout(30)
    done = true
    await waits[0]
    if (lease.held) lease.release()
    await waits[1]
    write(root, dead)
    await Effect.runPromise(waitFor("key", () => false))
  })
})

it("holdings say who holds what since when, by the filesystem's clock", () => {
  const root = store.next()
  const { acquire, holdings } = leases(root)
  acquire("b")
  write(root, dead, "a")
  const found = Effect.runSync(holdings)
  expect(found).toMatchObject([
    { key: "a", owner: dead, dead: true },
    { key: "b", owner: self(), dead: false },
  ])
  expect(Math.abs(found[1]!.since - statSync(pathOf(root, "b")).mtimeMs)).toBeLessThan(1000)
})

it("eight processes compute each of twenty keys once", { timeout: 30_000 }, async () => {
  const [root, gate] = [store.next(), join(store.base, "gate")]
  mkdirSync(root)
  const children = await Promise.all(Array.from({ length: 8 }, () => start(root, { program: "holder", gate })))
  await Promise.all(children.map(({ ready }) => ready))
  writeFileSync(gate, "")
  for (const { errors } of await Promise.all(children.map(({ ended }) => ended))) expect(errors).toBe("")
  const computed = readFileSync(join(root, "computed"), "utf8").trim().split("\n").map(Number)
  expect(computed.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  expect(filesBelow(root, "leases")).toEqual([])
  expect(damageIn(await check(root))).toEqual([])
})

it("a holder that is stopped loses its lease; continued, it changes nothing", { timeout: 30_000 }, async () => {
  const [root, gate] = [store.next(), join(store.base, "continue")]
  mkdirSync(root)
  const holder = await start(root, { program: "holder", settings: ["hold"], gate })
  await holder.ready
  holder.process.kill("SIGSTOP")
  await setTimeout(50)
  const { acquire } = leases(root, { silence: 40 })
  await vi.waitFor(() => expect(acquire("key-0").held).toBe(true))
  publish(open(root), "text 0", { params: { i: 0 } })
  const before = contents(root)
  writeFileSync(gate, "")
  holder.process.kill("SIGCONT")
  expect(await holder.ended).toMatchObject({ signal: null, errors: "" })
  expect(contents(root)).toEqual(before)
  // The lease is the second owner's still.
  expect(filesBelow(root, "leases")).toEqual(["key-0.json"])
})
