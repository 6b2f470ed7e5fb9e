/**
 * Computes twenty keys, each under its lease, beside other processes that do the same: a line in `computed` says who did
 * what. Arguments: folder, `hold` to stop with the first lease held, and a file to wait for.
 */
import { appendFileSync, existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { leases } from "../../artifacts/lease.ts"
import { open, publish } from "./words.ts"

const [root, hold, gate] = process.argv.slice(2) as [string, string, string]
const store = open(root)
const { acquire, waitFor } = leases(root)
const published = (i: number) => existsSync(join(root, "done", `${i}`))

async function compute(i: number): Promise<void> {
  while (!published(i)) {
    const lease = acquire(`key-${i}`)
    if (!lease.held) {
      await Effect.runPromise(waitFor(`key-${i}`, () => published(i)))
      continue
    }
    if (hold !== "") process.stdout.write("holding\n")
    while (hold !== "" && !existsSync(gate)) await setTimeout(2)
    if (!published(i)) {
      await setTimeout(3)
      appendFileSync(join(root, "computed"), `${i}\n`)
      publish(store, `text ${i}`, { params: { i } })
      mkdirSync(join(root, "done", `${i}`), { recursive: true })
    }
    lease.release()
  }
}

if (hold === "") {
  process.stdout.write("ready\n")
  while (!existsSync(gate)) await setTimeout(2)
}
for (let i = 0; i < (hold === "" ? 20 : 1); i++) await compute(i)
