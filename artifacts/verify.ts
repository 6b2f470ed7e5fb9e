/**
 * Verification of a store folder, a list of named, timed steps: every object hashed again, every manifest read and its key
 * computed again, every output found, every bundle of code hashed again. Repair sets aside what is damaged, so that the
 * next run makes it again.
 */
import { basename } from "node:path"
import { performance } from "node:perf_hooks"
import * as Effect from "effect/Effect"
import { bundlePath, readBundle } from "./code-bundles.ts"
import type { StoreError } from "./errors.ts"
import { fileHasher } from "./file-hash.ts"
import { readBytes, remove } from "./files.ts"
import {
  bundlesOf,
  filesOf,
  type LyingManifest,
  type LyingObject,
  manifestsOf,
  nondeterminismOf,
  objectsOf,
  refuseNewer,
} from "./inventory.ts"
import { artifactKey } from "./key.ts"
import { digestsIn, type Manifest, parseManifest } from "./manifest.ts"
import { isGone, ownerOfDraft } from "./owner.ts"
import { quarantine } from "./store.ts"

export interface Finding {
  readonly kind:
    | "damaged object"
    | "unreadable"
    | "damaged manifest"
    | "missing output"
    | "damaged bundle"
    | "newer manifest"
    | "orphan"
    /** It may be of a manifest that cannot be read here. */
    | "not checked"
    | "evicted"
    | "stale marker"
    | "draft"
    | "quarantined"
    | "nondeterminism"
    | "foreign"
  /** Whether the store is damaged by it. The rest is worth knowing. */
  readonly damage: boolean
  readonly path: string
  readonly detail: string
}

export interface VerifyStep {
  readonly name: string
  readonly seconds: number
  readonly checked: number
  readonly bytes: number
  readonly findings: readonly Finding[]
}

export interface VerifyReport {
  readonly steps: readonly VerifyStep[]
  /** Number of findings that are damage. */
  readonly damaged: number
  /** Number of manifests of a newer version: neither they nor what they name was checked. */
  readonly newer: number
  /** Manifests that cannot be served, an output being damaged or gone: their nodes run again when they are asked for. */
  readonly lost: readonly Manifest[]
}

export interface VerifyOptions {
  readonly repair?: boolean
  /** Told of each step as it ends. */
  readonly onStep?: (step: VerifyStep) => void
}

interface Seen {
  readonly checked: number
  readonly bytes?: number
  readonly findings: readonly Finding[]
}

/** The manifests that could be read. */
interface Known {
  readonly manifests: Manifest[]
  /** Whether there are no others: else nobody knows what these name. */
  all: boolean
}

export const verify = Effect.fnUntraced(function* (
  root: string,
  { repair = false, onStep = () => {} }: VerifyOptions = {},
): Effect.fn.Return<VerifyReport, StoreError> {
  yield* refuseNewer(root)
  const steps: VerifyStep[] = []
  const step = Effect.fnUntraced(function* (name: string, body: Effect.Effect<Seen, StoreError>) {
    const started = performance.now()
    const { checked, bytes = 0, findings } = yield* body
    const done = { name, seconds: (performance.now() - started) / 1000, checked, bytes, findings }
    steps.push(done)
    onStep(done)
  })
  const whole = new Map<string, LyingObject>()
  const known: Known = { manifests: [], all: true }
  const lost = new Set<Manifest>()
  yield* step("objects", hashObjects(root, repair, whole))
  yield* step("manifests", readManifests(root, repair, known))
  yield* step("outputs", findOutputs(root, repair, known, whole, lost))
  yield* step("code", hashBundles(root, repair))
  yield* step(
    "orphans",
    Effect.sync(() => orphans(known, whole)),
  )
  yield* step("left over", leftOver(root))
  const findings = steps.flatMap((step) => step.findings)
  const damaged = findings.filter(({ damage }) => damage).length
  const newer = findings.filter(({ kind }) => kind === "newer manifest").length
  return { steps, damaged, newer, lost: [...lost] }
})

const foreignFinding = (path: string): Finding => ({
  kind: "foreign",
  damage: false,
  path,
  detail: "not a file of the store; it is left alone",
})

const hashObjects = Effect.fnUntraced(function* (root: string, repair: boolean, whole: Map<string, LyingObject>) {
  const { found, foreign } = yield* objectsOf(root)
  const findings = foreign.map(foreignFinding)
  const hashFile = fileHasher()
  let bytes = 0
  for (const object of found) {
    const { path, digest } = object
    const hash = yield* Effect.result(hashFile(path, object.bytes))
    bytes += object.bytes
    if (hash._tag === "Success" && hash.success === digest) whole.set(`${digest}.${object.format}`, object)
    else if (hash._tag === "Success") {
      if (repair) yield* quarantine(root, path, `${digest}.${object.format}`)
      findings.push({ kind: "damaged object", damage: true, path, detail: `its bytes have sha256 ${hash.success}` })
    } else if (hash.failure.reason._tag !== "Missing")
      // Removed by a gc since it was listed: nothing to say. Unreadable: not moved, for the fault may be ours.
      findings.push({ kind: "unreadable", damage: true, path, detail: hash.failure.message })
  }
  return { checked: found.length, bytes, findings }
})

