import * as Effect from "effect/Effect"
import { type Acceptance, accept, acceptedFor } from "../accept.ts"
import { codeOf } from "../code.ts"
import { byCodeUnit } from "../key.ts"
import type { Manifest } from "../manifest.ts"
import type { AnyStage } from "../stage.ts"
import { ArtifactStore } from "../store.ts"
import { refuse, storeRoot } from "./find.ts"
import { type Common, command, exits, type Host, jsonLine, text } from "./options.ts"
import { groupBy, openGraph } from "./prepare.ts"
import { countText, timeText } from "./table.ts"

/** The one stage that the target names, and the digest of its code now. */
export const stageOf = Effect.fnUntraced(function* (target: string, given: Common, host: Host) {
  const { graph, wanted } = yield* openGraph(given, [target], host)
  const stages = new Map([...wanted].map((i) => [graph.nodes[i]!.stage.name, graph.nodes[i]!.stage]))
  const [first, ...others] = stages.values() as Iterable<AnyStage>
  if (others.length > 0)
    return yield* refuse(`${target} names ${stages.size} stages; choose one: ${[...stages.keys()].join(", ")}`)
  const codes = yield* codeOf([first!])
  return { stage: first!.name, code: codes.get(first!.name)!.digest }
})

interface Earlier {
  readonly code: string
  readonly manifests: readonly Manifest[]
  /** When the last of them was finished. */
  readonly last: string
}

/** Results of the stage under other code, the latest first. */
function earlierCodes(manifests: readonly Manifest[], code: string): readonly Earlier[] {
  const others = manifests.filter(({ recipe }) => recipe.code !== code)
  const groups = [...groupBy(others, ({ recipe }) => recipe.code)].map(([code, of]) => {
    const last = of.map(({ provenance }) => provenance.finished).sort(byCodeUnit)
    return { code, manifests: of, last: last.at(-1)! }
  })
  return groups.sort((a, b) => byCodeUnit(b.last, a.last))
}

export default command({
  targets: { count: "one", metavar: "STAGE", doc: "a stage or figure whose code was changed" },
  flags: {
    reason: text("TEXT", "why the change is cosmetic; kept, and shown wherever such results are used"),
    from: text("DIGEST", "first digits of the earlier code (default: that of the latest results)"),
  },
  examples: [
    [
      'accept train --reason "renames a variable of the report"',
      "keeps the results of train, and what depends on them",
    ],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const { reason, from: prefix = "" } = given
    if (!reason?.trim()) return yield* refuse("--reason is missing: it says why the change is cosmetic")
    const store = yield* ArtifactStore
    const { stage, code } = yield* stageOf(given.targets[0]!, given, host)
    const known = earlierCodes(yield* store.manifests(stage), code)
    const earlier = known.find((of) => of.code.startsWith(prefix))
    if (earlier === undefined) {
      const others = known.map((of) => `\n  ${of.code.slice(0, 12)}, ${timeText(of.last)}`)
      if (known.length === 0) return yield* refuse(`${stage} has no results of other code in the store`)
      return yield* refuse(`${stage} has no results of code ${prefix}; there are:${others.join("")}`)
    }
    const { code: from, manifests, last } = earlier
    if ((yield* acceptedFor(store, stage, from)).some((of) => of.from === code))
      return yield* refuse(`the results of ${stage} as it is now stand for those of ${from.slice(0, 12)} already`)
    const acceptance: Acceptance = { from, reason, time: new Date().toISOString() }
    yield* accept(yield* storeRoot, stage, code, acceptance)
    if (given.json)
      jsonLine(host, { event: "accepted", stage, code, ...acceptance, artifacts: manifests.length, latest: last })
    else {
      const what = `${countText(manifests.length, "artifact")} of code ${from.slice(0, 12)}, the latest of ${timeText(last)}`
      host.out(`${stage}: ${what}, may stand for code ${code.slice(0, 12)}`)
    }
    return exits.ok
  }),
})
