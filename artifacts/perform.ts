/**
 * Runs one recipe: parameters decoded from the recipe, inputs read and verified, the stage, outputs checked, encoded and
 * written; framed tables a frame at a time. A run, a rerun and an audit, inline or on a worker thread, all take this path.
 */
import { performance } from "node:perf_hooks"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type ArtifactSchema, type Framed, type FramedSchema, isFramed } from "../schemas/table.ts"
import { decodeValue, encodeValue, Mismatch } from "./codec.ts"
import { StageFailed, type StageReason, StoreError } from "./errors.ts"
import { encodeFrames, openFrames } from "./framed-codec.ts"
import type { ArtifactKey, Recipe } from "./key.ts"
import type { Manifest, OutputRecord } from "./manifest.ts"
import type { Objects } from "./objects.ts"
import { decodeParams } from "./params.ts"
import type { AnyStage, Labelled, Labels, Port, Report, Threads } from "./stage.ts"

export interface Input {
  readonly labels: Labels
  readonly object: OutputRecord
}

export interface Assignment {
  /** Node it is run for, as errors name it. */
  readonly node: string
  readonly recipe: Recipe
  /** Objects of the recipe's inputs, in its order. */
  readonly inputs: Readonly<Record<string, Input | readonly Input[]>>
  /** A shorter run to go on from, if its outputs can be read. */
  readonly earlier?: Manifest | undefined
}

/** The stage of a bundle. */
export const loadStage = (bundle: string): Promise<AnyStage> =>
  import(pathToFileURL(bundle).href).then((module: { default: AnyStage | { stage: AnyStage } }) =>
    "stage" in module.default ? module.default.stage : module.default,
  )

export interface Execution {
  /** The shorter run that it went on from. */
  readonly resumedFrom?: ArtifactKey
  readonly outputs: Readonly<Record<string, OutputRecord>>
  readonly seconds: number
}

export const perform = Effect.fnUntraced(function* (
  stage: AnyStage,
  { node, recipe, inputs, earlier: shorter }: Assignment,
  objects: Objects,
  report: Report,
  threads?: Threads,
): Effect.fn.Return<Execution, StageFailed | StoreError, Scope.Scope> {
  const failed = (reason: StageReason) => new StageFailed({ node, reason })
  // A frame is read when a stage asks for it.
  const defect = (cause: unknown) => (cause instanceof StoreError ? cause : failed(defectReason(cause)))
  const started = performance.now()
  const params = yield* decodeParams(stage.params, recipe.params, node).pipe(
    Effect.mapError((error) => failed({ _tag: "Defect", message: error.message, stack: "" })),
  )
  const values: Record<string, unknown> = {}
  for (const [port, of] of Object.entries(inputs)) values[port] = yield* readPort(stage.inputs[port]!, of, objects)
  const earlier = shorter && (yield* beginningOf(stage, shorter, objects))
  const results = yield* Effect.suspend(() =>
    stage.run({ params, inputs: values as never, report, earlier, threads }),
  ).pipe(
    Effect.mapError(({ message, advice }) => failed({ _tag: "Numerical", message, advice: advice ?? "" })),
    Effect.catchDefect((cause) => Effect.fail(defect(cause))),
  )
  const outputs: Record<string, OutputRecord> = {}
  for (const [port, schema] of Object.entries<ArtifactSchema>(stage.outputs)) {
    const refused = (cause: unknown) => (cause instanceof Mismatch ? failed(mismatch(port, cause)) : defect(cause))
    const value = (results as Record<string, never>)[port]!
    const kept = isFramed(schema) ? keepFrames(schema, value, objects, refused) : keep(schema, value, objects, refused)
    outputs[port] = { ...(yield* kept), format: schema.format, schema: schema.name }
  }
  const seconds = (performance.now() - started) / 1000
  return { outputs, seconds, ...(earlier && { resumedFrom: shorter.key }) }
}, Effect.scoped)

type Refused = (cause: unknown) => StageFailed | StoreError

const keep = Effect.fnUntraced(function* (schema: ArtifactSchema, value: never, objects: Objects, refused: Refused) {
  const { bytes, rows } = yield* Effect.tryPromise({ try: () => encodeValue(schema, value), catch: refused })
  return { digest: yield* objects.write(bytes, schema.format), bytes: bytes.length, rows }
})

/** As {@link keep}, as the frames are made. */
const keepFrames = Effect.fnUntraced(function* (
  schema: FramedSchema,
  value: Framed,
  objects: Objects,
  refused: Refused,
) {
  const draft = yield* objects.draft
  const made = yield* Effect.tryPromise({ try: () => encodeFrames(schema, value), catch: refused })
  for (;;) {
    const { done, value } = yield* Effect.try({ try: () => made.next(), catch: refused })
    if (done) return { ...(yield* draft.keep(schema.format)), rows: value }
    for (const piece of value) yield* draft.append(piece)
    yield* Effect.yieldNow
  }
}, Effect.scoped)

/** What the stage gets of a shorter run. One that is damaged saves no work, and is no failure. */
const beginningOf = Effect.fnUntraced(
  function* (stage: AnyStage, { recipe, outputs, provenance }: Manifest, objects: Objects) {
    const params = yield* decodeParams(stage.params, recipe.params, provenance.node)
    const values: Record<string, unknown> = {}
    for (const [port, object] of Object.entries(outputs))
      values[port] = yield* openOne(stage.outputs[port]!, object, objects)
    return { params, outputs: values as never }
  },
  Effect.orElseSucceed(() => undefined),
)

const mismatch = (port: string, { expected, found }: Mismatch): StageReason => ({
  _tag: "OutputMismatch",
  port,
  expected,
  found,
})

export const defectReason = (defect: unknown): StageReason => {
  const { message, stack } = defect instanceof Error ? defect : new Error(String(defect))
  return { _tag: "Defect", message, stack: stack ?? "" }
}

function readPort(port: Port, of: Input | readonly Input[], objects: Objects) {
  if (port.kind !== "many") return openOne(port, (of as Input).object, objects)
  return Effect.forEach(of as readonly Input[], ({ labels, object }) =>
    Effect.map(openOne(port.schema, object, objects), (value): Labelled<unknown> => ({ labels, value })),
  )
}

/** Value of an object as a whole: read, verified and decoded. */
export const readOne = Effect.fnUntraced(function* (
  schema: ArtifactSchema,
  object: OutputRecord,
  objects: Objects,
): Effect.fn.Return<unknown, StoreError> {
  const bytes = yield* objects.read(object)
  return yield* decoded(object, () => decodeValue(schema, bytes))
})

/** As a stage gets it: of a framed table nothing is read now but which frames there are. */
export const openOne = Effect.fnUntraced(function* (
  schema: ArtifactSchema,
  object: OutputRecord,
  objects: Objects,
): Effect.fn.Return<unknown, StoreError, Scope.Scope> {
  if (!isFramed(schema)) return yield* readOne(schema, object, objects)
  const source = yield* objects.open(object)
  return yield* decoded(object, () => openFrames(schema, source))
})

const decoded = ({ digest, format }: OutputRecord, decode: () => Promise<unknown>) =>
  Effect.tryPromise({
    try: decode,
    catch: (cause) => {
      if (cause instanceof StoreError) return cause
      const [expected, found] =
        cause instanceof Mismatch ? [cause.expected, cause.found] : ["readable bytes", String(cause)]
      return new StoreError({ reason: { _tag: "Corrupt", path: `${digest}.${format}`, digest, expected, found } })
    },
  })