const readManifests = Effect.fnUntraced(function* (root: string, repair: boolean, known: Known) {
  const { found, foreign } = yield* manifestsOf(root)
  const findings = foreign.map(foreignFinding)
  let bytes = 0
  for (const lying of found) {
    bytes += lying.bytes
    const read = yield* Effect.result(readBytes(lying.path))
    if (read._tag === "Success") {
      const judged = judge(lying, read.success.toString("utf8"))
      if ("finding" in judged) findings.push(judged.finding)
      else known.manifests.push(judged.manifest)
      if ("finding" in judged && judged.finding.kind === "newer manifest") known.all = false
      if (repair && "finding" in judged && judged.finding.damage)
        yield* quarantine(root, lying.path, `${lying.stage}-${basename(lying.path)}`)
    } else if (read.failure.reason._tag !== "Missing") {
      findings.push({ kind: "unreadable", damage: true, path: lying.path, detail: read.failure.message })
      known.all = false
    }
  }
  return { checked: found.length, bytes, findings }
})

function judge({ path, stage, key }: LyingManifest, text: string): { manifest: Manifest } | { finding: Finding } {
  const damaged = (detail: string) => ({ finding: { kind: "damaged manifest", damage: true, path, detail } as const })
  const parsed = parseManifest(text)
  if (parsed._tag === "Newer") {
    const detail = `manifest format ${parsed.format}: made by a newer version of this program; neither it nor what it names is checked`
    return { finding: { kind: "newer manifest", damage: false, path, detail } }
  }
  if (parsed._tag === "Damaged") return damaged(`expected ${parsed.expected}, found ${parsed.found}`)
  const { manifest } = parsed
  if (manifest.recipe.stage !== stage) return damaged(`it is of stage ${manifest.recipe.stage}`)
  if (manifest.key !== key || keyOf(manifest) !== key) return damaged(`its recipe has another key: ${keyOf(manifest)}`)
  return { manifest }
}

const keyOf = ({ recipe }: Manifest): string => {
  try {
    return artifactKey(recipe)
  } catch (cause) {
    return String(cause)
  }
}

const findOutputs = Effect.fnUntraced(function* (
  root: string,
  repair: boolean,
  { manifests, all }: Known,
  whole: ReadonlyMap<string, LyingObject>,
  lost: Set<Manifest>,
) {
  const findings: Finding[] = []
  const markers = new Map((yield* filesOf(root, "evicted", "v1")).found.map(({ name, path }) => [name, path]))
  const named = new Set<string>()
  let checked = 0
  for (const manifest of manifests)
    for (const [port, { digest, format, bytes }] of Object.entries(manifest.outputs)) {
      checked++
      named.add(digest)
      if (whole.get(`${digest}.${format}`)?.bytes === bytes) continue
      const path = `${manifest.provenance.node}/${port}`
      const evicted = markers.has(digest)
      if (evicted) findings.push({ kind: "evicted", damage: false, path, detail: "computed again when it is read" })
      else findings.push({ kind: "missing output", damage: true, path, detail: `no whole object ${digest}.${format}` })
      if (!evicted) lost.add(manifest)
    }
  const present = new Set([...whole.values()].map(({ digest }) => digest))
  for (const [digest, path] of markers) {
    if (!present.has(digest) && (named.has(digest) || !all)) continue
    if (repair) yield* remove(path)
    findings.push({ kind: "stale marker", damage: false, path, detail: "the object is there, or nobody's any more" })
  }
  return { checked, findings }
})

/** Packages without a text are the beginning of a bundle, which its run did not live to write. */
const hashBundles = Effect.fnUntraced(function* (root: string, repair: boolean) {
  const { found, foreign } = yield* bundlesOf(root)
  const findings = foreign.map(foreignFinding)
  const texts = found.filter(({ extension }) => extension === "mjs")
  for (const { digest, path } of texts) {
    const read = yield* Effect.result(readBundle({ root, lower: [] }, digest))
    if (read._tag === "Success") continue
    const { message, reason } = read.failure
    if (reason._tag === "Io") findings.push({ kind: "unreadable", damage: true, path, detail: message })
    else
      findings.push({ kind: "damaged bundle", damage: true, path, detail: "the next run of this code keeps it again" })
    if (!repair || reason._tag === "Io") continue
    for (const extension of ["mjs", "json"] as const)
      yield* quarantine(root, bundlePath(root, digest, extension), `${digest}.${extension}`)
  }
  return { checked: texts.length, bytes: found.reduce((sum, { bytes }) => sum + bytes, 0), findings }
})

function orphans({ manifests, all }: Known, whole: ReadonlyMap<string, LyingObject>): Seen {
  const [kind, detail] = all
    ? (["orphan", "no manifest names it; gc removes it"] as const)
    : (["not checked", "it may be of a manifest that cannot be read here"] as const)
  const named = new Set(manifests.flatMap((manifest) => [...digestsIn(manifest)]))
  const findings: Finding[] = []
  for (const { digest, path } of whole.values())
    if (!named.has(digest)) findings.push({ kind, damage: false, path, detail })
  return { checked: whole.size, findings }
}

const leftOver = Effect.fnUntraced(function* (root: string) {
  const findings: Finding[] = []
  const drafts = (yield* filesOf(root, "tmp")).found
  for (const { name, path } of drafts) {
    const owner = ownerOfDraft(name)
    const whose =
      owner === undefined ? "nobody" : `process ${owner.pid}, ${isGone(owner) ? "gone" : "alive, or elsewhere"}`
    findings.push({ kind: "draft", damage: false, path, detail: `of ${whose}` })
  }
  const quarantined = (yield* filesOf(root, "quarantine")).found
  for (const { path } of quarantined)
    findings.push({ kind: "quarantined", damage: false, path, detail: "damaged, and set aside" })
  const others = (yield* nondeterminismOf(root)).found
  for (const { path, stage } of others)
    findings.push({ kind: "nondeterminism", damage: false, path, detail: `${stage} gave other bytes for one key` })
  return { checked: drafts.length + quarantined.length + others.length, findings }
})
