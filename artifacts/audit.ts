/**
 * Runs artifacts again, each on the inputs that its manifest names, and compares the bits. What is made goes into the store of
 * this effect, a scratch one above the audited one, which is only read.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Acceptance } from "./accept.ts"
import type { Code } from "./code.ts"
import { diffArtifacts, type OutputDifference } from "./diff.ts"
import { isLost, type StageFailed, type StoreError } from "./errors.ts"
import type { RunEvent } from "./events.ts"
import { Executor } from "./executor.ts"
import type { ArtifactKey, ContentDigest, LabelledDigest } from "./key.ts"
import { firstDifference, inputDigests, type Manifest, type OutputRecord } from "./manifest.ts"
import { decodeParams } from "./params.ts"
import type { Execution, Input } from "./perform.ts"
import { compareRecipes } from "./plan.ts"
import { machine } from "./provenance.ts"
import type { AnyStage } from "./stage.ts"
import { ArtifactStore, type Store } from "./store.ts"

/** One artifact to run again. */
export interface Subject {
  readonly node: string
  readonly manifest: Manifest
  readonly stage: AnyStage
  /** The code that runs: not always that of the recipe. */
  readonly code: Pick<Code, "digest" | "bundle">
  /** Packages of that code that have other versions here than when it was bundled. */
  readonly drift: readonly string[]
  /** It stands for the results of later code. */
  readonly accepted?: Acceptance | undefined
}

/** What made the bits differ. */
export interface Cause {
  /** `chance`: two runs here differ. `arithmetic`: all that is known to matter is the same. */
  readonly kind: "code" | "runtime" | "input" | "chance" | "arithmetic"
  readonly detail: string
}

export type Verdict =
  | { readonly _tag: "Same" }
  /** Other bits, but every value is within the relative tolerance. */
  | { readonly _tag: "Close"; readonly outputs: readonly OutputDifference[] }
  | { readonly _tag: "Different"; readonly outputs: readonly OutputDifference[]; readonly cause: Cause }
  /** It could not be run again. */
  | { readonly _tag: "Failed"; readonly message: string; readonly cause: Cause | undefined }

export interface Audited {
  readonly subject: Subject
  readonly verdict: Verdict
  /** Outputs of the second run, where it had any. */
  readonly outputs: Manifest["outputs"] | undefined
}

/** What an audit works on. */
export interface Material {
  /** All there is, sources first. */
  readonly subjects: readonly Subject[]
  /** Those that are asked for. */
  readonly chosen: readonly Subject[]
  /** Every output that an input may be, by its content. */
  readonly records: ReadonlyMap<ContentDigest, OutputRecord>
}

interface AuditOptions extends Pick<Material, "records"> {
  /** Greatest |a − b| / max(|a|, |b|) that passes. */
  readonly rtol: number | undefined
  readonly emit: (event: RunEvent) => void
}

/** Whether an artifact is in a sample of this share: by its key, so the same ones each time, and more in a larger share. */
export const isSampled = (key: ArtifactKey, share: number): boolean =>
  Number.parseInt(key.slice(0, 12), 16) < share * 16 ** 12

export const recordsOf = (manifests: Iterable<Manifest>): ReadonlyMap<ContentDigest, OutputRecord> =>
  new Map([...manifests].flatMap(({ outputs }) => Object.values(outputs).map((of) => [of.digest, of] as const)))

/** The first subject that makes each content: it comes before all that read it, as a later one need not. */
function makersOf(subjects: readonly Subject[]): ReadonlyMap<ContentDigest, Subject> {
  const makers = new Map<ContentDigest, Subject>()
  for (const subject of subjects)
    for (const { digest } of Object.values(subject.manifest.outputs))
      if (!makers.has(digest)) makers.set(digest, subject)
  return makers
}

/**
 * The chosen of the subjects, each key once, with those whose outputs they read and the store does not have: these have to be
 * made first. Sources come first.
 */
export function withMakers({ subjects, chosen, records }: Material, store: Pick<Store, "state">): readonly Subject[] {
  const makers = makersOf(subjects)
  const needed = new Set(chosen)
  for (const { manifest } of needed)
    for (const digest of inputDigests(manifest)) {
      const [record, maker] = [records.get(digest), makers.get(digest)]
      if (record && maker && store.state(record) !== "present") needed.add(maker)
    }
  const keys = new Set([...needed].map(({ manifest }) => manifest.key))
  // The first node of a key: what reads its output may come before the second one.
  return subjects.filter(({ manifest: { key } }) => keys.delete(key))
}

/** Audits the subjects, as many at a time as the executor has slots; results in their order, in which sources come first. */
export const audit = Effect.fnUntraced(function* (
  subjects: readonly Subject[],
  options: AuditOptions,
): Effect.fn.Return<readonly Audited[], never, ArtifactStore | Executor> {
  const { slots } = yield* Executor
  const store = yield* ArtifactStore
  const makers = makersOf(subjects)
  const ends = new Map(subjects.map((subject) => [subject, Deferred.makeUnsafe<void>()]))
  const absent = ({ manifest }: Subject) =>
    inputDigests(manifest).filter((digest) => store.state(options.records.get(digest)!) !== "present")
  const one = Effect.fnUntraced(function* (subject: Subject) {
    const lost = inputDigests(subject.manifest).find((digest) => !options.records.has(digest))
    if (lost !== undefined)
      return failed(subject, "it cannot be run again", { kind: "input", detail: `no manifest has an output ${lost}` })
    for (const digest of absent(subject)) {
      const maker = makers.get(digest)
      if (maker !== undefined && maker !== subject) yield* Deferred.await(ends.get(maker)!)
    }
    return yield* auditOne(subject, options)
  })
  return yield* Effect.forEach(
    subjects,
    (subject) => Effect.ensuring(one(subject), Deferred.succeed(ends.get(subject)!, undefined)),
    { concurrency: slots },
  )
})

