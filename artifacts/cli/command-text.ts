/** A command line as a person types it, with the settings of the one that tells it. */
import type { Common } from "./options.ts"

/** How a person starts the program. */
export const program = "npx tsx pipeline.ts"

/** `run figure-A-2b --preset paper --set clusters.g=20`; `among` are flags of its own, that stand before the settings. */
export function commandText(
  name: string,
  targets: readonly string[],
  { preset, set, seeds, sweep, store, lower }: Common,
  among: readonly string[] = [],
): string {
  const one = (flag: string, value: string | undefined) => (value === undefined ? [] : [`--${flag}`, value])
  const many = (flag: string, values: readonly string[]) => values.flatMap((value) => one(flag, value))
  const settings = [...one("preset", preset), ...one("seeds", seeds), ...many("set", set), ...many("sweep", sweep)]
  const places = [...one("store", store), ...many("lower", lower)]
  return [name, ...[...targets, ...among, ...settings, ...places].map(quoted)].join(" ")
}

/** As a shell takes it for one word. */
const quoted = (word: string): string =>
  /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
