/** Record of one finished run of one stage. Written last, so its presence means completeness. */
import type { Format } from "../schemas/table.ts"
import { AuditMismatch } from "./errors.ts"
import { type ArtifactKey, type ContentDigest, type Recipe, sha256 } from "./key.ts"
import type { Labels } from "./stage.ts"

export interface OutputRecord {
  readonly digest: ContentDigest
  /** Length of the object in bytes. */
  readonly bytes: number
  readonly rows: number
  readonly format: Format
  /** Name of the table or document. */
  readonly schema: string
}

export interface Manifest {
  readonly format: 1
  readonly key: ArtifactKey
  readonly recipe: Recipe
  readonly outputs: Readonly<Record<string, OutputRecord>>
  /** Recorded, not hashed. */
  readonly provenance: {
    /** Node it was first computed for, and its labels. */
    readonly node: string
    readonly labels: Labels
    readonly seconds: number
    /** ISO 8601, UTC. */
    readonly finished: string
    readonly commit: string | undefined
    readonly machine: { readonly node: string; readonly platform: string; readonly cpu: string }
    /** The shorter run that this one went on from. */
    readonly resumedFrom?: ArtifactKey
  }
}

const seal = /,\n {2}"checksum": "([0-9a-f]{64})"\n\}\n$/

/** JSON for people, ending in a checksum of all that stands before it: any damage shows, wherever it is. */
export function manifestText(manifest: Manifest): string {
  const text = JSON.stringify(manifest, null, 2).slice(0, -2)
  return `${text},\n  "checksum": "${sha256(text)}"\n}\n`
}

export type Parsed =
  | { readonly _tag: "Whole"; readonly manifest: Manifest }
  | { readonly _tag: "Damaged"; readonly expected: string; readonly found: string }
  /** Of a format that this version does not know. */
  | { readonly _tag: "Newer"; readonly format: number }

/** Manifest from its text. Fields that this version does not know, as a newer one may write, stay as they are. */
export function parseManifest(text: string): Parsed {
  const sealed = seal.exec(text.slice(-100))
  const body = text.slice(0, text.length - (sealed?.[0].length ?? 0))
  const found = sealed === null ? "none" : sha256(body)
  // A newer format may end in another way, so what has no checksum may be of one.
  if (sealed !== null && found !== sealed[1]) return { _tag: "Damaged", expected: `checksum ${sealed[1]}`, found }
  try {
    const manifest = JSON.parse(sealed === null ? text : `${body}}`) as Manifest
    if (Number.isInteger(manifest.format) && manifest.format > 1) return { _tag: "Newer", format: manifest.format }
    if (sealed !== null && isManifest(manifest)) return { _tag: "Whole", manifest }
  } catch {
    // Cut off, or another program's.
  }
  return { _tag: "Damaged", expected: "a manifest with its checksum", found: `${text.length} other characters` }
}

/** Digest and format become part of a path, so nothing else than a digest and a word may pass. */
function isManifest({ format, key, recipe, outputs, provenance }: Partial<Manifest>): boolean {
  if (format !== 1 || !key || !recipe?.stage || !recipe.inputs || !outputs || !provenance?.node) return false
  return Object.values(outputs).every(
    ({ digest, format, bytes }) => /^[0-9a-f]{64}$/.test(digest) && /^[a-z]+$/.test(format) && bytes >= 0,
  )
}

/** Content of all inputs, in the order of the ports. */
export const inputDigests = ({ recipe }: Manifest): readonly ContentDigest[] =>
  Object.values(recipe.inputs).flatMap((of) => (typeof of === "string" ? [of] : of.map(({ digest }) => digest)))

/** First output whose digest differs between two runs of one recipe. */
export const firstDifference = (a: Manifest, b: Manifest): string | undefined =>
  Object.keys({ ...a.outputs, ...b.outputs }).find((port) => a.outputs[port]?.digest !== b.outputs[port]?.digest)

/** The same as an error, unless there is none. */
export function mismatch(
  existing: Manifest,
  manifest: Manifest,
  standing: { readonly replaced?: boolean; readonly partial?: boolean } = {},
): AuditMismatch | undefined {
  const port = firstDifference(existing, manifest)
  if (port === undefined) return undefined
  const [expected, found] = [existing.outputs[port]?.digest ?? "none", manifest.outputs[port]?.digest ?? "none"]
  return new AuditMismatch({ node: manifest.provenance.node, port, expected, found, ...standing })
}

/**
 * Every digest that a manifest names, but for its inputs, which other manifests make: outputs, code, and whatever a newer
 * version adds.
 */
export function digestsIn({ recipe, key: _, ...rest }: Manifest): ReadonlySet<string> {
  const text = `${JSON.stringify(rest)} ${recipe.code}`
  return new Set(text.match(/\b[0-9a-f]{64}\b/g) ?? [])
}
