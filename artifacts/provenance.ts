/** Where and when an artifact was made: recorded in its manifest for people, never hashed. */
import { execFileSync } from "node:child_process"
import { arch, cpus, platform } from "node:os"
import { fileURLToPath } from "node:url"
import type { ArtifactKey } from "./key.ts"
import type { Manifest } from "./manifest.ts"
import type { Labels } from "./stage.ts"

let commit: string | undefined | null = null
function commitOf(): string | undefined {
  if (commit === null)
    try {
      const cwd = fileURLToPath(new URL("..", import.meta.url))
      commit = execFileSync("git", ["rev-parse", "HEAD"], {
        cwd,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim()
    } catch {
      commit = undefined
    }
  return commit
}

/** Read once: the system takes up to half a millisecond for it. */
export const machine = {
  node: process.versions.node,
  platform: `${platform()}-${arch()}`,
  cpu: cpus()[0]?.model ?? "unknown",
}

export const provenanceOf = (
  node: string,
  labels: Labels,
  seconds: number,
  resumedFrom?: ArtifactKey,
): Manifest["provenance"] => ({
  node,
  labels,
  seconds,
  finished: new Date().toISOString(),
  commit: commitOf(),
  machine,
  ...(resumedFrom && { resumedFrom }),
})
