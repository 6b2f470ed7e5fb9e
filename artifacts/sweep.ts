/**
 * Sweeps: the graph once more for each value of a parameter. What depends on the value carries it as a label, under the
 * name of the parameter; what does not is shared.
 */
import * as Effect from "effect/Effect"
import { GraphInvalid } from "./errors.ts"
import { isList, type Setting, splitSetting } from "./params.ts"
import type { Labels, ParamSchema } from "./stage.ts"

/** One value of a sweep. */
export interface Swept extends Setting {
  /** Label of the nodes that depend on it. */
  readonly label: string
}

export interface Sweep {
  readonly scope: string
  readonly name: string
  readonly values: readonly Swept[]
}

/** One value of each sweep. */
export type Variant = readonly Swept[]

/** Parses each `scope.name=values`. Two sweeps of parameters with one name are told apart by their scopes. */
export const parseSweeps = Effect.fnUntraced(function* (
  texts: readonly string[],
): Effect.fn.Return<readonly Sweep[], GraphInvalid> {
  const parsed: (Setting & { readonly values: readonly Setting["value"][] })[] = []
  for (const text of texts) {
    const setting = splitSetting(text)
    const values = setting && ([setting.value].flat() as readonly Setting["value"][])
    if (setting === undefined || values!.length === 0) {
      const issues = [faultOf(text)]
      return yield* Effect.fail(
        new GraphInvalid({ reason: { _tag: "Parameters", subject: `--sweep ${text}`, issues } }),
      )
    }
    parsed.push({ ...setting, values: values! })
  }
  return parsed.map(({ scope, name, values }) => {
    const label = parsed.filter((of) => of.name === name).length > 1 ? `${scope}.${name}` : name
    return { scope, name, values: values.map((value) => ({ scope, name, value, label })) }
  })
})

/** Why a text is no sweep: a range from its end to its start has no values. */
function faultOf(text: string): string {
  const [, range] = /=(.*\.\..*)$/.exec(text) ?? []
  if (range !== undefined && splitSetting(text)) return `expected FIRST..LAST with FIRST <= LAST, found ${range}`
  return "expected STAGE.PARAMETER=VALUES or STUDY.PARAMETER=VALUES, such as init-network.g=20..260:40"
}

/**
 * What sweeps mean for one study: a parameter of its own that takes a list is set to all values; of the others, every
 * combination is a variant.
 */
export function sweepsIn(
  { name: study, params }: { readonly name: string; readonly params: ParamSchema },
  sweeps: readonly Sweep[],
): { readonly lists: readonly Setting[]; readonly variants: readonly Variant[] } {
  const lists: Setting[] = []
  let variants: readonly Variant[] = []
  for (const { scope, name, values } of sweeps)
    if (scope === study && isList(params, {}, name))
      lists.push({ scope, name, value: values.map(({ value }) => value) })
    else if (variants.length === 0) variants = values.map((value) => [value])
    else variants = variants.flatMap((variant) => values.map((value) => [...variant, value]))
  return { lists, variants }
}

/** Labels of what depends on these values: a list or a record as its JSON text. */
export const sweptLabels = (swept: readonly Swept[]): Labels =>
  Object.fromEntries(
    swept.map(({ label, value }) => [
      label,
      typeof value === "object" ? JSON.stringify(value) : (value as Labels[string]),
    ]),
  )
