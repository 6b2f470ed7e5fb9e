/** Starts programs of this folder as real processes, each bundled once into one file, which loads in a tenth of a second. */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"

export interface ChildResult {
  readonly digests?: Readonly<Record<string, string>>
  readonly computed?: readonly string[]
  /** Reasons of failed nodes. */
  readonly failed?: readonly string[]
  /** What ended the run. */
  readonly error?: { readonly _tag: string; readonly reason: { readonly _tag: string; readonly code?: string } }
}

export interface Child {
  readonly process: ChildProcess
  /** It has loaded everything and starts now, or waits for the gate. */
  readonly ready: Promise<void>
  readonly ended: Promise<{ readonly signal: string | null; readonly result: ChildResult; readonly errors: string }>
}

export interface ChildOptions {
  /** Name of the program: `child` runs the study of words. */
  readonly program?: string
  /** Runs stages on worker threads. */
  readonly threads?: boolean
  readonly settings?: readonly string[]
  /** See artifacts/failpoint.ts. */
  readonly faults?: string
  readonly gate?: string
  /** Runs as another user. */
  readonly uid?: number
  readonly umask?: string
}

const project = fileURLToPath(new URL("../..", import.meta.url))
const folder = join(project, "node_modules", ".cache", "rnn-geometry")
const bundles = new Map<string, Promise<string>>()
const pathOf = (name: string) => join(folder, `${process.pid}-${name}.mjs`)

/** Path of a bundle of that name, made from a line of code in this folder. */
function bundled(name: string, contents: string, packages: "bundle" | "external" = "bundle"): Promise<string> {
  const outfile = pathOf(name)
  const made =
    bundles.get(name) ??
    build({
      stdin: { contents, resolveDir: join(project, "test", "artifacts"), loader: "ts" },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      // Where the engine finds the files beside its own.
      define: { "import.meta.url": JSON.stringify(pathToFileURL(join(project, "artifacts", "code.ts")).href) },
      packages,
      external: ["esbuild", "apache-arrow", "parquet-wasm"],
      logLevel: "silent",
    }).then(() => outfile)
  bundles.set(name, made)
  return made
}

const stages = ["spell", "shout", "gather"]

/** What the names of the bundles of all stages begin with. */
async function stageBundles(): Promise<string> {
  const line = (name: string) => `export { ${name} as default } from "./words.ts"`
  // As the engine bundles them: a stage and the worker that loads it must have one and the same library.
  await Promise.all(stages.map((name) => bundled(`stage-${name}`, line(name), "external")))
  return join(folder, `${process.pid}-stage-`)
}

/** Removes the files that {@link start} made. */
export const removeBundles = (): void => {
  for (const name of bundles.keys()) rmSync(pathOf(name), { force: true })
}

export async function start(root: string, options: ChildOptions = {}): Promise<Child> {
  const { program = "child", threads = false, settings = [], faults = "", gate, uid, umask = "022" } = options
  mkdirSync(folder, { recursive: true })
  const args = [
    await bundled(program, `import "./${program}.ts"`),
    root,
    settings.join(" "),
    ...(gate === undefined ? [] : [gate]),
  ]
  const child = spawn("/bin/sh", ["-c", `umask ${umask}; exec "$@"`, "sh", process.execPath, ...args], {
    env: { ...process.env, ARTIFACTS_FAULTS: faults, ...(threads && { WORDS_BUNDLES: await stageBundles() }) },
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  let text = ""
  let errors = ""
  const ready = new Promise<void>((resolve) => {
    child.stdout.once("data", () => resolve())
    child.once("close", () => resolve())
  })
  child.stdout.on("data", (data) => {
    text += data
  })
  child.stderr.on("data", (data) => {
    errors += data
  })
  const ended = new Promise<Awaited<Child["ended"]>>((resolve) =>
    child.on("close", (_, signal) => {
      const last = text.trim().split("\n").at(-1) ?? ""
      resolve({ signal, result: last.startsWith("{") ? JSON.parse(last) : {}, errors })
    }),
  )
  return { process: child, ready, ended }
}

/** Runs to the end. */
export const runChild = (root: string, options: ChildOptions = {}) => start(root, options).then(({ ended }) => ended)
