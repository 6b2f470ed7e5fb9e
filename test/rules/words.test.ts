import { describe, expect, it } from "vitest"
import { codeOnly, lineAt, type SourceFile, sourceFiles } from "./source.ts"

interface Rule {
  readonly name: string
  /** Which paths it binds. */
  readonly files: RegExp
  readonly forbidden: RegExp
  /** Whether comments and strings count too. */
  readonly everywhere?: true
}

const reproducible = /^(?:stages\/(?!numerics\/build\.ts$)|schemas\/|artifacts\/key\.ts$)/

const rules: readonly Rule[] = [
  {
    // Engines agree to the last bit on these alone; the rest are in stages/numerics/elementary.ts and random.ts. One file
    // puts those in the place of the engine's.
    name: "Math beyond exact operations and constants",
    files: new RegExp(`^(?!stages/numerics/borrowed-math\\.ts$)${reproducible.source.slice(1)}`),
    forbidden: /\bMath\b(?!\.(?:abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|[A-Z][A-Z0-9_]*)\b)/g,
  },
  { name: "power operator", files: reproducible, forbidden: /\*\*/g },
  { name: "clock", files: reproducible, forbidden: /\b(?:Date|performance)\b/g },
  { name: "locale", files: reproducible, forbidden: /\b(?:localeCompare|Intl|toLocale\w+)\b/g },
  { name: "test left out", files: /^test\//, forbidden: /\b(?:it|test|describe)(?:\.\w+)*\.(?:only|skip|todo)\b/g },
  {
    name: "path of a machine",
    files: /./,
    forbidden: /(?<![\w./}-])\/(?:home|Users|root|work|tmp|mnt)\//g,
    everywhere: true,
  },
  { name: "unfinished", files: /./, forbidden: /\b(?:TODO|FIXME|XXX)\b/g, everywhere: true },
]

const violations = ({ path, text }: SourceFile): readonly string[] =>
  rules
    .filter(({ files }) => files.test(path))
    .flatMap(({ name, forbidden, everywhere }) =>
      [...(everywhere ? text : codeOnly(text)).matchAll(forbidden)].map(
        (match) => `${path}:${lineAt(text, match.index)} ${name}: ${match[0]}`,
      ),
    )

/** Words that say nothing of what a file is about. */
const emptyWords = /^(?:task|job|manager|context|processor|helper|util|common)s?$/

const badlyNamed = (path: string): boolean => path.split(/[/.-]/).some((word) => emptyWords.test(word))

const longest = 300
const isLong = ({ text }: SourceFile): boolean => text.trimEnd().split("\n").length > longest

const self = "test/rules/words.test.ts"
const files = sourceFiles(["schemas", "artifacts", "stages", "test"])

describe("sources", () => {
  it("use no forbidden word", () => {
    expect(files.filter(({ path }) => path !== self).flatMap(violations)).toEqual([])
  })

  it(`have at most ${longest} lines`, () => {
    expect(files.filter(isLong).map(({ path }) => path)).toEqual([])
  })

  it("have names that say something", () => {
    expect(files.map(({ path }) => path).filter(badlyNamed)).toEqual([])
  })
})

describe("the checker", () => {
  it.each([
    ["stages/a.ts", "const x = Math.exp(1)", "Math"],
    ["stages/numerics/a.ts", "const { tanh } = Math", "Math"],
    ["schemas/a.ts", "const x = `$" + "{Math.random()}`", "Math"],
    ["stages/a.ts", "const x = 2 ** 3", "**"],
    ["artifacts/key.ts", "const t = Date.now()", "Date"],
    ["stages/a.ts", "performance.now()", "performance"],
    ["artifacts/key.ts", "names.sort((a, b) => a.localeCompare(b))", "localeCompare"],
    ["test/a.test.ts", "it.only('x', () => {})", "it.only"],
    ["test/a.test.ts", "describe.skip('x', () => {})", "describe.skip"],
    ["artifacts/a.ts", "const folder = '/home/ada/x'", "/home/"],
    ["artifacts/a.ts", "// TODO: later", "TODO"],
  ])("catches in %s: %s", (path, text, found) => {
    const caught = violations({ path, text: `\n${text}\n` })
    expect(caught).toHaveLength(1)
    expect(caught[0]).toMatch(new RegExp(`^${path}:2 `))
    expect(caught[0]!.endsWith(`: ${found}`)).toBe(true)
  })

  it("lets comments, strings, patterns, exact operations and constants pass", () => {
    const text = [
      "// Math.exp is not exact",
      "/* 2 ** 3 */ const s = 'Date', t = `Math.log $" + "{Math.floor(Math.PI)} **`",
      "const p = /Math.exp|\\/[/]**/.test(s) ? a / b : Math.sqrt(c) / 2 // Date",
    ].join("\n")
    expect(violations({ path: "stages/a.ts", text })).toEqual([])
    expect(violations({ path: "artifacts/clock.ts", text: "Date.now()" })).toEqual([])
  })

  it("catches long files and empty names", () => {
    expect(isLong({ path: "a.ts", text: "x\n".repeat(longest) })).toBe(false)
    expect(isLong({ path: "a.ts", text: "x\n".repeat(longest + 1) })).toBe(true)
    expect(["stages/string-utils.ts", "artifacts/jobs/a.ts", "test/helper.ts"].every(badlyNamed)).toBe(true)
    expect(["stages/train.ts", "artifacts/contextual.ts"].some(badlyNamed)).toBe(false)
  })
})
