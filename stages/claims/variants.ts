/**
 * Networks of the clusters study away from its defaults. A variant carries, beside the labels {d, g, seed, trained} of the
 * baseline, one label for each setting that differs.
 */
import type { Labels } from "../../artifacts/leaf.ts"
import type { dimension } from "../../schemas/dimension.ts"
import type { Table } from "../../schemas/table.ts"
import { baseline, type NetworkLabels, tEval } from "../leaves/clusters.ts"
import { labelledBy } from "../leaves/labels.ts"
import { bySeed, compression, pairs } from "./claim.ts"
import { edAt } from "./measures.ts"

/** Settings of a variant that differ from the baseline, by label; the baseline is `{}`. */
export type Setting = Labels

/** What of these settings differs from the baseline. */
export const settingOf = (values: Setting): Setting =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => (baseline as Labels)[name] !== value))

/** A setting in words, such as `learningRate = 0.0005, clusters = 120`. */
export const nameOf = (setting: Setting): string =>
  Object.entries(setting)
    .map(([name, value]) => `${name} = ${value}`)
    .join(", ") || "baseline"

/** Whether a table is of a network at exactly this setting: one with a further label, or without one of these, is not. */
export const ofSetting =
  (setting: Setting, of: Partial<NetworkLabels> = {}) =>
  (labels: Labels): boolean =>
    labelledBy("d", "g", "seed", "trained", ...Object.keys(setting))(labels) &&
    Object.entries({ ...setting, ...of }).every(([name, value]) => labels[name] === value)

/** Whether a table is of a network at one of these settings. */
export const ofSettings =
  (settings: readonly Setting[], of: Partial<NetworkLabels> = {}) =>
  (labels: Labels): boolean =>
    settings.some((setting) => ofSetting(setting, of)(labels))

/** Tables of one setting. To be taken before {@link bySeed}, which does not tell settings apart. */
export const at = <T extends { readonly labels: Labels }>(gathered: readonly T[], setting: Setting): readonly T[] =>
  gathered.filter(({ labels }) => ofSetting(setting)(labels))

/** ED after / before training at t_eval, for each seed; `gathered` is of one setting. */
export const compressions = (
  gathered: readonly { readonly labels: Labels; readonly value: Table<typeof dimension> }[],
  of: Pick<NetworkLabels, "d" | "g">,
): readonly number[] =>
  pairs(
    bySeed(gathered, { ...of, trained: true }, edAt(tEval)),
    bySeed(gathered, { ...of, trained: false }, edAt(tEval)),
    compression,
  )
