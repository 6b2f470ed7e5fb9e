/**
 * Runs the study of words on a store folder, as a process of its own that tests may kill or starve. Arguments: folder,
 * settings separated by spaces, and, to start together with others, a file to wait for. With `$WORDS_BUNDLES` stages run on
 * worker threads, from the files whose names begin so.
 */
import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import { workerBundle } from "../../artifacts/code.ts"
import { runOnce } from "./rig.ts"
import { open, wordsRig } from "./words.ts"

const [root, settings, gate] = process.argv.slice(2) as [string, string, string?]
const bundles = process.env.WORDS_BUNDLES
const rig = await wordsRig(
  settings.split(" ").filter(Boolean),
  bundles ? (stage) => `${bundles}${stage}.mjs` : undefined,
)
// Made now, so that the run that follows is not for the most part the making of it.
if (bundles) await Effect.runPromise(workerBundle())
process.stdout.write("ready\n")
while (gate !== undefined && !existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 2))
try {
  const { digests, computed, events } = await runOnce(open(root), rig, { executor: bundles ? "workers" : "inline" })
  const failed = events.flatMap((event) => (event.event === "failed" ? [event.reason] : []))
  process.stdout.write(`${JSON.stringify({ digests, computed, failed })}\n`)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error })}\n`)
}
