/**
 * Parameters as the engine sees them: decoded with every fault named, encoded without their defaults, set by
 * `scope.name=value` from the command line. All knowledge of how a parameter schema is built is in this file.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { GraphInvalid, meant } from "./errors.ts"
import { encode } from "./key.ts"
import type { Json, ParamSchema } from "./stage.ts"

type Fields = Readonly<Record<string, Schema.Top>>
export type JsonRecord = { readonly [name: string]: Json }

/** A schema as far as it is a struct: what is asked of it again and again. */
interface Variant {
  readonly fields: Fields
  /** Fields that can have one value only, which tell the variants of a union apart. */
  readonly literals: readonly (readonly [name: string, value: Json])[]
  /** Encodings of the defaults. */
  readonly defaults: ReadonlyMap<string, string>
  readonly decode: (params: unknown) => Result.Result<unknown, Schema.SchemaError>
}

const annotationsOf = (field: Schema.Top | undefined) =>
  (field && Schema.resolveAnnotations(field)) as { default?: Json; description?: string } | undefined

const defaultOf = (field: Schema.Top | undefined): Json | undefined => annotationsOf(field)?.default

function variantFrom(schema: ParamSchema): Variant {
  const fields = (schema as unknown as { fields?: Fields }).fields ?? {}
  const literals: [string, Json][] = []
  const defaults = new Map<string, string>()
  for (const [name, field] of Object.entries(fields)) {
    const { literal } = field as unknown as { literal?: Json }
    if (literal !== undefined) literals.push([name, literal])
    const byDefault = defaultOf(field)
    if (byDefault !== undefined) defaults.set(name, encode(byDefault))
  }
  return { fields, literals, defaults, decode: Schema.decodeUnknownResult(schema, strict) }
}

const strict = { errors: "all", onExcessProperty: "error" } as const

interface Shape {
  readonly whole: Variant
  readonly variants: readonly Variant[]
}

const shapes = new WeakMap<ParamSchema, Shape>()

/** A schema is a struct, or a union of structs that literals tell apart. */
function shapeOf(schema: ParamSchema): Shape {
  const known = shapes.get(schema)
  if (known !== undefined) return known
  const { members } = schema as { members?: readonly ParamSchema[] }
  const whole = variantFrom(schema)
  const shape = { whole, variants: members?.map(variantFrom) ?? [whole] }
  shapes.set(schema, shape)
  return shape
}

/** The variant that the literals of `params` choose; the schema itself when none or all would do. */
function variantOf(schema: ParamSchema, params: Json): Variant {
  const given = params as JsonRecord
  const { whole, variants } = shapeOf(schema)
  const fits = variants.filter(({ literals }) => literals.every(([name, value]) => given[name] === value))
  return fits.length === 1 ? fits[0]! : whole
}

/** Decoded parameters, or every fault of them: unknown, missing, of another type, out of range. */
export function decodeResult(schema: ParamSchema, params: Json, subject: string): Result.Result<unknown, GraphInvalid> {
  const { decode, fields } = variantOf(schema, params)
  return Result.mapError(decode(params), ({ message }) => {
    const known = Object.keys(fields)
    const issues = message.split(/\n(?! )/).map((issue) => faultText(issue, params as JsonRecord, known))
    return new GraphInvalid({ reason: { _tag: "Parameters", subject, issues } })
  })
}

/** As {@link decodeResult}. */
export const decodeParams = (
  schema: ParamSchema,
  params: Json,
  subject: string,
): Effect.Effect<unknown, GraphInvalid> => Effect.fromResult(decodeResult(schema, params, subject))

/** One fault as `name: expected …, found …`. */
function faultText(issue: string, params: JsonRecord, known: readonly string[]): string {
  const [what = "", where = ""] = issue.split(/\n\s+at /)
  const path = [...where.matchAll(/\["?([^"\]]+)"?\]/g)].map((match) => match[1]!)
  if (path.length === 0) return what
  const name = path.join(".")
  const found = path.reduce<Json | undefined>((at, name) => (at as JsonRecord | undefined)?.[name], params)
  if (what === "Expected no excess property") return `${name}: unknown parameter; ${meant(name, known)}`
  if (found === undefined) return `${name}: expected a value, found none`
  return `${name}: ${what.slice(0, 1).toLowerCase()}${what.slice(1)}, found ${JSON.stringify(found)}`
}

