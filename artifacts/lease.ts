/**
 * Leases: who is computing what in a store, so that several runs do not compute the same. They only save work: a store in
 * which two processes hold one lease, or in which none can be made, ends with the same bytes. No locks, which network
 * filesystems lack or break: a lease is a file that comes into being once, by link, and whose owner keeps it young. Times
 * are those of the filesystem, never compared with the clock of a machine.
 */
import * as fs from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { StoreError } from "./errors.ts"
import { at, clockOf, discard, list, statOf, writeFirst } from "./files.ts"
import { draftName, isGone, type Owner, self } from "./owner.ts"

/** What a lease file says. */
interface Claim extends Owner {
  readonly nonce: string
  /** When it was taken, in ms by the clock of the filesystem. */
  readonly since: number
}

/** A turn that is ours until `release`, which never fails; or somebody's. */
export type Lease =
  | { readonly held: true; readonly release: () => void }
  | { readonly held: false; readonly owner: Owner }

export interface Holding {
  readonly key: string
  /** Undefined when this user may not read the lease. */
  readonly owner: Owner | undefined
  /** When it was taken, in ms by the clock of the filesystem; 0 when that cannot be read. */
  readonly since: number
  /** Its owner has ended, or has been silent for too long. */
  readonly dead: boolean
}

export interface Leases {
  /** Takes the lease of a key (letters, digits, dots, hyphens), or says who has it. Never waits, never fails. */
  readonly acquire: (key: string) => Lease
  /** Waits until `done`, or until nobody holds the lease any more. */
  readonly waitFor: (key: string, done: () => boolean) => Effect.Effect<void>
  readonly holdings: Effect.Effect<readonly Holding[], StoreError>
}

const RUN = "run-"

/** Key of the lease that a run holds from its start to its end, so that gc knows that it lives. */
export const runLease = (run: string): string => `${RUN}${run}`

/** The run whose lease it is, if it is a run's. */
export const runOf = (key: string): string | undefined => (key.startsWith(RUN) ? key.slice(RUN.length) : undefined)

/** Does what may fail for all we care. */
function quietly(act: () => void): void {
  try {
    act()
  } catch {}
}

interface Timing {
  /** How often an owner shows that it lives, in ms. */
  readonly beat?: number
  /** Silence after which an owner counts as gone, in ms. */
  readonly silence?: number
}

/** Leases of a store folder, for this process. */
export function leases(root: string, { beat = 5000, silence = 60_000 }: Timing = {}): Leases {
  const folder = join(root, "leases")
  const tmp = join(root, "tmp")
  const pathOf = (key: string) => join(folder, `${key}.json`)
  const now = () => Effect.runSync(clockOf(tmp))
  /** Open files of the leases held here. */
  const held = new Set<number>()
  let heart: NodeJS.Timeout | undefined

  const claimOf = (key: string): Claim | undefined => {
    try {
      return JSON.parse(at("read", () => fs.readFileSync(pathOf(key), "utf8"))) as Claim
    } catch {
      return undefined
    }
  }

  const isDead = (key: string, claim: Claim | undefined): boolean => {
    if (claim !== undefined && isGone(claim)) return true
    const stat = statOf(pathOf(key))
    try {
      return stat !== undefined && now() - stat.mtimeMs > silence
    } catch {
      // Where no file can be made, there is no clock, and no lease to wait for.
      return true
    }
  }

  /** Moves a dead lease away; put back when another process was faster and it is already that one's. */
  const clear = (key: string, dead: Claim | undefined): void => {
    const aside = join(tmp, draftName())
    try {
      at("rename", () => fs.renameSync(pathOf(key), aside))
      const moved = JSON.parse(at("read", () => fs.readFileSync(aside, "utf8"))) as Claim
      if (moved.nonce !== dead?.nonce) at("link", () => fs.linkSync(aside, pathOf(key)))
    } catch {
      // Somebody else cleared it, or took it already, or it cannot be read: the link below decides.
    } finally {
      discard(aside)
    }
  }

  const claim = (key: string): boolean => {
    const text = JSON.stringify({ ...self(), nonce: draftName(), since: now() } satisfies Claim)
    return Effect.runSync(writeFirst(tmp, pathOf(key), Buffer.from(text), 0o644, false))
  }

  /** Shows that the owner lives: a write, so that the filesystem sets the time by its own clock. */
  const pulse = () => {
    // One that was lost to another owner on a network filesystem, which forgets the file, is nothing to keep young.
    for (const file of held) quietly(() => at("write", () => fs.writeSync(file, "{", 0)))
  }

  /**
   * Removes a lease of ours, or else empties it, which makes it nobody's, or else leaves it to fall silent; never fails, for
   * the work that it was held for is done. Left behind as it is, it would keep everybody waiting for a minute.
   */
  const giveUp = (key: string, file: number): void => {
    try {
      // Only our own file: stopped for long, we may have lost the lease to another. One that cannot be looked at is ours.
      const own = at("stat", () => fs.fstatSync(file).ino)
      if ((statOf(pathOf(key))?.ino ?? own) === own) at("unlink", () => fs.rmSync(pathOf(key), { force: true }))
    } catch {
      quietly(() => at("write", () => fs.ftruncateSync(file)))
    }
    quietly(() => fs.closeSync(file))
  }

  const hold = (key: string): Lease => {
    const file = at("open", () => fs.openSync(pathOf(key), "r+"))
    held.add(file)
    heart ??= setInterval(pulse, beat).unref()
    const release = () => {
      if (!held.delete(file)) return
      giveUp(key, file)
      if (held.size > 0) return
      clearInterval(heart)
      heart = undefined
    }
    return { held: true, release }
  }

  const acquire = (key: string): Lease => {
    if (!/^[\w.-]+$/.test(key)) throw new RangeError(`not the key of a lease: ${JSON.stringify(key)}`)
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        if (claim(key)) return hold(key)
        const owner = claimOf(key)
        if (!isDead(key, owner) && owner !== undefined) return { held: false, owner }
        clear(key, owner)
      }
    } catch {
      // A store that cannot keep leases, read-only or full, gives every one: what follows says so better, if it must.
    }
    return { held: true, release: () => {} }
  }

  const waitFor = Effect.fnUntraced(function* (key: string, done: () => boolean) {
    for (let pause = 20; !done(); pause = Math.min(1000, pause * 1.5)) {
      const owner = claimOf(key)
      if (owner === undefined || isDead(key, owner)) return
      yield* Effect.sleep(pause)
    }
  })

  const holdings = Effect.map(list(folder), (names) =>
    names.map((name): Holding => {
      const key = name.replace(/\.json$/, "")
      const owner = claimOf(key)
      return { key, owner, since: owner?.since ?? 0, dead: isDead(key, owner) }
    }),
  )

  return { acquire, waitFor, holdings }
}
