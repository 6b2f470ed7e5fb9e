/**
 * Collection of what a store folder no longer needs. Artifacts are kept by runs (their logs), pins, leases and youth; an
 * object or a bundle of code is kept by the manifests that name it. Safe while runs are going on: nothing is removed that
 * is younger than the oldest live lease, or that the log of a live run names, nor what came to be used since that was
 * looked at; and what is removed too early all the same, because it was about to be used, is computed again.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { StoreError } from "./errors.ts"
import { look, remove, writeWhole } from "./files.ts"
import { type Candidate, type Named, type Newcomers, type Survey, survey, watch } from "./gc-survey.ts"
import type { Lying, LyingBundle, LyingObject } from "./inventory.ts"
import { isGone, ownerOfDraft } from "./owner.ts"
import { markerPath } from "./store.ts"

/** Without one of the first four, only garbage goes: objects and code that no manifest names, drafts, markers. */
export interface GcOptions {
  /** Keep what the newest so many runs used, and their logs. */
  readonly keepRuns?: number
  /** Keep what was made, or used by a run, within so many days. With `keepRuns`: what either keeps stays. */
  readonly olderThanDays?: number
  /** Then remove what was not used for longest, until the objects fit. What `keepRuns` names stays all the same. */
  readonly maxBytes?: number
  /** Remove the objects of this stage and keep its manifests: what depends on them stays cached. */
  readonly evictStage?: string
  readonly dryRun?: boolean
  /** What is younger is never touched, for a run that holds no lease may be about to refer to it. Default: 60. */
  readonly graceMinutes?: number
}

export interface Removal extends Lying {
  readonly what:
    | "artifact"
    | "object"
    | "evicted object"
    | "bundle"
    | "marker"
    | "draft"
    | "lease"
    | "log"
    | "quarantined"
    | "nondeterminism"
  /** Of an object, or of code. */
  readonly digest?: string
  /** `stage/key` of a manifest. */
  readonly artifact?: string
}

export interface GcReport {
  /** What was removed, or would be. */
  readonly removed: readonly Removal[]
  /** Bytes of it. */
  readonly freed: number
  readonly kept: { readonly artifacts: number; readonly objects: number; readonly bytes: number }
}

const day = 86_400_000
const sum = (files: readonly Lying[]): number => files.reduce((total, { bytes }) => total + bytes, 0)

/** What is to be removed, as a look at the store has shown. */
interface Marked {
  readonly found: Survey
  readonly removals: readonly Removal[]
  /** How many artifacts stay. */
  readonly staying: number
}

export const gc = Effect.fnUntraced(function* (
  root: string,
  options: GcOptions = {},
): Effect.fn.Return<GcReport, StoreError> {
  const marked = yield* mark(root, options)
  return options.dryRun === true ? reportOf(marked, marked.removals) : yield* sweep(root, marked)
})

/** Looks at a store, and chooses what goes. */
export const mark = Effect.fnUntraced(function* (
  root: string,
  options: GcOptions = {},
): Effect.fn.Return<Marked, StoreError> {
  const found = yield* survey(root, options)
  return { found, ...choose(found, options) }
})

/** Removals between two looks at what has come to be used: some ten milliseconds' worth. */
const batch = 256

/** Removes what was marked, but for what has come to be used since. */
export const sweep = Effect.fnUntraced(function* (
  root: string,
  marked: Marked,
): Effect.fn.Return<GcReport, StoreError> {
  const newly = watch(root, marked.found)
  const removed: Removal[] = []
  let newcomers: Newcomers | undefined
  for (const [i, removal] of marked.removals.entries()) {
    if (newcomers === undefined || i % batch === 0) newcomers = yield* newly
    if (!isUsed(removal, newcomers) && (yield* carryOut(root, removal))) removed.push(removal)
  }
  return reportOf(marked, removed)
})

function reportOf({ found, staying, removals }: Marked, removed: readonly Removal[]): GcReport {
  const gone = new Set(removed)
  const objects = new Map(found.objects.map((object) => [object.path, object]))
  for (const { path } of removed) objects.delete(path)
  const spared = removals.filter((removal) => removal.what === "artifact" && !gone.has(removal)).length
  const kept = { artifacts: staying + spared, objects: objects.size, bytes: sum([...objects.values()]) }
  return { removed, freed: sum(removed), kept }
}

/** Whether a run, or a manifest that was just published, has begun to use it. */
const isUsed = ({ what, digest = "", artifact = "" }: Removal, { artifacts, digests, live }: Newcomers): boolean =>
  digests.has(digest) || artifacts.has(artifact) || (live && what === "bundle")

