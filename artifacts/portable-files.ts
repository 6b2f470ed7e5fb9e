/** File calls whose errors are others in some versions of Node, with the same errors in all. */
import { mkdirSync } from "node:fs"

const codeOf = (cause: unknown): string | undefined => (cause as NodeJS.ErrnoException).code

/**
 * What a call finds, or undefined when nothing is there. A path through a file is the error ENOTDIR; the option
 * `throwIfNoEntry` takes it for an absence from Node 22 on.
 */
export function ifThere<A>(call: () => A): A | undefined {
  try {
    return call()
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return undefined
    throw cause
  }
}

/**
 * Makes a folder and those above it; returns the first that was not there. A file in the way is the error ENOTDIR, from
 * Node 22 on EEXIST.
 */
export function makeFolders(path: string): string | undefined {
  try {
    return mkdirSync(path, { recursive: true })
  } catch (cause) {
    throw codeOf(cause) === "EEXIST" ? Object.assign(cause as Error, { code: "ENOTDIR" }) : cause
  }
}
