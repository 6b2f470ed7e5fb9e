/**
 * Runs one recipe: parameters decoded from the recipe, inputs read and verified, the stage, outputs checked, encoded and
 * written. A run, a rerun and an audit, inline or on a worker thread, all take this one path.
 */
import { performance } from "node:perf_hooks"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { decodeValue, encodeValue, Mismatch } from "./codec.ts"
import { StageFailed, type StageReason, StoreError } from "./errors.ts"
import type { ArtifactKey, Recipe } from "./key.ts"
import type { Manifest, OutputRecord } from "./manifest.ts"
import { decodeParams } from "./params.ts"
import type { AnyStage, Labelled, Labels, Port, Report, Threads } from "./stage.ts"
import type { Objects } from "./store.ts"

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
): Effect.fn.Return<Execution, StageFailed | StoreError> {
  const failed = (reason: StageReason) => new StageFailed({ node, reason })
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
    Effect.catchDefect((defect) => Effect.fail(failed(defectReason(defect)))),
  )
  const outputs: Record<string, OutputRecord> = {}
  for (const [port, schema] of Object.entries(stage.outputs as AnyStage["outputs"]) as [string, never][]) {
    const { bytes, rows } = yield* Effect.tryPromise({
      try: () => encodeValue(schema, (results as Record<string, never>)[port]!),
      catch: (cause) => failed(cause instanceof Mismatch ? mismatch(port, cause) : defectReason(cause)),
    })
    const { format, name } = schema as { format: OutputRecord["format"]; name: string }
    outputs[port] = { digest: yield* objects.write(bytes, format), bytes: bytes.length, rows, format, schema: name }
  }
  const seconds = (performance.now() - started) / 1000
  return { outputs, seconds, ...(earlier && { resumedFrom: shorter.key }) }
})

/** What the stage gets of a shorter run. One that is damaged saves no work, and is no failure. */
const beginningOf = Effect.fnUntraced(
  function* (stage: AnyStage, { recipe, outputs, provenance }: Manifest, objects: Objects) {
    const params = yield* decodeParams(stage.params, recipe.params, provenance.node)
    const values: Record<string, unknown> = {}
    for (const [port, object] of Object.entries(outputs))
      values[port] = yield* readOne(stage.outputs[port]!, object, objects)
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

function readPort(port: Port, of: Input | readonly Input[], objects: Objects): Effect.Effect<unknown, StoreError> {
  if (port.kind !== "many") return readOne(port, (of as Input).object, objects)
  return Effect.forEach(of as readonly Input[], ({ labels, object }) =>
    Effect.map(readOne(port.schema, object, objects), (value): Labelled<unknown> => ({ labels, value })),
  )
}

/** Value of an object: read, verified and decoded. */
export const readOne = Effect.fnUntraced(function* (
  schema: Exclude<Port, { kind: "many" }>,
  object: OutputRecord,
  objects: Objects,
): Effect.fn.Return<unknown, StoreError> {
  const bytes = yield* objects.read(object)
  return yield* Effect.tryPromise({
    try: () => decodeValue(schema, bytes),
    catch: (cause) => {
      const [expected, found] =
        cause instanceof Mismatch ? [cause.expected, cause.found] : ["readable bytes", String(cause)]
      const { digest, format } = object
      return new StoreError({ reason: { _tag: "Corrupt", path: `${digest}.${format}`, digest, expected, found } })
    },
  })
})