/** What stays, and what goes, in an order in which a gc that is killed leaves no manifest without its objects. */
function choose(found: Survey, options: GcOptions) {
  const { since, now, candidates, objects } = found
  const collecting = options.keepRuns !== undefined || options.olderThanDays !== undefined
  const oldest = options.olderThanDays === undefined ? Number.POSITIVE_INFINITY : now - options.olderThanDays * day
  let staying = candidates.filter(({ safe, kept, used }) => safe || kept || !collecting || used >= oldest)
  if (options.maxBytes !== undefined) staying = fit(staying, objects, options.maxBytes)
  const stays = new Set(staying)
  const evicted = evictable(staying, options.evictStage)
  const named = new Set([...staying.flatMap(({ digests }) => [...digests]), ...found.witnesses])
  const old = objects.filter(({ modified }) => modified < since)
  const evictions = old.filter(({ digest }) => evicted.has(digest) && !found.witnesses.has(digest))
  const garbage = old.filter(({ digest }) => !named.has(digest))
  const leaving = new Set([...evictions, ...garbage])
  const present = new Set(objects.filter((object) => !leaving.has(object)).map(({ digest }) => digest))
  // A run that goes on may be about to make the first artifact of code that was kept long ago.
  const code = found.live ? [] : found.bundles.filter(({ digest, modified }) => modified < since && !named.has(digest))
  const as = <A extends Lying>(what: Removal["what"], files: readonly A[]): Removal[] =>
    files.map((file) => ({ what, ...file }))
  const removals = [
    ...as("artifact", candidates.filter((candidate) => !stays.has(candidate)).map(artifact)),
    ...as("evicted object", evictions),
    ...as("object", garbage),
    ...as("bundle", code.filter(({ digest }) => !found.accepted.has(digest)).map(bundle)),
    ...as("marker", found.markers.filter(({ name }) => !named.has(name) || present.has(name)).map(file)),
    ...as("draft", found.drafts.filter((draft) => isDead(draft, now)).map(file)),
    ...as("lease", found.dead.filter(({ modified }) => modified < now - 60_000).map(file)),
  ]
  const past = ({ modified }: Lying) => modified < since && modified < oldest
  if (collecting) removals.push(...as("log", found.logs.filter((log) => !log.live && !log.kept && past(log)).map(file)))
  if (options.olderThanDays !== undefined) {
    removals.push(...as("quarantined", found.quarantined.filter(past).map(file)))
    removals.push(...as("nondeterminism", found.evidence.filter(past).map(file)))
  }
  return { staying: staying.length, removals }
}

const artifact = (of: Candidate) => ({ ...file(of), artifact: `${of.stage}/${of.key}` })
const bundle = ({ digest, ...of }: LyingBundle) => ({ ...file(of), digest })
const file = ({ path, bytes, modified }: Lying): Lying => ({ path, bytes, modified })

/** A draft whose owner is gone. Of another machine nothing can be known, but no draft goes for a day without a write. */
function isDead({ name, modified }: Named, now: number): boolean {
  const owner = ownerOfDraft(name)
  return (owner !== undefined && isGone(owner)) || modified < now - day
}

/** Leaves out what was not used for longest, until the objects fit. */
function fit(staying: readonly Candidate[], objects: readonly LyingObject[], most: number): Candidate[] {
  const bytes = new Map(objects.map((object) => [object.digest, object.bytes]))
  const users = new Map<string, number>()
  for (const { digests } of staying) for (const digest of digests) users.set(digest, (users.get(digest) ?? 0) + 1)
  let total = 0
  for (const digest of users.keys()) total += bytes.get(digest) ?? 0
  const left = new Set(staying)
  for (const candidate of [...staying].sort((a, b) => a.used - b.used)) {
    if (total <= most) break
    if (candidate.safe || candidate.kept) continue
    left.delete(candidate)
    for (const digest of candidate.digests) {
      const rest = users.get(digest)! - 1
      users.set(digest, rest)
      if (rest === 0) total -= bytes.get(digest) ?? 0
    }
  }
  return [...left]
}

/** Outputs that only artifacts of this stage name, none of them pinned, young or of a live run. */
function evictable(staying: readonly Candidate[], stage: string | undefined): ReadonlySet<string> {
  const mine = (candidate: Candidate) => candidate.stage === stage && !candidate.safe
  const digests = new Set(staying.filter(mine).flatMap(({ outputs }) => outputs))
  for (const other of staying) if (!mine(other)) for (const digest of other.digests) digests.delete(digest)
  return digests
}

/**
 * Removes one file, unless it has changed since it was judged: then a run has just made it anew. One that cannot be looked
 * at ends the gc, for what stays may name what comes next.
 */
const carryOut = Effect.fnUntraced(function* (root: string, { what, path, modified, digest }: Removal) {
  if ((yield* look(path))?.mtimeMs !== modified) return false
  // The marker first: with both there, the object counts as present.
  if (what === "evicted object") {
    yield* writeWhole(join(root, "tmp"), markerPath(root, digest!), Buffer.of(), 0o444)
    if ((yield* look(path))?.mtimeMs !== modified) return false
  }
  return yield* remove(path)
})
