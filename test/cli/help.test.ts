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
    expect.arrayContaining(["run", "verify", "gc", "pin", "unpin", "export", "import", "diff", "doctor"]),
  )
  for (const name of all) {
    const { code, out, err } = await call([name, "--help"])
    expect([name, code, err]).toEqual([name, 0, ""])
    expect(out).toContain("--json")
    expect(out).toMatch(new RegExp(`EXAMPLES\\n  # .+\\n  npx tsx pipeline\\.ts ${name}\\b`))
  }
})
