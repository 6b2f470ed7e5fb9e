/** What is missing in a report: nodes that failed or were not computed, and what waits for them. */
import * as Effect from "effect/Effect"
import { cueText } from "../cli/cues.ts"
import { groupBy, type Prepared } from "../cli/prepare.ts"
import { countText } from "../cli/table.ts"
import { parseEvent } from "../events.ts"
import { readBytes } from "../files.ts"
import { closure } from "../graph.ts"
import { runLogs } from "../inventory.ts"
import type { Stale, Step } from "../plan.ts"
import type { Hole } from "./model.ts"

/** Why nodes failed in one run, by the key that they were to have. */
export function failuresIn(log: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>()
  const failures = new Map<string, string>()
  for (const line of log.split("\n")) {
    const event = parseEvent(line)
    if (event?.event === "started") keys.set(event.node, event.key)
    const key = event?.event === "failed" ? keys.get(event.node) : undefined
    if (event?.event === "failed" && key !== undefined) failures.set(key, event.reason.replace(`${event.node}: `, ""))
  }
  return failures
}

/** Why these stale nodes failed when they were last tried, by key; those that never failed, or never ran, have no entry. */
const failuresOf = Effect.fnUntraced(function* (stale: readonly Stale[], root: string | undefined) {
  const found = new Map<string, string>()
  if (stale.length === 0 || root === undefined) return found
  const wanted = new Set<string>(stale.map(({ key }) => key))
  const { logs } = yield* runLogs(root)
  for (const { path } of logs.toReversed()) {
    const log = yield* Effect.orElseSucceed(readBytes(path), () => Buffer.alloc(0))
    for (const [key, reason] of failuresIn(log.toString("utf8")))
      if (wanted.has(key) && !found.has(key)) found.set(key, reason)
  }
  return found
})

interface Lack extends Hole {
  readonly index: number
  /** Nodes of the leaves that wait for it: a figure and a claim may have the same id. */
  readonly waiting: readonly number[]
}

/** What is missing, by node: the failed ones first. */
export const lacksOf = Effect.fnUntraced(function* (
  { graph, planner, store }: Pick<Prepared, "graph" | "planner" | "store">,
  steps: readonly Step[],
  leaves: readonly { readonly index: number; readonly id: string }[],
) {
  const needs = leaves.map((leaf) => ({ ...leaf, needed: closure(graph, new Set([leaf.index])) }))
  const stale = steps.filter((step) => step._tag === "Stale")
  const failures = yield* failuresOf(stale, store.root)
  const lacks: Lack[] = []
  for (const step of stale) {
    const { id, stage } = graph.nodes[step.node]!
    const failure = failures.get(step.key)
    const cues = failure === undefined ? yield* planner.cues(step) : []
    const waiting = needs.filter(({ needed }) => needed.has(step.node))
    lacks.push({
      index: step.node,
      node: id,
      others: 0,
      failed: failure !== undefined,
      reason: failure ?? cues.map((cue) => cueText(cue, stage)).join("; "),
      leaves: [...new Set(waiting.map(({ id }) => id))],
      waiting: waiting.map(({ index }) => index),
    })
  }
  return [...lacks.filter(({ failed }) => failed), ...lacks.filter(({ failed }) => !failed)]
})

/** Nodes of one stage that are missing for one reason, and that the same leaves wait for, are one hole. */
export const holesOf = (lacks: readonly Lack[], stageOf: (index: number) => string): readonly Hole[] => {
  const alike = ({ index, failed, reason, waiting }: Lack) =>
    failed ? String(index) : JSON.stringify([stageOf(index), reason, waiting])
  return [...groupBy(lacks, alike).values()].map((group) => {
    const { node, failed, reason, leaves } = group[0]!
    return { node, failed, reason, leaves, others: group.length - 1 }
  })
}

/** Why a leaf is not there, in a sentence: what failed, or else the first of what is not computed. */
export function absenceOf(leaf: number, lacks: readonly Lack[]): string {
  const own = lacks.filter(({ waiting }) => waiting.includes(leaf))
  const failed = own.filter((lack) => lack.failed)
  const all = failed.length > 0 ? failed : own
  const { index, node, reason } = all[0]!
  const who = index === leaf ? "it" : node
  const others = all.length > 1 ? ` (and ${countText(all.length - 1, "other node")})` : ""
  return `${who} ${failed.length > 0 ? "failed" : "is not computed"}: ${reason}${others}`
}
