/**
 * The file calls of the store, each with a typed error that names the operation and the path. Writing is: a temporary
 * file of our own, fsync, rename, fsync of the folder; so a name in the store is a whole file or is absent.
 */
import { randomUUID } from "node:crypto"
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { StoreError } from "./errors.ts"

/** Runs one file operation; a failure becomes a {@link StoreError} with its system code, ENOENT of a read a `Missing`. */
export const io = <A>(operation: string, path: string, body: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: body,
    catch: (cause) => {
      const code = (cause as NodeJS.ErrnoException).code
      if (code === undefined) throw cause
      if (code === "ENOENT" && operation === "read") return new StoreError({ reason: { _tag: "Missing", path } })
      return new StoreError({ reason: { _tag: "Io", path, operation, code } })
    },
  })

/** The bytes of a file. */
export const readBytes = (path: string) => io("read", path, () => fs.readFileSync(path))

/** Size in bytes, or undefined when there is no such file. */
export const sizeOf = (path: string): number | undefined => fs.statSync(path, { throwIfNoEntry: false })?.size

/** Names in a folder, sorted by code unit; none when the folder is absent. */
export const list = (folder: string) =>
  io("list", folder, () => (fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []))

export const makeFolder = (path: string) => io("create", path, () => void fs.mkdirSync(path, { recursive: true }))

/** Writes a file that did not exist, whole or not at all, through `tmp` on the same filesystem. */
export const writeWhole = (tmp: string, path: string, bytes: Uint8Array, mode: number) =>
  io("write", path, () => {
    const draft = join(tmp, `${process.pid}-${randomUUID()}`)
    fs.mkdirSync(tmp, { recursive: true })
    fs.mkdirSync(dirname(path), { recursive: true })
    try {
      const file = fs.openSync(draft, "wx", mode)
      try {
        let at = 0
        while (at < bytes.length) at += fs.writeSync(file, bytes, at)
        fs.fsyncSync(file)
      } finally {
        fs.closeSync(file)
      }
      fs.renameSync(draft, path)
    } catch (cause) {
      fs.rmSync(draft, { force: true })
      throw cause
    }
    syncFolder(dirname(path))
  })

/** Makes a rename durable. Some filesystems cannot sync a folder; there the rename is as durable as they make it. */
function syncFolder(path: string): void {
  const folder = fs.openSync(path, "r")
  try {
    fs.fsyncSync(folder)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code !== "EINVAL" && code !== "ENOTSUP" && code !== "EPERM") throw cause
  } finally {
    fs.closeSync(folder)
  }
}

/** Moves a file out of the way. */
export const move = (from: string, to: string) =>
  io("move", from, () => {
    fs.mkdirSync(dirname(to), { recursive: true })
    fs.renameSync(from, to)
  })

/** Appends a line to a log, which needs to be neither atomic nor durable. */
export const appendLine = (path: string, line: string) =>
  io("write", path, () => {
    fs.mkdirSync(dirname(path), { recursive: true })
    fs.appendFileSync(path, `${line}\n`)
  })
