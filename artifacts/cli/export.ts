import { basename, dirname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { exportTo } from "../crate-export.ts"
import type { StoreError } from "../errors.ts"
import { ArtifactStore } from "../store.ts"
import { finished } from "./find.ts"
import { command, exits, jsonLine, refuse, refusePlace, text } from "./options.ts"
import { bytesText, countText } from "./table.ts"

export default command({
  targets: {
    count: "any",
    metavar: "TARGET DIR|FILE.tar",
    doc: "studies, stages, figures or nodes, none for everything of the preset; and last a new folder or archive",
  },
  flags: { author: text("NAME", "who made it, as its description will say") },
  examples: [
    [
      "export clusters clusters.tar --preset paper --author 'Ada Lovelace'",
      "an RO-Crate that import can take anywhere",
    ],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const target = given.targets.at(-1)
    if (target === undefined) return yield* refuse("DIR or FILE.tar is missing, the place to export to")
    const word = { text: target, means: "DIR or FILE.tar, the place to export to," }
    const { manifests, codes } = yield* finished(given.targets.slice(0, -1), word, given, host)
    const selection = { manifests, codes: codes.values(), author: given.author }
    const { path, absent, withoutCode, ...counts } = yield* exportTo(yield* ArtifactStore, selection, target).pipe(
      Effect.catchIf(isOfPlace(resolve(target)), (error) => refusePlace(error)),
    )
    if (given.json) jsonLine(host, { event: "exported", path, ...counts, absent, withoutCode })
    else {
      const { manifests, objects, bytes, accepted } = counts
      const size = `${countText(manifests, "manifest")}, ${countText(objects, "object")}, ${bytesText(bytes)}`
      host.out(`exported ${size} to ${path}`)
      if (accepted > 0)
        host.out(
          `with ${countText(accepted, "record")} of accepted code, by which results stand for those of later code`,
        )
      if (absent.length > 0) host.out(`without ${countText(absent.length, "evicted object")}, computed again when read`)
      if (withoutCode.length > 0) host.out(`without some of the code of ${withoutCode.join(", ")}: it is kept nowhere`)
    }
    return exits.ok
  }),
})

/** A place that is taken, or cannot be written, with the draft beside it, is a matter of usage and not of the store. */
const isOfPlace =
  (place: string) =>
  ({ reason }: StoreError): boolean =>
    reason._tag === "Refused" ||
    (reason._tag === "Io" &&
      (reason.path === place || reason.path.startsWith(join(dirname(place), `.${basename(place)}-`))))
