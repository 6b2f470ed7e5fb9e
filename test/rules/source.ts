/** Reads the project's sources for the rules, and blanks what is not code in them. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string
  readonly text: string
}

const root = fileURLToPath(new URL("../../", import.meta.url))

/** Every TypeScript file written by hand below `folders` and pipeline.ts, in order of path. Absent ones are empty. */
export function sourceFiles(folders: readonly string[]): readonly SourceFile[] {
  return readdirSync(root, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.name === "pipeline.ts") return [entry.name]
      if (!folders.includes(entry.name)) return []
      return readdirSync(root + entry.name, { recursive: true, encoding: "utf8" }).map(
        (name) => `${entry.name}/${name}`,
      )
    })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".wasm.ts"))
    .sort()
    .map((path) => ({ path, text: readFileSync(root + path, "utf8") }))
}

const spaces = (text: string): string => text.replace(/[^\n]/g, " ")

/** A slash after one of these, or at the start, opens a regular expression; after anything else it divides. */
const beforePattern = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|of|in))\s*$/

/**
 * The text with comments, and what stands between quotes or slashes, turned into spaces: same length, same lines, so
 * that positions agree with the original. Code inside `${}` of a template stays.
 */
export function codeOnly(text: string): string {
  let out = ""
  /** For each open `${`, the number of braces open inside it. */
  const templates: number[] = []
  const take = (pattern: RegExp, blank: (matched: string) => string): boolean => {
    pattern.lastIndex = out.length
    const matched = pattern.exec(text)?.[0]
    if (matched !== undefined) out += blank(matched)
    return matched !== undefined
  }
  const inside = (quoted: string): string => quoted[0] + spaces(quoted.slice(1, -1)) + quoted.at(-1)
  const template = (part: string): string => {
    if (part.startsWith("}")) templates.pop()
    if (part.endsWith("${")) templates.push(0)
    return part.endsWith("${") ? `${part[0]}${spaces(part.slice(1, -2))}\${` : inside(part)
  }
  while (out.length < text.length) {
    if (take(/[^"'`/{}]+/y, (plain) => plain)) continue
    if (take(/\/\/.*|\/\*[\s\S]*?\*\//y, spaces) || take(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y, inside)) continue
    if (take(/`(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y, template)) continue
    if (templates.at(-1) === 0 && take(/\}(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y, template)) continue
    if (
      text[out.length] === "/" &&
      beforePattern.test(out.slice(-60)) &&
      take(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//y, inside)
    )
      continue
    const character = text[out.length]!
    if (templates.length > 0 && character === "{") templates[templates.length - 1]!++
    if (templates.length > 0 && character === "}") templates[templates.length - 1]!--
    out += character
  }
  return out
}

/** Line number, from 1, of a position in the text. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split("\n").length
