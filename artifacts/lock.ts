/** A lock file: the content digest of every output of a pipeline, by node and port, kept under version control. */
import { byCodeUnit } from "./key.ts"
import type { Manifest } from "./manifest.ts"

/** `"<node id> <port>"` to sha256. */
export type Lock = Readonly<Record<string, string>>

/** Lock of nodes with their outputs, in the order of the names. */
export function lockOf(nodes: Iterable<readonly [node: string, outputs: Manifest["outputs"]]>): Lock {
  const entries = [...nodes].flatMap(([node, outputs]) =>
    Object.entries(outputs).map(([port, { digest }]) => [`${node} ${port}`, digest] as const),
  )
  return Object.fromEntries(entries.sort(([a], [b]) => byCodeUnit(a, b)))
}

export const lockText = (lock: Lock): string => `${JSON.stringify(lock, null, 2)}\n`

/** Lock from its text; undefined when that is something else. */
export function parseLock(text: string): Lock | undefined {
  try {
    const parsed = JSON.parse(text) as unknown
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined
    return Object.values(parsed).every((digest) => /^[0-9a-f]{64}$/.test(String(digest))) ? (parsed as Lock) : undefined
  } catch {
    return undefined
  }
}

export interface LockDifference {
  /** Names with another digest. */
  readonly different: readonly string[]
  /** Names that only the lock has, and only the other one. */
  readonly missing: readonly string[]
  readonly added: readonly string[]
}

export function compareLocks(lock: Lock, found: Lock): LockDifference {
  const names = Object.keys(lock)
  return {
    different: names.filter((name) => name in found && found[name] !== lock[name]),
    missing: names.filter((name) => !(name in found)),
    added: Object.keys(found).filter((name) => !(name in lock)),
  }
}
