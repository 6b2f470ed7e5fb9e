/** What a person is told of an object that was evicted: when, and the command that computes it again. */
import { commandText } from "./command-text.ts"
import type { Common } from "./options.ts"
import { timeText } from "./table.ts"

/** `run 'clusters/draw[seed=0]' --force draw --preset paper`. */
export const recallCommand = (target: string, stage: string, given: Common): string =>
  commandText("run", [target], given, ["--force", stage])

export const evictedText = (since: Date, command: string | undefined): string =>
  `${timeText(since.toISOString())}; ` +
  (command === undefined ? "no node has its parameters and code now" : `\`${command}\` computes it again`)
