import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { doctor } from "../doctor.ts"
import { storeRoot } from "./find.ts"
import { command, exits, jsonLine } from "./options.ts"
import { countText, tableLines } from "./table.ts"

const manifest = new URL("../../package.json", import.meta.url)

export default command({
  targets: { count: "none" },
  flags: {},
  examples: [["doctor --store ../shared/artifacts", "whether a network filesystem can hold the store"]],
  handler: Effect.fnUntraced(function* (given, host) {
    const { optionalDependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
      readonly optionalDependencies?: Readonly<Record<string, string>>
    }
    const root = yield* storeRoot
    const checks = yield* doctor(root, { manifest, backends: Object.keys(optionalDependencies) })
    const failed = checks.filter(({ ok }) => !ok).length
    if (given.json) for (const check of checks) jsonLine(host, { event: "check", ...check })
    else {
      const rows = checks.map(({ check, ok, detail }) => [ok ? "ok" : "FAILS", check, detail])
      for (const line of tableLines([{ title: "" }, { title: "check" }, { title: "found" }], rows)) host.out(line)
      host.out("")
      host.out(failed === 0 ? `nothing is wrong with ${root}` : `${countText(failed, "check")} failed for ${root}`)
    }
    return failed === 0 ? exits.ok : exits.failed
  }),
})
