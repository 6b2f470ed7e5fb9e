/** What a manifest from elsewhere must be before anything in it is believed: its digests and formats become paths. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Format } from "../schemas/table.ts"
import type { Recipe } from "./key.ts"
import { type Manifest, type OutputRecord, parseManifest } from "./manifest.ts"

const digest = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/, { expected: "64 hexadecimal digits" }))
const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const word = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { expected: "a plain name" }))
const time = Schema.String.check(
  Schema.makeFilter((text) => (isTime(text) ? undefined : "expected a time such as 2026-01-31T12:00:00.000Z")),
)
const labels = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))

// `satisfies`: the compiler refuses a field that is added to a type until it is checked here too.
export const formats = Object.keys({ arrow: 1, parquet: 1, svg: 1 } satisfies Record<Format, 1>) as readonly Format[]

const output = Schema.Struct({
  digest,
  bytes: count,
  rows: count,
  format: Schema.Literals(formats),
  schema: Schema.String,
} satisfies Record<keyof OutputRecord, Schema.Top>)

const recipe = Schema.Struct({
  stage: word,
  code: digest,
  params: Schema.Record(Schema.String, Schema.Json),
  inputs: Schema.Record(word, Schema.Union([digest, Schema.Array(Schema.Struct({ labels, digest }))])),
  runtime: Schema.Record(Schema.String, Schema.String),
} satisfies Record<keyof Recipe, Schema.Top>)

const provenance = Schema.Struct({
  node: Schema.String,
  labels,
  seconds: Schema.Finite,
  finished: time,
  commit: Schema.optionalKey(Schema.String),
  machine: Schema.Struct({ node: Schema.String, platform: Schema.String, cpu: Schema.String }),
  resumedFrom: Schema.optionalKey(digest),
} satisfies Record<keyof Manifest["provenance"], Schema.Top>)

const schema = Schema.Struct({
  format: Schema.Literal(1),
  key: digest,
  recipe,
  outputs: Schema.Record(word, output),
  provenance,
} satisfies Record<keyof Manifest, Schema.Top>)

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT.*Z$/.test(text) && !Number.isNaN(Date.parse(text))

/** As it is written: with the checksum of its text, which {@link parseManifest} verifies. */
const sealed = Schema.Struct({ ...schema.fields, checksum: Schema.optionalKey(digest) })

/** Manifest from its text, every field checked; else what is wrong, such as `expected 64 hexadecimal digits at key`. */
export function decodeManifest(text: string): Result.Result<Manifest, string> {
  const parsed = parseManifest(text)
  if (parsed._tag === "Newer") return Result.fail(`format ${parsed.format}`)
  const fault = faultOf(text)
  if (fault !== undefined) return Result.fail(fault)
  return parsed._tag === "Whole"
    ? Result.succeed(parsed.manifest)
    : Result.fail(`${parsed.found} instead of ${parsed.expected}`)
}

/** The first field that is not as it must be. */
function faultOf(text: string): string | undefined {
  try {
    const decoded = Schema.decodeUnknownResult(sealed)(JSON.parse(text), { onExcessProperty: "error" })
    return Result.isFailure(decoded) ? faultText(decoded.failure.message) : undefined
  } catch {
    return "text that cannot be read as JSON"
  }
}

function faultText(message: string): string {
  const [what = "", where = ""] = message.split(/\n\s+at /)
  const path = [...where.matchAll(/\["?([^"\]]+)"?\]/g)].map((match) => match[1]).join("/")
  if (what.includes("excess property")) return `an unknown field ${path}`
  return `${what.slice(0, 1).toLowerCase()}${what.slice(1)}${path && ` at ${path}`}`
}
