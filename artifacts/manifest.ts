/** Record of one finished run of one stage. Written last, so its presence means completeness. */
import type { Format } from "../schemas/table.ts"
import type { ArtifactKey, ContentDigest, Recipe } from "./key.ts"
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
  }
}

export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`

/** Manifest from its text, or undefined when it is cut off or of another format. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Partial<Manifest> | null
    const whole = value?.format === 1 && value.key && value.recipe && value.outputs && value.provenance
    return whole ? (value as Manifest) : undefined
  } catch {
    return undefined
  }
}

/** First output whose digest differs between two runs of one recipe. */
export const firstDifference = (a: Manifest, b: Manifest): string | undefined =>
  Object.keys({ ...a.outputs, ...b.outputs }).find((port) => a.outputs[port]?.digest !== b.outputs[port]?.digest)
