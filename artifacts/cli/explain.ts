/** Why a node would run: its own reasons, and each changed input followed upstream to where the change began. */

import type { CodeDifference } from "../code-diff.ts"
import type { Graph, Source } from "../graph.ts"
import { type ContentDigest, encode, type LabelledDigest, type Recipe } from "../key.ts"
import type { Manifest } from "../manifest.ts"
import { type Cue, compareRecipes, manifestOf, type Step } from "../plan.ts"
import { cueText, withDefault } from "./cues.ts"
import { groupBy } from "./prepare.ts"
import { countText, othersText } from "./table.ts"

/** What an explanation rests on. */
export interface Evidence {
  readonly graph: Graph
  readonly steps: ReadonlyMap<number, Step>
  /** Reasons of each stale node, and the recipe of the earlier run that it was compared with. */
  readonly stale: ReadonlyMap<number, { readonly cues: readonly Cue[]; readonly before: Recipe | undefined }>
  /** Manifests of each stage. */
  readonly manifests: ReadonlyMap<string, readonly Manifest[]>
}

interface Reason {
  readonly cue: Cue
  readonly text: string
  /** Of a changed input: where the change began. */
  readonly causes: readonly Finding[]
  /** Of changed code: the digests of both, and what differs where that is known. */
  readonly code?: { readonly before: string; readonly after: string; readonly difference?: CodeDifference }
}

/** What is to say about one node, and about the nodes upstream that explain it. */
export interface Finding {
  readonly node: string
  readonly state: "cached" | "stale" | "blocked" | "recomputed"
  readonly reasons: readonly Reason[]
  /** Of a blocked node: the stale ones that it waits for, directly or not. */
  readonly roots: readonly Finding[]
}

export function explain(evidence: Evidence, index: number): Finding {
  const node = evidence.graph.nodes[index]!.id
  const step = evidence.steps.get(index)!
  if (step._tag === "Cached") return { node, state: "cached", reasons: [], roots: [] }
  if (step._tag === "Blocked") {
    const roots = [...staleAbove(evidence.steps, index)].sort((a, b) => a - b)
    return { node, state: "blocked", reasons: [], roots: roots.map((root) => explain(evidence, root)) }
  }
  const { cues, before } = evidence.stale.get(index)!
  return { node, state: "stale", reasons: reasonsOf(evidence, index, cues, before, step.recipe), roots: [] }
}

function staleAbove(steps: ReadonlyMap<number, Step>, index: number, seen = new Set<number>()): ReadonlySet<number> {
  const found = new Set<number>()
  if (seen.has(index)) return found
  seen.add(index)
  const step = steps.get(index)!
  if (step._tag === "Stale") found.add(index)
  if (step._tag === "Blocked") for (const on of step.on) for (const root of staleAbove(steps, on, seen)) found.add(root)
  return found
}

function reasonsOf(
  evidence: Evidence,
  index: number,
  cues: readonly Cue[],
  before: Recipe | undefined,
  after: Recipe,
): readonly Reason[] {
  const { stage } = evidence.graph.nodes[index]!
  return cues.map((cue) => {
    if (cue._tag === "Input" && before !== undefined) return { cue, ...inputReason(evidence, index, cue.port, before) }
    const reason = { cue: withDefault(cue, stage), text: cueText(cue, stage), causes: [] }
    if (cue._tag !== "Code" || before === undefined) return reason
    return { ...reason, code: { before: before.code, after: after.code } }
  })
}

/** What of an input changed: one table, or some of those that a sweep gathers, or which of them there are. */
function inputReason(evidence: Evidence, index: number, port: string, before: Recipe) {
  const sources = [evidence.graph.nodes[index]!.inputs[port]!].flat() as readonly Source[]
  const earlier = earlierDigests(before.inputs[port])
  const now = new Set(sources.map(({ labels }) => encode(labels)))
  const one = typeof before.inputs[port] === "string"
  const digestOf = ({ labels }: Source) => (one ? earlier.get("") : earlier.get(encode(labels)))
  const changed = sources.filter((source) => {
    const digest = digestOf(source)
    return digest !== undefined && digest !== currentDigest(evidence, source)
  })
  const added = sources.filter((source) => digestOf(source) === undefined).length
  const removed = one ? 0 : [...earlier.keys()].filter((labels) => !now.has(labels)).length
  const parts: string[] = []
  if (changed.length > 0 && !one) parts.push(`${changed.length} of ${countText(sources.length, "table")} differ`)
  if (added > 0) parts.push(`${added} added`)
  if (removed > 0) parts.push(`${removed} gone`)
  const causes = changed.map((source) => recomputed(evidence, source, digestOf(source)!))
  return { text: `input ${port} changed${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`, causes }
}

/** Digests of an earlier input by encoded labels; a single one under "". */
function earlierDigests(input: Recipe["inputs"][string] | undefined): ReadonlyMap<string, ContentDigest> {
  if (input === undefined) return new Map()
  if (typeof input === "string") return new Map([["", input as ContentDigest]])
  return new Map((input as readonly LabelledDigest[]).map(({ labels, digest }) => [encode(labels), digest]))
}

const currentManifest = ({ steps }: Evidence, index: number): Manifest | undefined => {
  const step = steps.get(index)
  return step && manifestOf(step)
}

const currentDigest = (evidence: Evidence, { from, port }: Source): ContentDigest | undefined =>
  currentManifest(evidence, from)?.outputs[port]?.digest

/** An upstream node that is up to date now, compared with the run that gave the earlier digest. */
function recomputed(evidence: Evidence, { from, port }: Source, earlier: ContentDigest): Finding {
  const { id, stage } = evidence.graph.nodes[from]!
  const now = currentManifest(evidence, from)!
  const gave = (evidence.manifests.get(stage.name) ?? []).filter(({ outputs }) => outputs[port]?.digest === earlier)
  const before = (gave.find(({ provenance }) => provenance.node === id) ?? gave[0])?.recipe
  const cues = before === undefined ? [] : compareRecipes(before, now.recipe)
  return { node: id, state: "recomputed", reasons: reasonsOf(evidence, from, cues, before, now.recipe), roots: [] }
}

const phrases: Readonly<Record<Finding["state"], readonly [one: string, several: string]>> = {
  cached: ["is up to date", "are up to date"],
  stale: ["is stale", "are stale"],
  blocked: ["is blocked by", "are blocked by"],
  recomputed: ["was computed with", "were computed with"],
}

/** Lines of an explanation; siblings with one and the same reason are told together. */
export function findingLines(findings: readonly Finding[], indent = ""): readonly string[] {
  return [...groupBy(findings, signature).values()].flatMap((same) => {
    const [{ node, state, reasons, roots }] = same as [Finding]
    const head = `${indent}${node}${othersText(same.length - 1)} ${phrases[state][same.length > 1 ? 1 : 0]}`
    const inner = reasons.flatMap(({ text, causes }) => [
      `${indent}  ${text}`,
      ...findingLines(causes, `${indent}    `),
    ])
    return [head, ...inner, ...findingLines(roots, `${indent}  `)]
  })
}

/** Everything that is said about a finding, except of which node. */
const signature = ({ state, reasons, roots }: Finding): string =>
  JSON.stringify([state, reasons.map(({ text, causes }) => [text, causes.map(signature)]), roots.map(signature)])
