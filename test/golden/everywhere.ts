/**
 * Compares the preset `mini` with its lock file on Node 20, 22 and 24, each with 1, 2 and 4 worker threads.
 * The binaries come from npm. Run: `npm run golden:everywhere` (some minutes; too long for every test run).
 */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { compareLocks, parseLock } from "../../artifacts/lock.ts"
import { locked } from "./digests.ts"
import { nodeOf, root, versions } from "./node-versions.ts"

const expected = locked("mini")
let failed = 0
for (const version of versions)
  for (const jobs of ["1", "2", "4"]) {
    const script = join(root, "test", "golden", "digests.ts")
    const output = execFileSync(nodeOf(version), ["--import", "tsx", script, jobs], { cwd: root, encoding: "utf8" })
    const faults = Object.values(compareLocks(expected, parseLock(output)!)).flat()
    if (faults.length > 0) failed++
    const verdict = faults.length === 0 ? `${Object.keys(expected).length} digests agree` : `differs: ${faults.join("; ")}`
    console.log(`Node ${version}, ${jobs} worker threads: ${verdict}`)
  }
process.exitCode = failed > 0 ? 1 : 0
