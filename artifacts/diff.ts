/** What differs between two artifacts, recipe by field and values by column, and between two runs, node by node. */
import * as Effect from "effect/Effect"
import type { ArtifactSchema, Table } from "../schemas/table.ts"
import { decodeValue } from "./codec.ts"
import { diffTables, diffTexts, type TableDifference, type TextDifference } from "./diff-values.ts"
import type { StoreError } from "./errors.ts"
import { parseEvent } from "./events.ts"
import { type ArtifactKey, byCodeUnit } from "./key.ts"
import type { Manifest, OutputRecord } from "./manifest.ts"
import { type Cue, compareRecipes } from "./plan.ts"
import type { Store } from "./store.ts"

export interface OutputDifference {
  readonly port: string
  readonly before: OutputRecord | undefined
  readonly after: OutputRecord | undefined
  /** Absent when the bytes are the same, or when only one of the two has this output. */
  readonly values?: TableDifference | TextDifference | { readonly _tag: "Unreadable"; readonly message: string }
}

export interface ArtifactDifference {
  /** In the order of the recipe. */
  readonly recipe: readonly Cue[]
  /** Every output of either, in the order of the manifests. */
  readonly outputs: readonly OutputDifference[]
}

/** Differences of two artifacts; `schemaOf` tells what an output holds, undefined when that is not known any more. */
export const diffArtifacts = Effect.fnUntraced(function* (
  store: Store,
  before: Manifest,
  after: Manifest,
  schemaOf: (manifest: Manifest, port: string) => ArtifactSchema | undefined,
): Effect.fn.Return<ArtifactDifference, StoreError> {
  const outputs: OutputDifference[] = []
  for (const port of Object.keys({ ...before.outputs, ...after.outputs })) {
    const [a, b] = [before.outputs[port], after.outputs[port]]
    const difference = { port, before: a, after: b }
    if (a === undefined || b === undefined || a.digest === b.digest) outputs.push(difference)
    else {
      const bytes = [yield* store.read(a), yield* store.read(b)] as const
      const schemas = [schemaOf(before, port), schemaOf(after, port)] as const
      outputs.push({ ...difference, values: yield* Effect.promise(() => diffBytes(bytes, schemas)) })
    }
  }
  return { recipe: compareRecipes(before.recipe, after.recipe), outputs }
})

/** Differences of two values in their encoded form. */
async function diffBytes(
  bytes: readonly [Uint8Array, Uint8Array],
  [before, after]: readonly [ArtifactSchema | undefined, ArtifactSchema | undefined],
): Promise<NonNullable<OutputDifference["values"]>> {
  if (before === undefined || after === undefined)
    return { _tag: "Unreadable", message: "no stage of this pipeline has such an output" }
  try {
    const [a, b] = [await decodeValue(before, bytes[0]), await decodeValue(after, bytes[1])] as (Table | string)[]
    if (typeof a === "object" && typeof b === "object") return diffTables(a, b)
    if (typeof a === "string" && typeof b === "string") return diffTexts(a, b)
    return { _tag: "Unreadable", message: "a table and a text" }
  } catch (cause) {
    return { _tag: "Unreadable", message: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** What the log of a run says about a node. */
export interface RunNode {
  readonly node: string
  readonly stage: string
  /** Unknown when it failed before it began. */
  readonly key: ArtifactKey | undefined
  readonly state: "computed" | "cached" | "failed" | "unfinished"
}

export interface NodeDifference {
  readonly before: RunNode
  readonly after: RunNode
  /** Fields in which the recipes differ; undefined when a manifest is not in the store. */
  readonly cues: readonly Cue[] | undefined
  /** Outputs with different content; undefined when a manifest is not in the store. */
  readonly outputs: readonly string[] | undefined
}

export interface RunDifference {
  readonly onlyBefore: readonly RunNode[]
  readonly onlyAfter: readonly RunNode[]
  /** Nodes of both runs whose keys differ, or which only one of the two finished. */
  readonly changed: readonly NodeDifference[]
  readonly same: number
}

/** Nodes of a run by id, from the text of its log. Lines that are cut off, as the last of a killed run may be, are left out. */
export function runNodes(log: string): ReadonlyMap<string, RunNode> {
  const nodes = new Map<string, RunNode>()
  for (const line of log.split("\n")) {
    const event = parseEvent(line)
    if (event === undefined || !("node" in event) || event.event === "progress" || event.event === "damaged") continue
    const { node, stage } = event
    if (event.event === "failed") nodes.set(node, { node, stage, key: nodes.get(node)?.key, state: "failed" })
    else nodes.set(node, { node, stage, key: event.key, state: event.event === "started" ? "unfinished" : event.event })
  }
  return nodes
}

/** Differences of two runs on one store, from the texts of their logs; nodes in the order of their ids. */
export const diffRuns = Effect.fnUntraced(function* (
  store: Store,
  before: string,
  after: string,
): Effect.fn.Return<RunDifference, StoreError> {
  const [a, b] = [runNodes(before), runNodes(after)]
  const sorted = (nodes: Iterable<RunNode>) => [...nodes].sort((x, y) => byCodeUnit(x.node, y.node))
  const both = sorted(a.values()).filter(({ node }) => b.has(node))
  const changed: NodeDifference[] = []
  for (const one of both) {
    const other = b.get(one.node)!
    if (one.key !== other.key || isDone(one) !== isDone(other)) changed.push(yield* diffNodes(store, one, other))
  }
  return {
    onlyBefore: sorted(a.values()).filter(({ node }) => !b.has(node)),
    onlyAfter: sorted(b.values()).filter(({ node }) => !a.has(node)),
    changed,
    same: both.length - changed.length,
  }
})

const isDone = ({ state }: RunNode): boolean => state === "computed" || state === "cached"

const diffNodes = Effect.fnUntraced(function* (store: Store, before: RunNode, after: RunNode) {
  const find = ({ stage, key }: RunNode) => (key === undefined ? Effect.undefined : store.lookup(stage, key))
  const [a, b] = [yield* find(before), yield* find(after)]
  if (a === undefined || b === undefined) return { before, after, cues: undefined, outputs: undefined }
  const ports = Object.keys({ ...a.outputs, ...b.outputs })
  const outputs = ports.filter((port) => a.outputs[port]?.digest !== b.outputs[port]?.digest)
  return { before, after, cues: compareRecipes(a.recipe, b.recipe), outputs }
})
