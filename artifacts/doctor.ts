/** What the machine and the filesystem of a store can do, tried out rather than looked up. */
import * as fs from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { StoreError } from "./errors.ts"
import { makeFolder } from "./files.ts"
import { draftName } from "./owner.ts"
import { hasWideVectors } from "./wide-vectors.ts"

export interface Check {
  readonly check: string
  /** Whether a run works with it. What is only good to have is ok in either case, and says what is lost. */
  readonly ok: boolean
  readonly detail: string
}

export interface DoctorOptions {
  /** package.json of the project: its dependencies must be there. */
  readonly manifest: URL
  /** Packages that do their work when they are installed. */
  readonly backends: readonly string[]
}

export const doctor = Effect.fnUntraced(function* (
  root: string,
  { manifest, backends }: DoctorOptions,
): Effect.fn.Return<readonly Check[], StoreError> {
  const folder = join(root, "tmp", draftName())
  yield* makeFolder(folder)
  try {
    return [...filesystem(folder), ...clock(folder), engine, ...versions(manifest), ...found(manifest, backends)]
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
})

/** Tries something out; its sentence, or the system's code. */
function attempt(check: string, needed: boolean, body: () => string | undefined, otherwise = ""): Check {
  try {
    return { check, ok: true, detail: body() ?? "yes" }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code ?? message
    return { check, ok: !needed, detail: otherwise === "" ? reason : `${reason}: ${otherwise}` }
  }
}

function filesystem(folder: string): readonly Check[] {
  const [a, b] = [join(folder, "a"), join(folder, "b")]
  const sync = (path: string): undefined => {
    const file = fs.openSync(path, "r")
    try {
      fs.fsyncSync(file)
    } finally {
      fs.closeSync(file)
    }
  }
  const { type, bavail, bsize } = fs.statfsSync(folder)
  const free = (bavail * bsize) / 1e9
  return [
    { check: "filesystem", ok: true, detail: kinds.get(type) ?? `type 0x${type.toString(16)}` },
    { check: "free space", ok: free > 1, detail: `${free.toFixed(1)} GB` },
    attempt("create", true, () => void fs.writeFileSync(a, "a", { flag: "wx", mode: 0o444 })),
    attempt("rename over", true, (): undefined => {
      fs.writeFileSync(b, "b", { mode: 0o444 })
      fs.renameSync(b, a)
      if (fs.readFileSync(a, "utf8") !== "b") throw new Error("the old file is still there")
    }),
    attempt("fsync of a file", true, () => sync(a)),
    attempt("fsync of a folder", false, () => sync(folder), "a loss of power may lose the last artifacts of a run"),
    attempt("hard link", false, () => linkOnce(a, b), "of two runs at once the later manifest may win"),
    {
      check: "case",
      ok: true,
      detail: fs.existsSync(join(folder, "A")) ? "names differ by case only: one" : "sensitive",
    },
  ]
}

function linkOnce(from: string, to: string): undefined {
  fs.linkSync(from, to)
  try {
    fs.linkSync(from, to)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return
    throw cause
  }
  throw new Error("a second file of one name was made")
}

/** The magic numbers of statfs(2). */
const kinds: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x2fc12fc1, "zfs"],
  [0x01021994, "tmpfs: gone after a reboot"],
  [0x794c7630, "overlay"],
  [0x6969, "NFS"],
  [0x0bd00bd0, "Lustre"],
  [0xff534d42, "CIFS"],
  [0x65735546, "FUSE"],
])

/** Resolution of file times, and how far the clock of the filesystem is from ours. Nothing depends on either. */
function clock(folder: string): readonly Check[] {
  const times = new Set<number>()
  const before = Date.now()
  for (let i = 0; times.size < 3 && Date.now() - before < 2500; i++) {
    fs.writeFileSync(join(folder, "time"), `${i}`)
    times.add(fs.statSync(join(folder, "time")).mtimeMs)
  }
  const [first = 0, second = first + 2500, third = second] = times
  const step = Math.max(0, Math.min(second - first, third - second || second - first))
  const skew = first - before
  return [
    { check: "resolution of file times", ok: true, detail: `${step < 1 ? step.toFixed(3) : step.toFixed(0)} ms` },
    {
      check: "clock of the filesystem",
      ok: true,
      detail: `${Math.abs(skew).toFixed(0)} ms ${skew < 0 ? "behind" : "ahead"}`,
    },
  ]
}

const engine: Check = {
  check: "WebAssembly",
  ok: true,
  detail: hasWideVectors() ? "256 bits at a time" : "128 bits at a time; Node 24 on x64 takes 256 and trains faster",
}

interface Package {
  readonly version: string
  readonly engines?: { readonly node?: string }
  readonly dependencies?: Readonly<Record<string, string>>
}

const readPackage = (path: string | URL) => JSON.parse(fs.readFileSync(path, "utf8")) as Package

function versions(manifest: URL): readonly Check[] {
  const { engines, dependencies = {} } = readPackage(manifest)
  const least = /\d+(?:\.\d+)*/.exec(engines?.node ?? "")?.[0] ?? "0"
  const node = process.versions.node
  const packages = Object.entries(dependencies).map(([name, wanted]) =>
    attempt(
      name,
      true,
      () => {
        const { version } = installed(manifest, name)
        if (/^\d/.test(wanted) && version !== wanted) throw new Error(`${version} instead of ${wanted}`)
        return version
      },
      "run npm ci",
    ),
  )
  return [{ check: "node", ok: isAtLeast(node, least), detail: `${node}, needs ${least} or later` }, ...packages]
}

/** package.json of an installed package, found as its importers would: packages need not export theirs. */
function installed(from: URL, name: string): Package {
  const folders = createRequire(from).resolve.paths(name) ?? []
  const path = folders.map((folder) => join(folder, name, "package.json")).find((candidate) => fs.existsSync(candidate))
  if (path === undefined) throw new Error("not installed")
  return readPackage(path)
}

function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split(".").map(Number)) as [number[], number[]]
  const i = b.findIndex((part, k) => (a[k] ?? 0) !== part)
  return i < 0 || (a[i] ?? 0) > b[i]!
}

const found = (manifest: URL, backends: readonly string[]): readonly Check[] =>
  backends.map((name) => attempt(name, false, () => installed(manifest, name).version, "optional"))
