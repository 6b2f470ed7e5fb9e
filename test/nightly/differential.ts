/**
 * Holds the engine against a reference engine on random graphs with random edits: in memory, and a tenth as many on disk.
 * `npx tsx test/nightly/differential.ts [scripts] [seed]`. Exits with 1 when they differ.
 */
import { differences } from "../artifacts/differential.ts"
import { folders } from "../artifacts/words.ts"

const [scripts = 1000, seed = 1] = process.argv.slice(2).map(Number)
const store = folders("differential")
try {
  for (const next of [undefined, store.next]) {
    const started = performance.now()
    const { failures, ...tally } = await differences({
      scripts: next ? Math.ceil(scripts / 10) : scripts,
      seed,
      ...(next && { next }),
    })
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`${next ? "on disk" : "in memory"}, seed ${seed}, ${seconds} s: ${JSON.stringify(tally)}`)
    for (const failure of failures) console.log(failure)
    if (failures.length > 0) process.exitCode = 1
  }
} finally {
  store.clean()
}
