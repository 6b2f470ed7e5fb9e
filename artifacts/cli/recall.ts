/** What a person is told of an object that was evicted: when, and the command that computes it again. */
import type { Common } from "./options.ts"
import { timeText } from "./table.ts"

/** `run 'clusters/draw[seed=0]' --force draw --preset paper`: with the settings of the command line that asks for it. */
export function recallCommand(target: string, stage: string, given: Common): string {
  const one = (flag: string, value: string | undefined) => (value === undefined ? [] : [`--${flag}`, quoted(value)])
  const many = (flag: string, values: readonly string[]) => values.flatMap((value) => one(flag, value))
  const { preset, set, seeds, sweep, store, lower } = given
  const settings = [...one("preset", preset), ...many("set", set), ...one("seeds", seeds), ...many("sweep", sweep)]
  const places = [...one("store", store), ...many("lower", lower)]
  return ["run", quoted(target), "--force", stage, ...settings, ...places].join(" ")
}

/** As a shell takes it for one word. */
const quoted = (word: string): string =>
  /^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

export const evictedText = (since: Date, command: string | undefined): string =>
  `${timeText(since.toISOString())}; ` +
  (command === undefined ? "no node has its parameters and code now" : `\`${command}\` computes it again`)
