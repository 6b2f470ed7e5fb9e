/** Parameters in words: what they take, what they are here, and what they are in the preset of the papers. */
import * as Effect from "effect/Effect"
import { valueText } from "../cli/table.ts"
import type { GraphNode, Pipeline, Study } from "../graph.ts"
import { byCodeUnit, encode } from "../key.ts"
import { applySetting, decodeParams, type JsonRecord, namesFor, paramDocs, type Setting } from "../params.ts"
import type { Json, ParamSchema } from "../stage.ts"
import type { Param, StageFacts, StudyFacts } from "./model.ts"

/** The preset that has the settings of the papers. */
const paperPreset = "paper"

/** Outside of every range, and of no other type than a number. */
const nowhere = Number.MIN_SAFE_INTEGER

/** What a parameter takes, in the words in which its schema refuses what it does not take. */
function rangeOf(schema: ParamSchema, params: JsonRecord, name: string, byDefault: Json | undefined): string {
  const isList = Array.isArray(byDefault)
  const refusal = decodeParams(schema, { ...params, [name]: isList ? [nowhere] : nowhere }, name)
  const reason = Effect.runSync(Effect.result(refusal))
  if (reason._tag === "Success" || reason.failure.reason._tag !== "Parameters") return ""
  const expected = reason.failure.reason.issues
    .map((issue) => /^(?<path>[^:]+): expected (?<what>.*), found -\d+$/s.exec(issue)?.groups)
    .find((found) => found?.path === name || found?.path === `${name}.0`)?.what
  if (expected === undefined) return ""
  const words = expected
    .replaceAll(/"([^"]*)" \| /g, "$1, ")
    .replaceAll(/"([^"]*)"/g, "$1")
    .replaceAll(/([<>]=?) /g, "$1\u00a0")
  return isList ? `list, each ${words}` : words
}

/** A value as people write it: runs of whole numbers by their ends. */
export function settingText(value: Json | undefined): string {
  if (value === undefined) return ""
  if (!Array.isArray(value)) return valueText(value)
  if (value.length === 0) return "none"
  const isRun = value.length > 2 && value.every((x, i) => Number.isInteger(x) && x === (value[0] as number) + i)
  return isRun ? `${value[0]}..${value.at(-1)}` : value.map(settingText).join(", ")
}

/** All values that occur, in their order; only how many there are of a great many. */
function valuesText(values: readonly Json[]): string {
  const distinct = [...new Map(values.map((value) => [encode(value), value])).values()]
  if (!distinct.every((value) => typeof value === "number"))
    return distinct
      .map((value) => settingText(value))
      .sort(byCodeUnit)
      .join("; ")
  const text = settingText(distinct.toSorted((a, b) => Number(a) - Number(b)))
  return text.length > 60 ? `${distinct.length} values` : text
}

/** Parameters of a study in a preset, with the settings of the command line. */
export function studyFacts(study: Study, preset: string, settings: readonly Setting[]): StudyFacts {
  const { name, doc, params: schema, presets } = study
  const own = settings.filter(({ scope }) => scope === name)
  const set = own.reduce<Json>((at, setting) => applySetting(schema, at, setting), presets[preset] as Json)
  const paper = presets[paperPreset] as JsonRecord | undefined
  const params = paramDocs(schema).map(({ name, doc, default: byDefault }) => ({
    name,
    doc,
    range: rangeOf(schema, set as JsonRecord, name, byDefault),
    byDefault: settingText(byDefault),
    value: settingText((set as JsonRecord)[name] ?? byDefault),
    paper: paper && settingText(paper[name] ?? byDefault),
  }))
  return { name, doc, params }
}

/** Of the settings of a command line, those of stages. */
export const stageSettings = ({ studies }: Pipeline, set: readonly string[]): readonly string[] =>
  set.filter((text) => !studies.some(({ name }) => text.startsWith(`${name}.`)))

/** Parameters of a stage, with all values that its nodes have. */
export function stageFacts(nodes: readonly GraphNode[]): StageFacts {
  const { name, doc, params: schema } = nodes[0]!.stage
  const params = paramDocs(schema as ParamSchema).flatMap(({ name, doc, default: byDefault }): readonly Param[] => {
    const having = nodes.filter(({ params }) => namesFor(schema, params).includes(name))
    if (having.length === 0) return []
    const values = having.map(({ params }) => params[name] ?? byDefault ?? null)
    const range = rangeOf(schema, having[0]!.params, name, byDefault)
    return [{ name, doc, range, byDefault: settingText(byDefault), value: valuesText(values) }]
  })
  return { name, doc, nodes: nodes.length, params }
}
