import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The project's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url))

/** The versions of Node that the project says it runs on. */
export const versions = ["20.20.2", "22.23.3", "24.21.0"]

/** Path of the binary of a Node version, from the npm package `node-<platform>-<arch>`. */
export function nodeOf(version: string): string {
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
