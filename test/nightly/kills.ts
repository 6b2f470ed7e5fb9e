/**
 * Kills runs at random moments, 200 times, and prints what was left: `npx tsx test/nightly/kills.ts [kills] [seed] [threads]`;
 * with the word `threads`, stages run on worker threads. Exits with 1 when a store held anything wrong or could not be
 * finished.
 */
import { removeBundles } from "../artifacts/children.ts"
import { killAtRandom } from "../artifacts/kills.ts"
import { folders } from "../artifacts/words.ts"

const args = process.argv.slice(2)
const threads = args.includes("threads")
const [kills = 200, seed = 1] = args.filter((arg) => arg !== "threads").map(Number)
const store = folders("kills")
const started = performance.now()
try {
  const found = await killAtRandom({ kills, seed, threads, next: store.next })
  const seconds = (performance.now() - started) / 1000
  console.log(
    `${found.kills} kills and ${found.ended} whole runs in ${seconds.toFixed(0)} s, seed ${seed}${threads ? ", on worker threads" : ""}`,
  )
  for (const sentence of [...found.wrong, ...found.unfinished]) console.log(sentence)
  console.log(`wrong: ${found.wrong.length}, unfinished: ${found.unfinished.length}`)
  if (found.wrong.length + found.unfinished.length > 0) process.exitCode = 1
} finally {
  store.clean()
  removeBundles()
}
