/**
 * Runs the study of words on a store folder, as a process of its own that tests may kill or starve. Arguments: folder,
 * settings separated by spaces, and, to start together with others, a file to wait for.
 */
import { existsSync } from "node:fs"
import { runOnce } from "./rig.ts"
import { open, wordsRig } from "./words.ts"

const [root, settings, gate] = process.argv.slice(2) as [string, string, string?]
const rig = await wordsRig(settings.split(" ").filter(Boolean))
process.stdout.write("ready\n")
while (gate !== undefined && !existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 2))
try {
  const { digests, computed, events } = await runOnce(open(root), rig)
  const failed = events.flatMap((event) => (event.event === "failed" ? [event.reason] : []))
  process.stdout.write(`${JSON.stringify({ digests, computed, failed })}\n`)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error })}\n`)
}
