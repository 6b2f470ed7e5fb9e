/**
 * Runs the study of words on a store folder, and halts in its first stage, whose lease it holds, until there is a certain
 * file. Arguments: folder, nothing, and that file.
 */
import { existsSync, writeSync } from "node:fs"
import { runOnce } from "./rig.ts"
import { open, wordsRig } from "./words.ts"

const [root, , gate] = process.argv.slice(2) as [string, string, string]
const pause = new Int32Array(new SharedArrayBuffer(4))
const { computed, events } = await runOnce(open(root), await wordsRig(), {
  onEvent: ({ event }) => {
    if (event !== "started" || existsSync(gate)) return
    writeSync(1, "halted\n")
    while (!existsSync(gate)) Atomics.wait(pause, 0, 0, 2)
  },
})
const failed = events.flatMap((event) => (event.event === "failed" ? [event.reason] : []))
process.stdout.write(`${JSON.stringify({ computed, failed })}\n`)
