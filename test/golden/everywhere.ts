/**
 * Compares the preset `mini` with its lock file on Node 20, 22 and 24, each with 1, 2 and 4 worker threads.
 * The binaries come from npm. Run: `npm run golden:everywhere` (some minutes; too long for every test run).
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compareLocks, parseLock } from "../../artifacts/lock.ts"
import { locked } from "./digests.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const versions = ["20.20.2", "22.23.3", "24.21.0"]

/** Path of the binary of a Node version, from the npm package `node-<platform>-<arch>`. */
function nodeOf(version: string): string {
  const folder = join(root, "node_modules", ".cache", "rnn-geometry", `node-${version}`)
  const name = `node-${process.platform}-${process.arch}`
  const binary = join(folder, "node_modules", name, "bin", "node")
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), "{}")
    execFileSync("npm", ["install", "--no-save", "--no-package-lock", `${name}@${version}`], { cwd: folder, stdio: "inherit" })
  }
  return binary
}

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
