/**
 * Recipes and keys. A recipe holds every input that may change a stage's output, and nothing else; its key is the sha256
 * of one canonical encoding. The same recipe is hashed for the key and compared for `why`, so the two cannot drift apart.
 */
import { hash } from "node:crypto"
import type { Json, Labels } from "./stage.ts"

declare const brand: unique symbol
/** sha256 of a recipe, in hex. */
export type ArtifactKey = string & { readonly [brand]: "ArtifactKey" }
/** sha256 of the bytes of an object, in hex. */
export type ContentDigest = string & { readonly [brand]: "ContentDigest" }

export interface LabelledDigest {
  readonly labels: Labels
  readonly digest: ContentDigest
}

export interface Recipe {
  readonly stage: string
  /** Digest of the stage's code and of the versions of the packages it imports. */
  readonly code: string
  /** Parameters that differ from their defaults: a parameter added later, left at its default, changes no key. */
  readonly params: Json
  /** Inputs by content: an upstream change that yields the same bytes stops here. */
  readonly inputs: Readonly<Record<string, ContentDigest | readonly LabelledDigest[]>>
  /** Whatever of the machine the stage leans on; empty where the arithmetic is ours. */
  readonly runtime: Readonly<Record<string, string>>
}

/** First line of what is hashed: another kind of thing, or another version of the encoding, never shares a key. */
const DOMAIN = "rnn/recipe/v1\n"

export const sha256 = (bytes: Uint8Array | string): string => hash("sha256", bytes)

export const contentDigest = (bytes: Uint8Array): ContentDigest => sha256(bytes) as ContentDigest

export const artifactKey = (recipe: Recipe): ArtifactKey =>
  sha256(DOMAIN + encode(recipe as unknown as Json)) as ArtifactKey

/**
 * Canonical, typed, prefix-free text of a JSON value: `n` null, `t`/`f` booleans, `d<number>;` with -0 as 0, strings as
 * `s<length>:<text>` (length in UTF-16 units), arrays `a<count>:…`, objects `o<count>:` with keys in the order of their code
 * units. Throws RangeError on what has no JSON value: NaN, infinities, lone surrogates, undefined.
 */
export function encode(value: Json): string {
  if (value === null) return "n"
  switch (typeof value) {
    case "boolean":
      return value ? "t" : "f"
    case "number":
      if (!Number.isFinite(value)) throw new RangeError(`a recipe holds finite numbers only, not ${value}`)
      return `d${value === 0 ? 0 : value};`
    case "string":
      return encodeString(value)
    case "object":
      return Array.isArray(value) ? encodeArray(value) : encodeObject(value as JsonObject)
    default:
      throw new RangeError(`a recipe holds JSON values only, not ${typeof value}`)
  }
}

type JsonObject = { readonly [key: string]: Json }

function encodeString(text: string): string {
  // UTF-8 would turn every lone surrogate into the same replacement character, and two names into one key.
  if (!text.isWellFormed()) throw new RangeError(`a recipe holds well-formed text only: ${JSON.stringify(text)}`)
  return `s${text.length}:${text}`
}

function encodeArray(items: readonly Json[]): string {
  let text = `a${items.length}:`
  for (const item of items) text += encode(item)
  return text
}

function encodeObject(object: JsonObject): string {
  const keys = Object.keys(object).sort(byCodeUnit)
  let text = `o${keys.length}:`
  for (const key of keys) text += encodeString(key) + encode(object[key]!)
  return text
}

/** Order by UTF-16 code unit: the same in every locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
