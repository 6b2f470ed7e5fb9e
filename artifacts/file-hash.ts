/** The sha256 of files of any size, without holding a large one in memory. */
import { createHash } from "node:crypto"
import { type FileHandle, open } from "node:fs/promises"
import * as Effect from "effect/Effect"
import type { StoreError } from "./errors.ts"
import { pass } from "./failpoint.ts"
import { failureOf, readBytes } from "./files.ts"
import { contentDigest } from "./key.ts"

/** Below this a file is read in one call: the round trip of an asynchronous read costs more than the hash. */
const small = 1 << 20
const block = 1 << 22

/**
 * A function that gives the sha256 of a file, of a large one with the next block read while this one is hashed. Its two
 * blocks serve all files, so it hashes one at a time.
 */
export function fileHasher(): (path: string, bytes: number) => Effect.Effect<string, StoreError> {
  let blocks: [Buffer, Buffer] | undefined
  return (path, bytes) => {
    if (bytes < small) return Effect.map(readBytes(path), contentDigest)
    blocks ??= [Buffer.allocUnsafeSlow(block), Buffer.allocUnsafeSlow(block)]
    const [one, other] = blocks
    return Effect.tryPromise({ try: () => hashBlocks(path, one, other), catch: failureOf("read", path) })
  }
}

async function hashBlocks(path: string, current: Buffer, ahead: Buffer): Promise<string> {
  pass("read")
  const file = await open(path, "r")
  try {
    return await hashWith(file, current, ahead)
  } finally {
    await file.close()
  }
}

/** The sha256 of a file that has just been opened. */
export function hashOpen(file: FileHandle, size: number): Promise<string> {
  const length = Math.min(size, block)
  return hashWith(file, Buffer.allocUnsafeSlow(length), Buffer.allocUnsafeSlow(length))
}

async function hashWith(file: FileHandle, current: Buffer, ahead: Buffer): Promise<string> {
  const hash = createHash("sha256")
  let { bytesRead } = await file.read(current)
  while (bytesRead > 0) {
    const next = file.read(ahead)
    hash.update(current.subarray(0, bytesRead))
    bytesRead = (await next).bytesRead
    ;[current, ahead] = [ahead, current]
  }
  return hash.digest("hex")
}
