/**
 * Collection of what a store folder no longer needs. Artifacts are kept by runs (their logs), pins, leases and youth; an
 * object is kept by the manifests that name it. Safe while runs are going on: nothing is removed that is younger than the
 * oldest live lease, or that the log of a live run names; and what is removed too early all the same, because it was about
 * to be used, is computed again.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { StoreError } from "./errors.ts"
import { clockOf, readBytes, remove, statOf, writeWhole } from "./files.ts"
import {
  filesOf,
  type Lying,
  type LyingManifest,
  type LyingObject,
  manifestsOf,
  nondeterminismOf,
  objectsOf,
} from "./inventory.ts"
import { leases } from "./lease.ts"
import { type Manifest, parseManifest } from "./manifest.ts"
import { isGone, ownerOfDraft } from "./owner.ts"
import { pins } from "./pins.ts"
import { markerPath } from "./store.ts"
import { digestsIn } from "./verify.ts"

/** Without one of the first four, only garbage goes: objects that no manifest names, drafts, markers. */
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
    | "marker"
    | "draft"
    | "lease"
    | "log"
    | "quarantined"
    | "nondeterminism"
  /** Of an object. */
  readonly digest?: string
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

export const gc = Effect.fnUntraced(function* (
  root: string,
  options: GcOptions = {},
): Effect.fn.Return<GcReport, StoreError> {
  const found = yield* survey(root, options)
  const { staying, removals } = choose(found, options)
  const removed: Removal[] = []
  for (const removal of removals) if (options.dryRun === true || (yield* carryOut(root, removal))) removed.push(removal)
  const gone = new Set(removed.map(({ path }) => path))
  const objects = found.objects.filter(({ path }) => !gone.has(path))
  const kept = { artifacts: staying.length, objects: objects.length, bytes: sum(objects) }
  return { removed, freed: sum(removed), kept }
})

type Named = Lying & { readonly name: string }

/** The log of one run. */
interface Log extends Lying {
  /** `stage/key` of what it used. */
  readonly artifacts: ReadonlySet<string>
  readonly live: boolean
  /** Among the newest that are to be kept. */
  readonly kept: boolean
}

/** One artifact, with what decides on it. */
interface Candidate extends LyingManifest {
  /** All that it names: outputs, code. */
  readonly digests: ReadonlySet<string>
  readonly outputs: readonly string[]
  /** When it was made or last used by a run, in ms by the clock of the filesystem. */
  readonly used: number
  /** Pinned, young, or of a live run: stays, whatever the options say. */
  readonly safe: boolean
  /** Used by a run that is to be kept. */
  readonly kept: boolean
}

interface Survey {
  readonly now: number
  /** Files from then on stay. */
  readonly since: number
  readonly candidates: readonly Candidate[]
  readonly objects: readonly LyingObject[]
  readonly logs: readonly Log[]
  readonly markers: readonly Named[]
  readonly drafts: readonly Named[]
  /** Leases whose owner is gone. */
  readonly dead: readonly Named[]
  readonly quarantined: readonly Named[]
  /** Manifests of second results, and the digests they name: kept, to find out what was different. */
  readonly evidence: readonly LyingManifest[]
  readonly witnesses: ReadonlySet<string>
}

const survey = Effect.fnUntraced(function* (root: string, { keepRuns = 0, graceMinutes = 60 }: GcOptions) {
  const now = yield* clockOf(join(root, "tmp"))
  const holdings = yield* leases(root).holdings
  const living = holdings.filter(({ dead }) => !dead)
  const alive = new Set(living.map(({ key }) => key))
  // A second less than a lease says: some filesystems count in seconds.
  const since = Math.min(now - graceMinutes * 60_000, ...living.map((lease) => lease.since - 1000))
  const logs = yield* readLogs(root, alive, keepRuns)
  const { found: evidence } = yield* nondeterminismOf(root)
  const others = yield* Effect.forEach(evidence, ({ path }) => manifestAt(path))
  const found: Survey = {
    now,
    since,
    candidates: yield* judge(root, since, logs),
    objects: (yield* objectsOf(root)).found,
    logs,
    markers: (yield* filesOf(root, "evicted", "v1")).found,
    drafts: (yield* filesOf(root, "tmp")).found,
    dead: (yield* filesOf(root, "leases")).found.filter(({ name }) => !alive.has(name.replace(/\.json$/, ""))),
    quarantined: (yield* filesOf(root, "quarantine")).found,
    evidence,
    witnesses: new Set(others.flatMap((manifest) => (manifest ? [...digestsIn(manifest)] : []))),
  }
  return found
})