/** Encoded parameters without those that have their default value. */
export function withoutDefaults(schema: ParamSchema, params: Json): JsonRecord {
  const { defaults } = variantOf(schema, params)
  const isKept = ([name, value]: [string, Json]) => !defaults.has(name) || defaults.get(name) !== encode(value)
  return Object.fromEntries(Object.entries(params as JsonRecord).filter(isKept))
}

export interface ParamDoc {
  readonly name: string
  readonly doc: string
  readonly default: Json | undefined
}

/** Parameters of a schema, for help: a union's variants together. */
export const paramDocs = (schema: ParamSchema): readonly ParamDoc[] => {
  const docs = new Map<string, ParamDoc>()
  for (const { fields } of shapeOf(schema).variants)
    for (const [name, field] of Object.entries(fields))
      docs.set(name, { name, doc: annotationsOf(field)?.description ?? "", default: defaultOf(field) })
  return [...docs.values()]
}

/** Names that the variant chosen by `params` has. */
export const namesFor = (schema: ParamSchema, params: Json): readonly string[] =>
  Object.keys(variantOf(schema, params).fields)

/** Parameters that the variant chosen by `params` has. */
export function docsFor(schema: ParamSchema, params: Json): readonly ParamDoc[] {
  const names = namesFor(schema, params)
  return paramDocs(schema).filter(({ name }) => names.includes(name))
}

/** `scope.name=value` of the command line: scope is a study, a stage, or `study/stage`. */
export interface Setting {
  readonly scope: string
  readonly name: string
  readonly value: Json
}

/** Parses `scope.name=value`; the value is JSON, a list `20,250`, a range `0..4` or `20..260:40`, or else text. */
export function parseSetting(text: string): Effect.Effect<Setting, GraphInvalid> {
  const setting = splitSetting(text)
  if (setting) return Effect.succeed(setting)
  const issues = ["expected STAGE.PARAMETER=VALUE or STUDY.PARAMETER=VALUE, such as train.learningRate=0.002"]
  return Effect.fail(new GraphInvalid({ reason: { _tag: "Parameters", subject: `--set ${text}`, issues } }))
}

/** Setting of a text that is one. */
export function splitSetting(text: string): Setting | undefined {
  const [, scope, name, value] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text) ?? []
  return scope && name && value !== undefined ? { scope, name, value: parseValue(value) } : undefined
}

/** Values that a range may have: more are a slip, and would not fit into memory. */
const mostValues = 1_000_000

const number = /-?\d+(?:\.\d+)?(?:e-?\d+)?/.source
const rangePattern = new RegExp(`^(${number})\\.\\.(${number})(?::(${number}))?$`)

/** The value of a text; a range of too many values is text, which no parameter but one of text takes. */
export function parseValue(text: string): Json {
  const [, ...ends] = rangePattern.exec(text) ?? []
  const [first, last, step] = ends.map((end) => Number(end ?? 1)) as [number, number, number]
  if (ends.length > 0 && step !== 0) {
    // A little more than the quotient: 0.1 … 0.3 in steps of 0.1 has three values, however they are rounded.
    const count = Math.max(0, Math.floor((last - first) / step + 1e-9) + 1)
    if (count <= mostValues) return Array.from({ length: count }, (_, i) => Number((first + i * step).toPrecision(15)))
  }
  try {
    return JSON.parse(text) as Json
  } catch {
    return text.includes(",") ? text.split(",").map(parseValue) : text
  }
}

/** Whether the schema takes a list under this name, in the variant that `params` choose. */
export const isList = (schema: ParamSchema, params: Json, name: string): boolean =>
  Array.isArray(defaultOf(variantOf(schema, params).fields[name]))

/** `params` with one setting; a single value serves where the schema takes a list. */
export function applySetting(schema: ParamSchema, params: Json, { name, value }: Setting): Json {
  const changed = { ...(params as JsonRecord), [name]: value }
  return isList(schema, changed, name) && !Array.isArray(value) ? { ...changed, [name]: [value] } : changed
}
