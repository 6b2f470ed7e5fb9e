/** Reasons to run again, in words. */
import type { Graph } from "../graph.ts"
import { paramDocs } from "../params.ts"
import type { Cue, Step } from "../plan.ts"
import type { AnyStage, Json } from "../stage.ts"
import { othersText, valueText } from "./table.ts"

/** A stage, or of one that the pipeline has no more, the name. */
type NamedStage = Pick<AnyStage, "name"> & Partial<Pick<AnyStage, "params">>

/** A changed parameter with both values: one that a recipe leaves out has its default. */
export function withDefault(cue: Cue, stage: NamedStage): Cue {
  if (cue._tag !== "Params" || stage.params === undefined) return cue
  const byDefault = paramDocs(stage.params).find(({ name }) => name === cue.path)?.default
  return { ...cue, before: cue.before ?? byDefault, after: cue.after ?? byDefault }
}

/** `train/learningRate 0.001 -> 0.002`. */
export function cueText(cue: Cue, stage: NamedStage): string {
  const full = withDefault(cue, stage)
  switch (full._tag) {
    case "NeverRan":
      return "never ran"
    case "Code":
      return `code of ${stage.name} changed`
    case "Params":
      return `${stage.name}/${full.path} ${shown(full.before)} -> ${shown(full.after)}`
    case "Input":
      return `input ${full.port} changed`
    case "Runtime":
      return `runtime ${full.name} ${full.before} -> ${full.after}`
    case "Lost":
      return `output ${full.port} is lost from the store`
    case "Evicted":
      return `output ${full.port} was evicted, and a stale node reads it`
    case "Forced":
      return "forced"
  }
}

const shown = (value: Json | undefined): string => (value === undefined ? "absent" : valueText(value))

/** What a blocked node waits for. */
export function waitText({ on }: Extract<Step, { _tag: "Blocked" }>, { nodes }: Graph): string {
  return `waits for ${nodes[on[0]!]!.id}${othersText(on.length - 1)}`
}
