import * as Effect from "effect/Effect"
import { type Acceptance, accept, acceptedFor, triedText } from "../accept.ts"
import { recordsOf, type Subject } from "../audit.ts"
import { type Code, codeOf } from "../code.ts"
import { byCodeUnit } from "../key.ts"
import type { Manifest } from "../manifest.ts"
import type { AnyStage } from "../stage.ts"
import { ArtifactStore, type Store } from "../store.ts"
import { auditIn, inScratch, numberOf } from "./audit.ts"
import { type AuditReport, auditLines, auditRecords, exitOfAudit } from "./audit-lines.ts"
import { storeRoot } from "./find.ts"
import {
  type Common,
  command,
  exits,
  type Given,
  type Host,
  jsonLine,
  type Refusal,
  refuse,
  text,
  whole,
} from "./options.ts"
import { groupBy, type Opened, openGraph, prepare } from "./prepare.ts"
import { cachedSubjects } from "./subjects.ts"
import { countText, timeText } from "./table.ts"

interface Target {
  readonly opened: Opened
  readonly stage: AnyStage
  readonly code: Code
}

/** The one stage that the target names, with its code now. */
export const stageOf = Effect.fnUntraced(function* (target: string, given: Common, host: Host) {
  const opened = yield* openGraph(given, [target], host)
  const { graph, wanted } = opened
  const stages = new Map([...wanted].map((i) => [graph.nodes[i]!.stage.name, graph.nodes[i]!.stage]))
  const [first, ...others] = stages.values() as Iterable<AnyStage>
  if (others.length > 0)
    return yield* refuse(`${target} names ${stages.size} stages; choose one: ${[...stages.keys()].join(", ")}`)
  const codes = yield* codeOf([first!])
  return { opened, stage: first!, code: codes.get(first!.name)! } satisfies Target
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

const flags = {
  reason: text("TEXT", "why the change is cosmetic; kept, and shown wherever such results are used"),
  from: text("DIGEST", "first digits of the earlier code (default: that of the latest results)"),
  sample: text(
    "SHARE",
    "first runs this share of the results again, one at least; refused unless all bits are the same",
  ),
  jobs: whole("N", 1, "how many stages run at once (default: number of cores)"),
}

export default command({
  targets: { count: "one", metavar: "STAGE", doc: "a stage or figure whose code was changed" },
  flags,
  examples: [
    [
      'accept train --reason "renames a variable of the report"',
      "keeps the results of train, and what depends on them",
    ],
    [
      'accept train --reason "a parameter more, with a default" --sample 0.1',
      "the same, after a tenth of the results gave the same bits again",
    ],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const { reason, from: prefix = "" } = given
    if (!reason?.trim()) return yield* refuse("--reason is missing: it says why the change is cosmetic")
    const share = yield* numberOf("sample", given.sample, 1)
    const store = yield* ArtifactStore
    const target = yield* stageOf(given.targets[0]!, given, host)
    const [stage, code] = [target.stage.name, target.code.digest]
    const known = earlierCodes(yield* store.manifests(stage), code)
    const { code: from, manifests, last } = yield* chosenOf(stage, known, prefix)
    yield* refuseAccepted(store, stage, code, from)
    const tried = share === undefined ? undefined : yield* tryAgain(target, manifests, share, given, host)
    const acceptance: Acceptance = { from, reason, time: new Date().toISOString(), ...(tried && { tried }) }
    yield* accept(yield* storeRoot, stage, code, acceptance)
    if (given.json)
      jsonLine(host, { event: "accepted", stage, code, ...acceptance, artifacts: manifests.length, latest: last })
    else {
      const what = `${countText(manifests.length, "artifact")} of code ${from.slice(0, 12)}, the latest of ${timeText(last)}`
      host.out(`${stage}: ${what}, may stand for code ${code.slice(0, 12)}${tried ? `; ${triedText(tried)}` : ""}`)
    }
    return exits.ok
  }),
})

/** The code whose digest begins so; without a prefix, that of the latest results. */
function chosenOf(stage: string, known: readonly Earlier[], prefix: string): Effect.Effect<Earlier, Refusal> {
  const [first, ...others] = known.filter((of) => of.code.startsWith(prefix))
  if (first !== undefined && (prefix === "" || others.length === 0)) return Effect.succeed(first)
  if (known.length === 0) return refuse(`${stage} has no results of other code in the store`)
  const lines = (of: readonly Earlier[]) =>
    of.map(({ code, last }) => `\n  ${code.slice(0, 12)}, ${timeText(last)}`).join("")
  if (first === undefined) return refuse(`${stage} has no results of code ${prefix}; there are:${lines(known)}`)
  return refuse(`${prefix} begins ${others.length + 1} codes of ${stage}; choose one:${lines([first, ...others])}`)
}

/** Two codes cannot stand for one another, and for one code stands that of one acceptance only. */
const refuseAccepted = Effect.fnUntraced(function* (store: Store, stage: string, code: string, from: string) {
  if ((yield* acceptedFor(store, stage, from)).some((of) => of.from === code))
    return yield* refuse(`the results of ${stage} as it is now stand for those of ${from.slice(0, 12)} already`)
  // Only of this store: what one below it accepts cannot be given up here, and gives way.
  const [before] = yield* acceptedFor({ root: store.root, lower: [] }, stage, code)
  if (before !== undefined && before.from !== from)
    return yield* refuse(
      `the results of code ${before.from.slice(0, 12)} stand for those of ${stage} as it is now, and would no longer; ` +
        `\`unaccept ${stage}\` gives them up`,
    )
})

/** Runs a share of the results again, in a scratch store and by the code of now; refused unless they are the same. */
const tryAgain = Effect.fnUntraced(function* (
  { opened, stage, code }: Target,
  manifests: readonly Manifest[],
  share: number,
  given: Given<typeof flags>,
  host: Host,
) {
  const { subjects: sources, places } = yield* cachedSubjects(yield* prepare(opened))
  const stages = new Set(opened.graph.nodes.map((node) => node.stage.name))
  const store = yield* ArtifactStore
  const records = recordsOf((yield* Effect.forEach(stages, store.manifests)).flat())
  const all = manifests.map((of): Subject => ({ node: of.provenance.node, manifest: of, stage, code, drift: [] }))
  // They are in the order of their keys, so the same ones each time, and more in a larger share.
  const chosen = all.slice(0, Math.max(1, Math.ceil(share * all.length)))
  // Sources too, for inputs that were evicted.
  const material = { subjects: [...sources.filter((of) => of.stage !== stage), ...all], chosen, records, places }
  const ran = yield* inScratch((folder) => auditIn(folder, material, undefined, given, host))
  const audited = ran.filter((of) => of.subject.stage === stage)
  const report: AuditReport = {
    audited,
    subjects: all,
    rtol: undefined,
    outdated: 0,
    strangers: [],
  }
  const exit = exitOfAudit(report, undefined)
  if (given.json) for (const record of auditRecords(report, undefined)) jsonLine(host, record)
  if (exit === exits.ok) return { again: audited.length, of: all.length }
  if (!given.json) for (const line of auditLines(report, undefined)) host.out(line)
  return yield* refuse(`${stage.name}: nothing was accepted, since not every result gives the same bits again`, exit)
})
