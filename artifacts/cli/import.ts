import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import { importFrom } from "../crate-import.ts"
import { ArtifactStore } from "../store.ts"
import { command, exits, jsonLine, refuse } from "./options.ts"
import { bytesText, countText } from "./table.ts"

export default command({
  targets: { count: "one", metavar: "PATH", doc: "a folder or archive made by export" },
  flags: {},
  examples: [["import clusters.tar", "verifies everything, then publishes it; what it holds is cached from then on"]],
  handler: Effect.fnUntraced(function* (given, host) {
    const path = given.targets[0]!
    if (!existsSync(path)) return yield* refuse(`${path}: expected a folder or archive made by export, found nothing`)
    const { imported, ...counts } = yield* importFrom(yield* ArtifactStore, path)
    const nodes = imported.map(({ provenance }) => provenance.node)
    if (given.json) jsonLine(host, { event: "imported", path, ...counts, nodes })
    else {
      const { manifests, objects, bundles, accepted, bytes, known } = counts
      const code = bundles > 0 ? `, the code of ${countText(bundles, "stage")}` : ""
      const before = known > 0 ? `; ${countText(known, "manifest")} known before` : ""
      const size = `${countText(manifests, "manifest")}, ${countText(objects, "object")} of ${bytesText(bytes)}${code}`
      host.out(`imported ${size}${before}`)
      if (accepted > 0)
        host.out(
          `and ${countText(accepted, "record")} of accepted code, by which results stand for those of later code`,
        )
    }
    return exits.ok
  }),
})
