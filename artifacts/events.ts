/** What happens in a run, as one union: the log of the run, `--json`, plain lines and the live display all read it. */
import type { ArtifactKey } from "./key.ts"

export type RunEvent =
  | {
      readonly event: "planned"
      readonly nodes: number
      readonly cached: number
      readonly stale: number
      readonly blocked: number
    }
  | { readonly event: "started"; readonly node: string; readonly stage: string; readonly key: ArtifactKey }
  | { readonly event: "progress"; readonly node: string; readonly fraction: number; readonly detail?: string }
  | {
      readonly event: "computed"
      readonly node: string
      readonly stage: string
      readonly key: ArtifactKey
      readonly seconds: number
      /** The shorter run that it went on from. */
      readonly resumedFrom?: ArtifactKey
    }
  | { readonly event: "cached"; readonly node: string; readonly stage: string; readonly key: ArtifactKey }
  /** An output that is needed is not as it was stored, or not there: it is computed again. */
  | { readonly event: "damaged"; readonly node: string; readonly port: string; readonly path: string }
  | { readonly event: "failed"; readonly node: string; readonly stage: string; readonly reason: string }
  | ({ readonly event: "finished" } & RunCounts)

/** The event of a line of a log; undefined when the line is cut off, as the last one of a killed run may be. */
export function parseEvent(line: string): RunEvent | undefined {
  try {
    return JSON.parse(line) as RunEvent
  } catch {
    return undefined
  }
}

export interface RunCounts {
  readonly computed: number
  readonly cached: number
  readonly failed: number
  /** Nodes that did not run because something before them failed, or the run stopped. */
  readonly skipped: number
  readonly seconds: number
}
