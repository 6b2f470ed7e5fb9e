/**
 * What a stage depends on, from the text of its project alone: by the names that a declaration mentions, from file to file,
 * and by the packages that the files on the way import. Relies on the formatter: what begins a line begins a statement.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"

/** Stages and leaves of a project, by path from its root. */
export const stageFiles = (root: string): readonly string[] =>
  [
    { folder: "stages", pattern: /\.ts$/ },
    { folder: "stages/figures", pattern: /^[abc]-.*\.ts$/ },
    { folder: "stages/claims", pattern: /^[abc]-.*\.ts$/ },
  ].flatMap(({ folder, pattern }) =>
    readdirSync(join(root, folder))
      .filter((name) => pattern.test(name))
      .map((name) => `${folder}/${name}`),
  )

interface Statement {
  readonly names: readonly string[]
  /** Runs when its file is loaded, so it is there whether or not its names are used. */
  readonly runs: boolean
  readonly words: ReadonlySet<string>
  /** What it loads when it is run. */
  readonly later: readonly string[]
}

interface File {
  readonly statements: readonly Statement[]
  /** File and name behind a name that is imported. */
  readonly imported: ReadonlyMap<string, { readonly from: string; readonly name: string }>
  readonly targets: readonly string[]
}

const comments = /^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const isImport = /^(?:import|export) .*?from "/s
const isType = /^(?:export )?(?:declare |interface |type )|^(?:import|export) type /
const declared = /^(?:export )?(?:default )?(?:async )?(?:const|let|function\*?|class) ([\w$]+|[[{][^=]*[\]}])/
const isFunction =
  /^(?:export )?(?:const [\w$]+(?:: [\w$.<>[\]"]+)? =\s*(?:async )?(?:<[^(]*>)?(?:\(|\w+ =>)|(?:async )?(?:function|class))/

const packageOf = (target: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(target)![0]

export class ImportGraph {
  private readonly files = new Map<string, File>()
  private readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** `file#name` of every declaration that the stage in a file may run, and the files and packages that it loads. */
  behind(entry: string): ReadonlySet<string> {
    const found = new Set<string>([entry])
    for (const at of found) {
      const [file, name] = at.split("#") as [string, string?]
      if (!file.endsWith(".ts")) continue
      const { statements, targets, imported } = this.read(file)
      if (name === undefined) for (const target of targets) found.add(target)
      const through = imported.get(name ?? "")
      if (through) found.add(`${through.from}#${through.name}`)
      const whole = name === "*" || (name === undefined && file === entry)
      for (const statement of statements) {
        const wanted = whole || (name === undefined ? statement.runs : statement.names.includes(name))
        if (!wanted) continue
        for (const name of statement.names) found.add(`${file}#${name}`)
        for (const target of statement.later) found.add(target).add(`${target}#*`)
        for (const word of statement.words) {
          const source = imported.get(word)
          if (source) found.add(`${source.from}#${source.name}`)
          else if (statements.some(({ names }) => names.includes(word))) found.add(`${file}#${word}`)
        }
      }
    }
    return found
  }

  private read(file: string): File {
    const known = this.files.get(file)
    if (known) return known
    const resolve = (target: string) =>
      target.startsWith(".") ? posix.join(posix.dirname(file), target) : packageOf(target)
    const text = readFileSync(join(this.root, file), "utf8").replaceAll(comments, "")
    const chunks = text.split(/^(?=[\w$])/m).filter((chunk) => /^\w/.test(chunk) && !isType.test(chunk))
    const imported = new Map<string, { from: string; name: string }>()
    const targets: string[] = []
    for (const chunk of chunks.filter((chunk) => isImport.test(chunk) || /^import "/.test(chunk))) {
      const from = resolve(/"([^"]+)"/.exec(chunk)![1]!)
      targets.push(from)
      const namespace = /\* as (\w+)/.exec(chunk)?.[1]
      if (namespace) imported.set(namespace, { from, name: "*" })
      for (const part of (/\{([^}]*)\}/.exec(chunk)?.[1] ?? "").split(",").map((part) => part.trim())) {
        const [name, as = name] = part.split(" as ")
        if (name && !name.startsWith("type ")) imported.set(as!, { from, name })
      }
    }
    const statements = chunks
      .filter((chunk) => !isImport.test(chunk) && !/^import "/.test(chunk))
      .map((chunk): Statement => {
        const code = chunk.replaceAll(/typeof import\("[^"]+"\)/g, "")
        const later = [...code.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, target]) => resolve(target!))
        const words = new Set(code.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, "").match(/[\w$]+/g))
        const names = declared.exec(code)?.[1]?.match(/[\w$]+/g) ?? []
        return { names, runs: !isFunction.test(code) && (names.length === 0 || code.includes("(")), words, later }
      })
    const made = { statements, imported, targets: targets.filter((target) => !target.startsWith("node:")) }
    this.files.set(file, made)
    return made
  }
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>
}

/** Names of the packages behind those of `names`, themselves included. */
export function withDependencies(root: string, names: Iterable<string>): ReadonlySet<string> {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock
  const found = new Set(names)
  for (const name of found)
    for (const next of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) found.add(next)
  return found
}
