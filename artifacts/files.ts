/**
 * The file calls of the store, each with a typed error that names the operation and the path. Writing is: a draft of our
 * own, fsync, rename or link, fsync of the folder; so a name in the store is a whole file or is absent.
 */
import * as fs from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { isMissing, StoreError } from "./errors.ts"
import { type Point, pass } from "./failpoint.ts"
import { draftName } from "./owner.ts"
import { ifThere, makeFolders } from "./portable-files.ts"

/** Makes one file call, at which a test may put a fault. */
export const at = <A>(point: Point, call: () => A): A => {
  pass(point)
  return call()
}

const codeOf = (cause: unknown): string | undefined => (cause as NodeJS.ErrnoException).code

/** What a failed file operation becomes: an error with its system code, ENOENT of a read a `Missing`; a defect stays one. */
export const failureOf =
  (operation: string, path: string) =>
  (cause: unknown): StoreError => {
    const code = codeOf(cause)
    if (code === undefined) throw cause
    if (code === "ENOENT" && operation === "read") return new StoreError({ reason: { _tag: "Missing", path } })
    return new StoreError({ reason: { _tag: "Io", path, operation, code } })
  }

/** Runs one file operation; a failure becomes a {@link StoreError}. */
export const io = <A>(operation: string, path: string, body: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({ try: body, catch: failureOf(operation, path) })

/** On NFS: another machine has replaced the file, by an equal one, since this one looked up its name. */
export const isStale = ({ reason }: StoreError): boolean => reason._tag === "Io" && reason.code === "ESTALE"

/** The bytes of a file. */
export const readBytes = (path: string) =>
  io("read", path, () => {
    const read = () => at("read", () => fs.readFileSync(path))
    try {
      return read()
    } catch (cause) {
      // See {@link isStale}.
      if (codeOf(cause) === "ESTALE") return read()
      throw cause
    }
  })

/** A file that is open for reading until the scope ends, and its size. */
export const openFile = Effect.fnUntraced(function* (path: string) {
  const call = <A>(body: () => Promise<A>) => Effect.tryPromise({ try: body, catch: failureOf("read", path) })
  const file = yield* Effect.acquireRelease(
    call(async () => at("read", () => open(path, "r"))),
    (file) => Effect.ignore(Effect.tryPromise(() => file.close())),
  )
  const { size } = yield* call(() => file.stat())
  return { file, size }
})

/** Fills `into` with the bytes of an open file from `position` on. Throws a {@link StoreError}. */
export function readAt({ fd }: FileHandle, path: string, into: Uint8Array, position: number): void {
  try {
    for (let from = 0; from < into.length; ) {
      const read = at("read", () => fs.readSync(fd, into, from, into.length - from, position + from))
      if (read === 0) throw Object.assign(new Error("the file has become shorter"), { code: "EOF" })
      from += read
    }
  } catch (cause) {
    throw failureOf("read", path)(cause)
  }
}

/** The bytes of a file, or undefined when there is none. */
export const readIfThere = (path: string) => Effect.catchIf(readBytes(path), isMissing, () => Effect.succeed(undefined))

/** Size and time of a file, or undefined when there is none, or none that can be looked at. Links are not followed. */
export function statOf(path: string): fs.Stats | undefined {
  try {
    return at("stat", () => fs.lstatSync(path, { throwIfNoEntry: false }))
  } catch {
    return undefined
  }
}

/** As {@link statOf}, but what cannot be looked at is an error: whoever judges by absence must know. */
export const look = (path: string) => io("stat", path, () => ifThere(() => at("stat", () => fs.lstatSync(path))))

/** Size in bytes of a regular file, or undefined when there is no such file. */
export function sizeOf(path: string): number | undefined {
  const stat = statOf(path)
  return stat?.isFile() ? stat.size : undefined
}

/** Entries of a folder, sorted by code unit; none when the folder is absent. */
export const entries = (folder: string) =>
  io("list", folder, () => {
    const found = ifThere(() => at("list", () => fs.readdirSync(folder, { withFileTypes: true }))) ?? []
    return found.sort((a, b) => (a.name < b.name ? -1 : 1))
  })

/** Names in a folder, sorted by code unit; none when the folder is absent. */
export const list = (folder: string) => Effect.map(entries(folder), (found) => found.map(({ name }) => name))

export const makeFolder = (path: string) => io("create", path, () => ensureFolder(path))

/** Makes a folder and those above it, each durably named in the one above. */
function ensureFolder(path: string): void {
  const first = at("mkdir", () => makeFolders(path))
  if (first === undefined) return
  const above = dirname(resolve(first))
  for (let made = resolve(path); made !== above; made = dirname(made)) syncFolder(dirname(made))
}

/** Makes new names in a folder durable. Some filesystems cannot sync a folder; there they are as durable as it makes them. */
function syncFolder(path: string): void {
  const folder = at("open-folder", () => fs.openSync(path, "r"))
  try {
    at("fsync-folder", () => fs.fsyncSync(folder))
  } catch (cause) {
    const code = codeOf(cause)
    if (code !== "EINVAL" && code !== "ENOTSUP" && code !== "EPERM") throw cause
  } finally {
    fs.closeSync(folder)
  }
}

/** Writes all bytes to a new file and, when it is to be durable, waits until the disk has them. */
function writeDraft(path: string, bytes: Uint8Array, mode: number, durable: boolean): void {
  const file = at("open", () => fs.openSync(path, "wx", mode))
  try {
    append(file, bytes)
    if (durable) at("fsync", () => fs.fsyncSync(file))
  } finally {
    fs.closeSync(file)
  }
}

/** Writes all bytes to the end of an open file. */
function append(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) {
    const most = bytes.length - from
    from += fs.writeSync(file, bytes, from, pass("write") === "short" ? Math.ceil(most / 2) : most)
  }
}

