/**
 * What a collection has to know of a store folder: each artifact with what decides on it, and all else that may go; and
 * what has been published, or begun to be used, since.
 */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { StoreError } from "./errors.ts"
import { clockOf, look, readIfThere } from "./files.ts"
import {
  acceptancesOf,
  bundlesOf,
  filesOf,
  type Lying,
  type LyingBundle,
  type LyingManifest,
  type LyingObject,
  manifestsOf,
  nondeterminismOf,
  objectsOf,
  refuseUnseen,
  runLogs,
} from "./inventory.ts"
import { leases, runLease, runOf } from "./lease.ts"
import { digestsIn, parseManifest } from "./manifest.ts"
import { pins } from "./pins.ts"

export type Named = Lying & { readonly name: string }

/** The log of one run. */
interface Log extends Lying {
  /** `stage/key` of what it used. */
  readonly artifacts: ReadonlySet<string>
  readonly live: boolean
  /** Among the newest that are to be kept. */
  readonly kept: boolean
}

/** One artifact, with what decides on it. */
export interface Candidate extends LyingManifest {
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

export interface Survey {
  readonly now: number
  /** Files from then on stay. */
  readonly since: number
  readonly candidates: readonly Candidate[]
  readonly objects: readonly LyingObject[]
  readonly bundles: readonly LyingBundle[]
  /** Digests of code that something was accepted for, or from. */
  readonly accepted: ReadonlySet<string>
  readonly logs: readonly Log[]
  /** Whether a run is going on. */
  readonly live: boolean
  readonly markers: readonly Named[]
  readonly drafts: readonly Named[]
  /** Leases whose owner is gone. */
  readonly dead: readonly Named[]
  readonly quarantined: readonly Named[]
  /** Manifests of second results, and the digests they name: kept, to find out what was different. */
  readonly evidence: readonly LyingManifest[]
  readonly witnesses: ReadonlySet<string>
}

interface Rules {
  readonly keepRuns?: number
  readonly graceMinutes?: number
}

export const survey = Effect.fnUntraced(function* (root: string, { keepRuns = 0, graceMinutes = 60 }: Rules) {
  yield* refuseUnseen(root)
  const tmp = join(root, "tmp")
  // Where there is no such folder yet, none is made only to look at the clock.
  const now = yield* clockOf((yield* look(tmp)) === undefined ? root : tmp)
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
    bundles: (yield* bundlesOf(root)).found,
    accepted: yield* acceptedIn(root),
    logs,
    live: living.some(({ key }) => runOf(key) !== undefined),
    markers: (yield* filesOf(root, "evicted", "v1")).found,
    drafts: (yield* filesOf(root, "tmp")).found,
    dead: (yield* filesOf(root, "leases")).found.filter(({ name }) => !alive.has(name.replace(/\.json$/, ""))),
    quarantined: (yield* filesOf(root, "quarantine")).found,
    evidence,
    witnesses: new Set(others.flatMap((manifest) => (manifest ? [...digestsIn(manifest)] : []))),
  }
  return found
})

/** The logs, and files among them that are of no run. A line that a killed process left unfinished counts for nothing. */
const readLogs = Effect.fnUntraced(function* (root: string, living: ReadonlySet<string>, keepRuns: number) {
  const { logs, strays } = yield* runLogs(root)
  const read = (file: Lying, live: boolean, kept: boolean) =>
    Effect.map(artifactsIn(file.path), (artifacts): Log => ({ ...file, artifacts, live, kept }))
  const runs = yield* Effect.forEach(logs, ({ id, ...file }, i) =>
    read(file, living.has(runLease(id)), i >= logs.length - keepRuns),
  )
  return [...runs, ...(yield* Effect.forEach(strays, (stray) => read(stray, false, false)))]
})

/** Every digest in a record of what was accepted, whatever a newer version adds to it, and the one it is named after. */
const acceptedIn = Effect.fnUntraced(function* (root: string) {
  const { found } = yield* acceptancesOf(root)
  const texts = yield* Effect.forEach(found, ({ path }) => textOf(path))
  const digests = texts.flatMap((text) => text.match(/\b[0-9a-f]{64}\b/g) ?? [])
  return new Set([...digests, ...found.map(({ code }) => code)])
})

/** Text of a file; nothing when it was removed. */
const textOf = (path: string) => Effect.map(readIfThere(path), (bytes) => bytes?.toString("utf8") ?? "")

const artifactsIn = Effect.fnUntraced(function* (log: string) {
  const artifacts = new Set<string>()
  for (const line of (yield* textOf(log)).split("\n")) {
    const artifact = artifactIn(line)
    if (artifact !== undefined) artifacts.add(artifact)
  }
  return artifacts
})

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
  const parsed = parseManifest(yield* textOf(path))
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
    const manifest = yield* manifestAt(lying.path)
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

/** What came to be used since a survey: by manifests that were published, pins, and runs that are going on. */
export interface Newcomers {
  /** `stage/key` of what is pinned, and of what the logs of live runs name. */
  readonly artifacts: ReadonlySet<string>
  /** All that the new manifests, and these artifacts, name. */
  readonly digests: ReadonlySet<string>
  readonly live: boolean
}

/** Looks for newcomers, again and again; each manifest is read once. */
export function watch(root: string, { candidates }: Survey): Effect.Effect<Newcomers, StoreError> {
  const nameOf = ({ stage, key }: LyingManifest) => `${stage}/${key}`
  const known = new Set(candidates.map((of) => `${nameOf(of)} ${of.modified}`))
  const named = new Map(candidates.map((of) => [nameOf(of), of.digests]))
  const digests = new Set<string>()
  const keep = (of: ReadonlySet<string> = new Set()) => of.forEach((digest) => void digests.add(digest))
  return Effect.gen(function* () {
    for (const lying of (yield* manifestsOf(root)).found) {
      const id = `${nameOf(lying)} ${lying.modified}`
      if (known.has(id)) continue
      known.add(id)
      const manifest = yield* manifestAt(lying.path)
      if (manifest !== undefined) keep(digestsIn(manifest))
    }
    const runs = (yield* leases(root).holdings).flatMap(({ key, dead }) => (dead ? [] : (runOf(key) ?? [])))
    const logs = yield* Effect.forEach(runs, (run) => artifactsIn(join(root, "runs", `${run}.jsonl`)))
    const artifacts = new Set([...logs, ...(yield* pins(root)).map((pin) => pin.artifacts)].flatMap((of) => [...of]))
    for (const artifact of artifacts) keep(named.get(artifact))
    return { artifacts, digests, live: runs.length > 0 }
  })
}
