/**
 * The code digest of a stage: sha256 of its esbuild bundle (its own file and every project file it imports; no comments,
 * no types, no unused code; packages left outside) and of the locked versions of the packages it imports, with theirs.
 * The bundle is kept, and is what the workers run: what was hashed is what runs.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { type ArtifactSchema, isFramed } from "../schemas/table.ts"
import type { StoreError } from "./errors.ts"
import { writeWhole } from "./files.ts"
import { byCodeUnit, encode, sha256 } from "./key.ts"
import type { AnyStage } from "./stage.ts"

export interface Code {
  readonly digest: string
  /** Path of the bundle, an ES module whose default export is the stage. */
  readonly bundle: string
  /**
   * Packages it imports, with all that they depend on, at their locked versions; and under `codec`, of framed outputs under
   * `framedCodec` too, the digest of the code that turns its outputs into bytes.
   */
  readonly packages: Readonly<Record<string, string>>
}

/** What the digest of a stage's code is made of. */
export type CodeBundle = Pick<Code, "packages"> & { readonly text: string }

export const codeDigest = ({ text, packages }: CodeBundle): string => sha256(`rnn/code/v1\n${encode(packages)}${text}`)

/** Root of the project: bare imports of a bundle resolve from below it. */
const root = fileURLToPath(new URL("..", import.meta.url))
/** Bundles live where their bare imports resolve. */
const cache = join(root, "node_modules", ".cache", "rnn-geometry")

/** Code of each stage, by name. Throws esbuild's own messages when a stage does not compile. */
export const codeOf = Effect.fnUntraced(function* (
  stages: readonly AnyStage[],
): Effect.fn.Return<ReadonlyMap<string, Code>, StoreError> {
  const codecs = ["./codec-code.ts", "./framed-codec.ts"].map((path) => new URL(path, import.meta.url).href)
  const sources = [...codecs, ...stages.map(({ source }) => source)].map((source) => fileURLToPath(source))
  const [whole, framed, ...bundles] = (yield* Effect.promise(() => bundle(sources))) as [Bundle, Bundle, ...Bundle[]]
  const locked = new Lock(join(root, "package-lock.json"))
  const digestOf = ({ text, imports }: Bundle) => codeDigest({ text, packages: locked.closure(imports) })
  const codec = { whole: digestOf(whole), framed: digestOf(framed) }
  const codes = new Map<string, Code>()
  for (const [i, { text, imports }] of bundles.entries()) {
    const stage = stages[i]!
    const isFraming = Object.values<ArtifactSchema>(stage.outputs).some(isFramed)
    const packages = { ...locked.closure(imports), codec: codec.whole, ...(isFraming && { framedCodec: codec.framed }) }
    const digest = codeDigest({ text, packages })
    codes.set(stage.name, { digest, bundle: yield* keep(digest, text), packages })
  }
  return codes
})

/** Path of the bundle of the worker threads' own entry. */
export const workerBundle = Effect.fnUntraced(function* (): Effect.fn.Return<string, StoreError> {
  const [made] = yield* Effect.promise(() => bundle([fileURLToPath(new URL("./worker.ts", import.meta.url))]))
  return yield* keep(sha256(made!.text), made!.text)
})

/** Path of a bundle for the workers to run. One that is there already is compared, not believed. */
export const keep = Effect.fnUntraced(function* (digest: string, text: string) {
  const path = join(cache, `${digest}.mjs`)
  const whole = existsSync(path) && readFileSync(path, "utf8") === text
  if (!whole) yield* writeWhole(cache, path, Buffer.from(text), 0o644)
  return path
})

interface Bundle {
  readonly text: string
  /** Import paths of packages, such as `effect/Effect`. */
  readonly imports: readonly string[]
}

/** Each file as a bundle of its own, the same as if it were bundled alone; what they share is read and parsed once. */
async function bundle(files: readonly string[]): Promise<readonly Bundle[]> {
  const { build } = await import("esbuild")
  const { outputFiles, metafile } = await build({
    entryPoints: files.map((file, i) => ({ in: file, out: `${i}` })),
    outdir: cache,
    absWorkingDir: root,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20.19",
    minifyWhitespace: true,
    legalComments: "none",
    write: false,
    metafile: true,
    logLevel: "silent",
  })
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [join(root, path), output]))
  return files.map((_, i) => {
    const path = join(cache, `${i}.js`)
    const imports = outputs.get(path)!.imports.filter(({ external }) => external)
    return { text: texts.get(path)!, imports: imports.map(({ path }) => path) }
  })
}

interface Locked {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** The lock file of npm: which version of a package a place in the tree sees. */
class Lock {
  private readonly packages: Readonly<Record<string, Locked>>

  constructor(path: string) {
    this.packages = (JSON.parse(readFileSync(path, "utf8")) as { packages: Record<string, Locked> }).packages
  }

  /** Versions of the packages behind `imports` and of all that these depend on, by place in the tree. */
  closure(imports: readonly string[]): Readonly<Record<string, string>> {
    const found = new Map<string, string>()
    const queue = imports.filter((path) => !path.startsWith("node:")).map((path) => this.place("", packageOf(path)))
    for (const place of queue) {
      if (place === undefined || found.has(place)) continue
      const { version, dependencies } = this.packages[place]!
      found.set(place, version)
      for (const name of Object.keys(dependencies ?? {})) queue.push(this.place(place, name))
    }
    return Object.fromEntries([...found].sort(([a], [b]) => byCodeUnit(a, b)))
  }

  /** Where `name`, imported from `place`, is found: the nearest folder node_modules upwards. */
  private place(from: string, name: string): string | undefined {
    const folders = from.split("/node_modules/")
    for (let depth = from === "" ? 0 : folders.length; depth >= 0; depth--) {
      const place = [...folders.slice(0, depth), name].join("/node_modules/")
      const full = depth === 0 ? `node_modules/${name}` : place
      if (full in this.packages) return full
    }
    return undefined
  }
}

/** Package of an import path: `@scope/name` or `name`. */
const packageOf = (path: string): string =>
  path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/")