interface Write {
  readonly tmp: string
  readonly path: string
  readonly bytes: Uint8Array
  readonly mode: number
  readonly durable: boolean
}

/** Writes a draft in `tmp`, lets `name` give it its name, and leaves no draft behind, whatever happens. */
function place<A>({ tmp, path, bytes, mode, durable }: Write, name: (draft: string) => A): A {
  const draft = join(tmp, draftName())
  ensureFolder(tmp)
  ensureFolder(dirname(path))
  try {
    writeDraft(draft, bytes, mode, durable)
    const placed = name(draft)
    if (durable) syncFolder(dirname(path))
    return placed
  } finally {
    discard(draft)
  }
}

/** Removes a draft; one that cannot be removed now is swept later. */
export function discard(draft: string): void {
  try {
    removeNow(draft)
  } catch {}
}

function removeNow(path: string): boolean {
  try {
    at("unlink", () => fs.unlinkSync(path))
    return true
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return false
    throw cause
  }
}

/** Writes a file, whole or not at all, through `tmp` on the same filesystem; replaces one of that name. */
export const writeWhole = (tmp: string, path: string, bytes: Uint8Array, mode: number) =>
  io("write", path, () => {
    place({ tmp, path, bytes, mode, durable: true }, (draft) => at("rename", () => fs.renameSync(draft, path)))
  })

/**
 * A draft in `tmp` that is written piece by piece; `name` gives it its name, as {@link writeWhole} does. One that has none
 * when the scope ends is gone.
 */
export const openDraft = (tmp: string, mode: number) =>
  Effect.map(
    Effect.acquireRelease(
      io("write", tmp, () => {
        ensureFolder(tmp)
        const draft = join(tmp, draftName())
        return { draft, file: at("open", () => fs.openSync(draft, "wx", mode)) }
      }),
      ({ draft, file }) =>
        Effect.sync(() => {
          fs.closeSync(file)
          discard(draft)
        }),
    ),
    ({ draft, file }) => ({
      append: (bytes: Uint8Array) => io("write", draft, () => append(file, bytes)),
      name: (path: string) =>
        io("write", path, () => {
          ensureFolder(dirname(path))
          at("fsync", () => fs.fsyncSync(file))
          at("rename", () => fs.renameSync(draft, path))
          syncFolder(dirname(path))
        }),
    }),
  )

/**
 * Like {@link writeWhole}, but of two writers the first one stays: false when there is a file of that name already. One that
 * need not be durable is whole or absent all the same, but for a loss of power.
 */
export const writeFirst = (tmp: string, path: string, bytes: Uint8Array, mode: number, durable = true) =>
  io("write", path, () => place({ tmp, path, bytes, mode, durable }, (draft) => linkFirst(draft, path)))

function linkFirst(draft: string, path: string): boolean {
  try {
    at("link", () => fs.linkSync(draft, path))
    return true
  } catch (cause) {
    const code = codeOf(cause)
    if (code === "EEXIST") return false
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EMLINK") throw cause
  }
  // No hard links here (FAT, some FUSE): between the look and the rename another writer may come first, and lose.
  if (statOf(path) !== undefined) return false
  at("rename", () => fs.renameSync(draft, path))
  return true
}

/** Moves a file out of the way. */
export const move = (from: string, to: string) =>
  io("move", from, () => {
    ensureFolder(dirname(to))
    at("rename", () => fs.renameSync(from, to))
  })

/** Removes a file; false when there was none. */
export const remove = (path: string) => io("remove", path, () => removeNow(path))

/** Appends lines to a log, which needs to be neither atomic nor durable. */
export const appendLine = (path: string, line: string) =>
  io("write", path, () => {
    const append = () => at("append", () => fs.appendFileSync(path, `${line}\n`))
    try {
      append()
    } catch (cause) {
      if (codeOf(cause) !== "ENOENT") throw cause
      ensureFolder(dirname(path))
      append()
    }
  })

/** The time by the clock of the filesystem, in ms: that of a file made now. Comparable with times of files; ours is not. */
export const clockOf = (tmp: string) =>
  io("write", tmp, () => {
    const probe = join(tmp, draftName())
    ensureFolder(tmp)
    try {
      writeDraft(probe, Buffer.from("?"), 0o600, false)
      return fs.lstatSync(probe).mtimeMs
    } finally {
      discard(probe)
    }
  })