const failed = (subject: Subject, message: string, cause: Cause | undefined): Audited => ({
  subject,
  verdict: { _tag: "Failed", message, cause },
  outputs: undefined,
})

const auditOne = Effect.fnUntraced(function* (subject: Subject, { records, rtol, emit }: AuditOptions) {
  const { node, manifest, stage } = subject
  const of = { node, stage: stage.name, key: manifest.key }
  const again = execute(subject, records, emit)
  emit({ event: "started", ...of })
  const first = yield* Effect.result(again)
  if (Result.isFailure(first)) {
    const { message } = first.failure
    emit({ event: "failed", node, stage: stage.name, reason: message })
    const isInput = first.failure._tag === "StoreError" && isLost(first.failure)
    const input: Cause = { kind: "input", detail: "an input is not in the store as its manifest names it" }
    return failed(subject, message, isInput ? input : yield* knownCause(subject))
  }
  const { outputs, seconds } = first.success
  emit({ event: "computed", ...of, seconds })
  const after: Manifest = { ...manifest, outputs }
  if (firstDifference(manifest, after) === undefined)
    return { subject, verdict: { _tag: "Same" }, outputs } satisfies Audited
  const differences = yield* differencesOf(subject, after)
  if (rtol !== undefined && differences.every((of) => isWithin(of, rtol)))
    return { subject, verdict: { _tag: "Close", outputs: differences }, outputs } satisfies Audited
  const cause = (yield* knownCause(subject)) ?? (yield* blindCause(subject, after, again))
  return { subject, verdict: { _tag: "Different", outputs: differences, cause }, outputs } satisfies Audited
})

const execute = Effect.fnUntraced(function* (
  { node, manifest: { recipe }, stage, code }: Subject,
  records: AuditOptions["records"],
  emit: AuditOptions["emit"],
): Effect.fn.Return<Execution, StageFailed | StoreError, Executor> {
  const executor = yield* Executor
  const inputs: Record<string, Input | readonly Input[]> = {}
  for (const [port, of] of Object.entries(recipe.inputs))
    inputs[port] =
      typeof of === "string"
        ? { labels: {}, object: records.get(of as ContentDigest)! }
        : (of as readonly LabelledDigest[]).map(({ labels, digest }) => ({ labels, object: records.get(digest)! }))
  const report = (fraction: number, detail?: string) =>
    emit({ event: "progress", node, fraction, ...(detail === undefined ? {} : { detail }) })
  return yield* executor.execute({ stage, bundle: code.bundle, assignment: { node, recipe, inputs } }, report)
})

/** Differences of the outputs, with their values where both can be read. */
const differencesOf = Effect.fnUntraced(function* ({ manifest, stage }: Subject, after: Manifest) {
  const store = yield* ArtifactStore
  const found = yield* Effect.result(diffArtifacts(store, manifest, after, (_, port) => stage.outputs[port]))
  const ports = Object.keys({ ...manifest.outputs, ...after.outputs })
  const all: readonly OutputDifference[] = Result.isSuccess(found)
    ? found.success.outputs
    : ports.map((port) => {
        const values = { _tag: "Unreadable", message: found.failure.message } as const
        return { port, before: manifest.outputs[port], after: after.outputs[port], values }
      })
  return all.filter(({ before, after }) => before?.digest !== after?.digest)
})

function isWithin({ values }: OutputDifference, rtol: number): boolean {
  if (values?._tag !== "Table" || values.lengths[0] !== values.lengths[1] || values.incomparable.length > 0)
    return false
  return values.columns.every(({ maxRel }) => maxRel !== undefined && maxRel <= rtol)
}

/** What of the code or the machine is known to be another than when the artifact was made. */
const knownCause = Effect.fnUntraced(function* ({
  manifest: { recipe },
  stage,
  code,
  drift,
  node,
}: Subject): Effect.fn.Return<Cause | undefined> {
  const params = yield* Effect.result(decodeParams(stage.params, recipe.params, node))
  const runtime =
    stage.runtime && Result.isSuccess(params) ? yield* Effect.promise(() => stage.runtime!(params.success)) : {}
  const codes =
    recipe.code === code.digest ? drift : [`code ${recipe.code.slice(0, 12)} -> ${code.digest.slice(0, 12)}`]
  if (codes.length > 0) return { kind: "code", detail: codes.join("; ") }
  const others = compareRecipes(recipe, { ...recipe, runtime }).flatMap((cue) =>
    cue._tag === "Runtime" ? [`${cue.name} ${cue.before} -> ${cue.after}`] : [],
  )
  return others.length > 0 ? { kind: "runtime", detail: others.join("; ") } : undefined
})

/** With the same code, inputs and runtime, a third run tells whether the stage is a function of them at all. */
const blindCause = Effect.fnUntraced(function* (
  { manifest }: Subject,
  after: Manifest,
  again: Effect.Effect<Execution, StageFailed | StoreError, Executor>,
): Effect.fn.Return<Cause, never, Executor> {
  const third = yield* Effect.result(again)
  if (Result.isSuccess(third) && firstDifference(after, { ...after, outputs: third.success.outputs }) !== undefined)
    return { kind: "chance", detail: "two runs here differ: look for time, randomness or shared state in the stage" }
  const textOf = ({ platform, cpu, node }: typeof machine) => `${platform}, ${cpu}, Node ${node}`
  const [there, here] = [textOf(manifest.provenance.machine), textOf(machine)]
  return { kind: "arithmetic", detail: there === here ? `the same machine, ${here}` : `there ${there}; here ${here}` }
})
