import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import { type GcReport, gc, type Removal } from "../gc.ts"
import { buildGraph, unknown } from "../graph.ts"
import { manifestsOf } from "../inventory.ts"
import { standingRoot } from "./find.ts"
import { command, exits, type Given, type Host, jsonLine, refuse, text, toggle, whole } from "./options.ts"
import { groupBy } from "./prepare.ts"
import { bytesText, countText, tableLines } from "./table.ts"

const flags = {
  "keep-runs": whole("N", 0, "removes what the newest N runs did not use"),
  older: whole("DAYS", 0, "removes what was neither made nor used for so many days"),
  "max-bytes": text("SIZE", "removes what was not used for longest, until the rest fits: 500MB, 20GB"),
  evict: text("STAGE", "removes the tables of a stage and keeps their record: computed again when they are read"),
  grace: whole("MINUTES", 0, "leaves what is younger (default: 60)"),
  "dry-run": toggle("tells what would be removed, and removes nothing"),
}

export default command({
  targets: { count: "none" },
  flags,
  examples: [
    ["gc --dry-run", "what nothing refers to: drafts of killed runs, objects and code without a manifest"],
    ["gc --keep-runs 5 --older 30", "keeps what five runs, or thirty days, still need"],
    ["gc --evict record-states", "frees large tables that can be computed again"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const root = yield* standingRoot
    const maxBytes = given["max-bytes"] === undefined ? undefined : yield* sizeOf(given["max-bytes"])
    if (given.evict !== undefined) yield* refuseUnknown(given.evict, root, host)
    const options = {
      keepRuns: given["keep-runs"],
      olderThanDays: given.older,
      maxBytes,
      evictStage: given.evict,
      graceMinutes: given.grace,
    }
    const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
    const report = yield* gc(root, { ...set, dryRun: given["dry-run"] })
    if (given.json) printJson(report, given, host)
    else for (const line of reportLines(report, given["dry-run"])) host.out(line)
    return exits.ok
  }),
})

const units: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }

/** `20GB`, `1.5 GB`, `500m`, `1000`: decimal units, as sizes are shown. */
function sizeOf(given: string) {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([kmgt]?)b?$/i.exec(given) ?? []
  if (digits === undefined) return refuse(`--max-bytes: expected a size such as 500MB or 20GB, found "${given}"`)
  return Effect.succeed(Math.floor(Number(digits) * units[unit!.toLowerCase()]!))
}

/** A stage is one of the pipeline or, when it has left that, one that the store still has artifacts of. */
const refuseUnknown = Effect.fnUntraced(function* (stage: string, root: string, host: Host) {
  const kept = (yield* manifestsOf(root)).found.map((manifest) => manifest.stage)
  if (kept.includes(stage)) return
  const { nodes } = yield* buildGraph(yield* Effect.promise(host.pipeline), "quick")
  const known = [...new Set([...nodes.map((node) => node.stage.name), ...kept])]
  if (!known.includes(stage)) return yield* unknown("stage", stage, known)
})

function printJson({ removed, freed, kept }: GcReport, given: Given<typeof flags>, host: Host): void {
  const dryRun = given["dry-run"]
  for (const removal of removed) jsonLine(host, { event: "removed", dryRun, ...removal })
  jsonLine(host, { event: "collected", dryRun, removed: removed.length, freed, kept })
}

function reportLines({ removed, freed, kept }: GcReport, dryRun: boolean): readonly string[] {
  const rows = [...groupBy(removed, kindOf)].map(([kind, files]) => [
    kind,
    String(files.length),
    bytesText(files.reduce((sum, { bytes }) => sum + bytes, 0)),
  ])
  const headings = [
    { title: dryRun ? "would remove" : "removed" },
    { title: "files", right: true },
    { title: "size", right: true },
  ]
  const [would, keeps] = dryRun ? ["would free", "would keep"] : ["freed", "kept"]
  const rest = `${countText(kept.artifacts, "artifact")} with ${bytesText(kept.bytes)} in ${countText(kept.objects, "object")}`
  const last = `${would} ${bytesText(freed)}, ${keeps} ${rest}`
  return rows.length > 0 ? [...tableLines(headings, rows), "", last] : [last]
}

/** Manifests by stage; what else there is, by kind. */
const kindOf = ({ what, path }: Removal): string =>
  what === "artifact" ? `records of ${basename(dirname(path))}` : `${what}s`
