/**
 * What differs between two bundles of one stage's code: which of the top-level statements, by the names they declare, and
 * which packages. The order of statements does not count, nor do the numbers that the bundler appends to the names of
 * imports to tell modules apart.
 */
import type { CodeBundle } from "./code.ts"
import { byCodeUnit } from "./key.ts"

export interface CodeDifference {
  /** Names of declarations that both have, with other text; of what declares nothing, its beginning. */
  readonly changed: readonly string[]
  readonly appeared: readonly string[]
  readonly gone: readonly string[]
  /** Versions of packages, undefined where there is none. */
  readonly packages: readonly {
    readonly name: string
    readonly before: string | undefined
    readonly after: string | undefined
  }[]
}

export async function diffCode(before: CodeBundle, after: CodeBundle): Promise<CodeDifference> {
  const [a, b] = await Promise.all([statements(before.text), statements(after.text)])
  const [gone, appeared] = [namesOf(without(a, b)), namesOf(without(b, a))]
  return {
    changed: gone.filter((name) => appeared.includes(name)),
    appeared: appeared.filter((name) => !gone.includes(name)),
    gone: gone.filter((name) => !appeared.includes(name)),
    packages: diffPackages(before.packages, after.packages),
  }
}

/**
 * The top-level statements of a module but for its imports, whose names stand in the others as what they import. The
 * printer of esbuild does the work of a parser: it begins each statement on a line of its own and indents what is inside,
 * once no literal spans lines.
 */
async function statements(text: string): Promise<readonly string[]> {
  const { transform } = await import("esbuild")
  const { code } = await transform(text, { supported: { "template-literal": false }, charset: "utf8" })
  const all = code.trimEnd().split(/\n(?![\s})\]]|else\b|;\n)/)
  const imported = new Map(all.flatMap(importedNames))
  const others = all.filter((statement) => importedNames(statement).length === 0)
  return others.map((statement) => statement.replace(/[\w$]+/g, (word) => imported.get(word) ?? word))
}

/** Local names of an import statement, each with what it stands for. */
function importedNames(statement: string): readonly (readonly [local: string, stands: string])[] {
  const [, clause, path] = /^import (.+) from ("[^"]*");$/s.exec(statement) ?? []
  if (clause === undefined) return []
  const byDefault = /^[\w$]+/.exec(clause)?.[0]
  const words = [...clause.slice(byDefault?.length ?? 0).matchAll(/([\w$]+|\*)(?: as ([\w$]+))?/g)]
  const named = words.map(([, name, alias]) => [alias ?? name!, `${path}.${name}`] as const)
  return byDefault === undefined ? named : [[byDefault, `${path}.default`], ...named]
}

/** The statements of `all` that are not in `others`, each as often as it is more frequent there. */
function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const statement of others) left.set(statement, (left.get(statement) ?? 0) + 1)
  return all.filter((statement) => {
    const count = left.get(statement) ?? 0
    left.set(statement, count - 1)
    return count <= 0
  })
}

const namesOf = (all: readonly string[]): readonly string[] => [...new Set(all.map(nameOf))]

const declaration = /^(?:export )?(?:default )?(?:async )?(?:function\*?|class|var|let|const) ([\w$]+)/

function nameOf(statement: string): string {
  const name = declaration.exec(statement)?.[1]
  const [line] = statement.split("\n") as [string]
  if (name === undefined) return line.length > 40 ? `${line.slice(0, 37)}...` : line
  return name.endsWith("_default") ? `default export of ${name.slice(0, -"_default".length)}` : name
}

/** By place in the tree of packages, of which the last name is shown; several versions of one may be there. */
function diffPackages(before: CodeBundle["packages"], after: CodeBundle["packages"]): CodeDifference["packages"] {
  const places = Object.keys({ ...before, ...after }).filter((place) => before[place] !== after[place])
  return places
    .sort(byCodeUnit)
    .map((place) => ({ name: place.split("node_modules/").at(-1)!, before: before[place], after: after[place] }))
}
