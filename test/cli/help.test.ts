import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { call } from "./rig.ts"

/** Names of the commands, as the help of the program lists them. */
const names = async (): Promise<readonly string[]> => {
  const { out } = await call(["--help"])
  const [, listed] = out.split("SUBCOMMANDS\n")
  return [...listed!.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!)
}

it("every command has help, with --json and an example", async () => {
  const all = await names()
  expect(all).toEqual(
    expect.arrayContaining(["run", "verify", "gc", "pin", "unpin", "export", "import", "diff", "report", "doctor"]),
  )
  for (const name of all) {
    const { code, out, err } = await call([name, "--help"])
    expect([name, code, err]).toEqual([name, 0, ""])
    expect(out).toContain("--json")
    expect(out).toMatch(new RegExp(`EXAMPLES\\n  # .+\\n  npx tsx pipeline\\.ts ${name}\\b`))
  }
})

it("every exit code stands at the end of the program's help, and in the README", async () => {
  const codes = [
    [0, "ok"],
    [1, "a stage failed"],
    [2, "usage, parameters or graph"],
    [3, "outdated"],
    [4, "store damaged"],
    [5, "audit mismatch"],
    [70, "a defect of the program"],
    [130, "interrupted"],
  ] as const
  const lines = codes.map(([code, text]) => `  ${String(code).padEnd(12)}${text}\n`)
  const { out } = await call(["--help"])
  expect(out.slice(out.indexOf("\nEXIT CODES"))).toBe(`\nEXIT CODES\n${lines.join("")}`)
  expect((await call(["run", "--help"])).out).not.toContain("EXIT CODES")
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8").replace(/\s+/g, " ")
  expect(readme).toContain(`Exit codes: ${codes.map((of) => of.join(" ")).join(", ")}.`)
})
