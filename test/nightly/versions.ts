/**
 * Runs all tests on Node 20, 22 and 24, one after the other: versions differ in messages and codes of the filesystem, which
 * digests do not show. Run: `npx tsx test/nightly/versions.ts` (some twenty minutes), or with the names of tests.
 */
import { spawnSync } from "node:child_process"
import { delimiter, dirname } from "node:path"
import { nodeOf, root, versions } from "../golden/node-versions.ts"

let failed = 0
for (const version of versions) {
  // Programs that the tests start are found by PATH.
  const PATH = `${dirname(nodeOf(version))}${delimiter}${process.env.PATH}`
  const args = ["test", "--", "--reporter=dot", ...process.argv.slice(2)]
  const { status } = spawnSync("npm", args, { cwd: root, stdio: "inherit", env: { ...process.env, PATH } })
  console.log(`Node ${version}: ${status === 0 ? "all tests pass" : "tests failed"}`)
  if (status !== 0) failed++
}
process.exitCode = failed > 0 ? 1 : 0
