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

/** A schema is a struct, or a union of structs that literals tell apart. */
const variants = (schema: ParamSchema): readonly ParamSchema[] =>
  (schema as { members?: readonly ParamSchema[] }).members ?? [schema]
const fieldsOf = (schema: ParamSchema): Fields => (schema as unknown as { fields?: Fields }).fields ?? {}

const decode = (schema: ParamSchema, params: Json) =>
  Schema.decodeUnknownResult(schema)(params, { errors: "all", onExcessProperty: "error" })

/** The variant that the literals of `params` choose; the schema itself when none or all would do. */
function variantOf(schema: ParamSchema, params: Json): ParamSchema {
  const given = params as JsonRecord
  const fits = variants(schema).filter((variant) =>
    Object.entries(fieldsOf(variant)).every(([name, field]) => {
      const literal = (field as unknown as { literal?: Json }).literal
      return literal === undefined || given[name] === literal
    }),
  )
  return fits.length === 1 ? fits[0]! : schema
}

/** Decoded parameters, or every fault of them: unknown, missing, of another type, out of range. */
export function decodeParams(schema: ParamSchema, params: Json, subject: string): Effect.Effect<unknown, GraphInvalid> {
  const variant = variantOf(schema, params)
  const decoded = decode(variant, params)
  if (Result.isSuccess(decoded)) return Effect.succeed(decoded.success)
  const known = Object.keys(fieldsOf(variant))
  const issues = decoded.failure.message.split(/\n(?! )/).map((issue) => faultText(issue, params as JsonRecord, known))
  return Effect.fail(new GraphInvalid({ reason: { _tag: "Parameters", subject, issues } }))
}

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
  const fields = fieldsOf(variantOf(schema, params))
  const kept = Object.entries(params as JsonRecord).filter(([name, value]) => {
    const byDefault = defaultOf(fields[name])
    return byDefault === undefined || encode(byDefault) !== encode(value)
  })
  return Object.fromEntries(kept)
}

const annotationsOf = (field: Schema.Top | undefined) =>
  (field && Schema.resolveAnnotations(field)) as { default?: Json; description?: string } | undefined

const defaultOf = (field: Schema.Top | undefined): Json | undefined => annotationsOf(field)?.default

export interface ParamDoc {
  readonly name: string
  readonly doc: string
  readonly default: Json | undefined
}

/** Parameters of a schema, for help: a union's variants together. */
export const paramDocs = (schema: ParamSchema): readonly ParamDoc[] => {
  const docs = new Map<string, ParamDoc>()
  for (const variant of variants(schema))
    for (const [name, field] of Object.entries(fieldsOf(variant)))
      docs.set(name, { name, doc: annotationsOf(field)?.description ?? "", default: defaultOf(field) })
  return [...docs.values()]
}

/** Names that the variant chosen by `params` has. */
export const namesFor = (schema: ParamSchema, params: Json): readonly string[] =>
  Object.keys(fieldsOf(variantOf(schema, params)))

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

const number = /-?\d+(?:\.\d+)?(?:e-?\d+)?/.source
const rangePattern = new RegExp(`^(${number})\\.\\.(${number})(?::(${number}))?$`)

export function parseValue(text: string): Json {
  const [, ...ends] = rangePattern.exec(text) ?? []
  const [first, last, step] = ends.map((end) => Number(end ?? 1)) as [number, number, number]
  if (ends.length > 0 && step !== 0) {
    // A little more than the quotient: 0.1 … 0.3 in steps of 0.1 has three values, however they are rounded.
    const count = Math.max(0, Math.floor((last - first) / step + 1e-9) + 1)
    return Array.from({ length: count }, (_, i) => Number((first + i * step).toPrecision(15)))
  }
  try {
    return JSON.parse(text) as Json
  } catch {
    return text.includes(",") ? text.split(",").map(parseValue) : text
  }
}

/** Whether the schema takes a list under this name, in the variant that `params` choose. */
export const isList = (schema: ParamSchema, params: Json, name: string): boolean =>
  Array.isArray(defaultOf(fieldsOf(variantOf(schema, params))[name]))

/** `params` with one setting; a single value serves where the schema takes a list. */
export function applySetting(schema: ParamSchema, params: Json, { name, value }: Setting): Json {
  const changed = { ...(params as JsonRecord), [name]: value }
  return isList(schema, changed, name) && !Array.isArray(value) ? { ...changed, [name]: [value] } : changed
}