/** The logs, newest last by name. A line that a killed process left unfinished counts for nothing. */
const readLogs = Effect.fnUntraced(function* (root: string, living: ReadonlySet<string>, keepRuns: number) {
  const { found } = yield* filesOf(root, "runs")
  const logs: Log[] = []
  for (const [i, { name, ...file }] of found.entries()) {
    const artifacts = new Set<string>()
    for (const line of (yield* readBytes(file.path)).toString("utf8").split("\n")) {
      const artifact = artifactIn(line)
      if (artifact !== undefined) artifacts.add(artifact)
    }
    const live = living.has(runLease(name.replace(/\.jsonl$/, "")))
    logs.push({ ...file, artifacts, live, kept: i >= found.length - keepRuns })
  }
  return logs
})

/** Key of the lease that a run holds from its start to its end, so that gc knows that it lives. */
export const runLease = (run: string): string => `run-${run}`

function artifactIn(line: string): string | undefined {
  try {
    const { stage, key } = JSON.parse(line) as { stage?: string; key?: string }
    return stage === undefined || key === undefined ? undefined : `${stage}/${key}`
  } catch {
    return undefined
  }
}

/** A manifest; undefined when it is damaged or was removed. One of a newer version ends the gc: what it names is unknown. */
const manifestAt = Effect.fnUntraced(function* (path: string) {
  const bytes = yield* Effect.catchIf(
    readBytes(path),
    ({ reason }) => reason._tag === "Missing",
    () => Effect.succeed(Buffer.of()),
  )
  const parsed = parseManifest(bytes.toString("utf8"))
  if (parsed._tag === "Newer") {
    const reason = { _tag: "Format", path, expected: "manifest format 1", found: `format ${parsed.format}` } as const
    return yield* Effect.fail(new StoreError({ reason }))
  }
  return parsed._tag === "Whole" ? parsed.manifest : undefined
})

const judge = Effect.fnUntraced(function* (root: string, since: number, logs: readonly Log[]) {
  const uses = new Map<string, { used: number; live: boolean; kept: boolean }>()
  for (const { artifacts, modified, live, kept } of logs)
    for (const artifact of artifacts) {
      const before = uses.get(artifact)
      uses.set(artifact, {
        used: Math.max(modified, before?.used ?? 0),
        live: live || before?.live === true,
        kept: kept || before?.kept === true,
      })
    }
  const pinned = new Set((yield* pins(root)).flatMap(({ artifacts }) => artifacts))
  const candidates: Candidate[] = []
  for (const lying of (yield* manifestsOf(root)).found) {
    const manifest: Manifest | undefined = yield* manifestAt(lying.path)
    if (manifest === undefined) continue
    const artifact = `${lying.stage}/${lying.key}`
    const use = uses.get(artifact)
    const safe = lying.modified >= since || pinned.has(artifact) || use?.live === true
    const used = Math.max(lying.modified, use?.used ?? 0)
    const outputs = Object.values(manifest.outputs).map(({ digest }) => digest)
    candidates.push({ ...lying, digests: digestsIn(manifest), outputs, used, safe, kept: use?.kept === true })
  }
  return candidates
})

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
  const as = <A extends Lying>(what: Removal["what"], files: readonly A[]): Removal[] =>
    files.map((file) => ({ what, ...file }))
  const removals = [
    ...as("artifact", candidates.filter((candidate) => !stays.has(candidate)).map(file)),
    ...as("evicted object", evictions),
    ...as("object", garbage),
    ...as("marker", found.markers.filter(({ name }) => !named.has(name) || present.has(name)).map(file)),
    ...as("draft", found.drafts.filter((draft) => isDead(draft, now)).map(file)),
    ...as("lease", found.dead.filter(({ modified }) => modified < now - 60_000).map(file)),
  ]
  const past = ({ modified }: Lying) => modified < since && (!collecting || modified < oldest)
  if (collecting) removals.push(...as("log", found.logs.filter((log) => !log.live && !log.kept && past(log)).map(file)))
  if (options.olderThanDays !== undefined) {
    removals.push(...as("quarantined", found.quarantined.filter(past).map(file)))
    removals.push(...as("nondeterminism", found.evidence.filter(past).map(file)))
  }
  return { staying, removals }
}

const file = ({ path, bytes, modified }: Lying): Lying => ({ path, bytes, modified })

/** A draft whose owner is gone. Of another machine nothing can be known, but a draft lives for seconds. */
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

/** Removes one file, unless it has changed since it was judged: then a run has just made it anew. */
const carryOut = Effect.fnUntraced(function* (root: string, { what, path, modified, digest }: Removal) {
  if (statOf(path)?.mtimeMs !== modified) return false
  // The marker first: with both there, the object counts as present.
  if (what === "evicted object") {
    yield* writeWhole(join(root, "tmp"), markerPath(root, digest!), Buffer.of(), 0o444)
    if (statOf(path)?.mtimeMs !== modified) return false
  }
  return yield* remove(path)
})
