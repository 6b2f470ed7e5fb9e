import { rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import { io, list, readIfThere } from "../files.ts"
import { ifThere, makeFolders } from "../portable-files.ts"
import { type CommandOf, gatherReport } from "../report/gather.ts"
import { type Report, verdictOf } from "../report/model.ts"
import { filesOf, mark, offeredBy } from "../report/page.ts"
import { countsOf } from "../report/verdicts.ts"
import { commandText, program } from "./command-text.ts"
import { anyTargets, atPlace, command, exits, type Given, jsonLine, refuse, text } from "./options.ts"
import { leafOf, openGraph, type Prepared, prepare } from "./prepare.ts"
import { bytesText, countText } from "./table.ts"

const flags = { out: text("DIR", "folder of the page: a new one, or one with an earlier report (default: report)") }
type Options = Given<typeof flags>

const index = "index.html"

export default command({
  targets: anyTargets,
  flags,
  examples: [
    ["report", "a page with every figure and verdict of the preset, in the folder report"],
    ["report clusters --preset paper --out public", "one study at the settings of the papers"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const folder = given.out ?? "report"
    const old = yield* atPlace("--out DIR", oursIn(folder))
    const prepared = yield* prepare(yield* openGraph(given, given.targets, host))
    yield* refuseBare(prepared, given)
    const report = yield* gatherReport(prepared, given, commandsOf(given))
    yield* refuseEmpty(report)
    const files = filesOf(report)
    yield* atPlace("--out DIR", write(folder, files, old))
    if (given.json)
      for (const [path, content] of files)
        jsonLine(host, { event: "written", path: join(folder, path), bytes: Buffer.byteLength(content) })
    else for (const line of summary(folder, files, report)) host.out(line)
    return exits.ok
  }),
})

/** What an earlier report in the folder consists of; refused when the folder is something else. */
const oursIn = Effect.fnUntraced(function* (folder: string) {
  const refused = (found: string) =>
    refuse(
      `--out ${folder}: expected a new or empty folder, or a report, found ${found}; choose another with --out DIR`,
    )
  const stat = yield* io("open", folder, () => ifThere(() => statSync(folder)))
  if (stat === undefined) return []
  if (!stat.isDirectory()) return yield* refused("a file")
  const names = yield* list(folder)
  if (names.length === 0) return []
  if (!names.includes(index)) return yield* refused("files of something else")
  // One that is named and not there is a link to nowhere, or was removed a moment ago: no page of ours.
  const text = (yield* readIfThere(join(folder, index)))?.toString("utf8") ?? ""
  return text.includes(mark) ? offeredBy(text) : yield* refused("a page of something else")
})

/** Targets of which none is a figure or a claim have nothing for a report. */
const refuseBare = ({ graph, wanted }: Prepared, { targets }: Options) =>
  [...wanted].some((index) => leafOf(graph, graph.nodes[index]!) !== undefined)
    ? Effect.void
    : refuse(`no figure or claim is named by ${targets.join(" ") || "these settings"}; \`graph\` shows what there is`)

/** A page that has nothing but holes is worth something only when it says what failed. */
function refuseEmpty({ figures, claims, holes }: Report) {
  const all = [...figures, ...claims]
  if (all.some(({ shown }) => "origin" in shown) || holes.some(({ failed }) => failed)) return Effect.void
  return refuse(
    `no figure or claim of these settings is up to date; \`run\` computes them, \`status\` tells why`,
    exits.outdated,
  )
}

/** How the report names the commands of its reader: the store is a matter of the one who wrote it. */
const commandsOf =
  (given: Options): CommandOf =>
  (name, targets = given.targets) =>
    `${program} ${commandText(name, targets, { ...given, store: undefined, lower: [] })}`

/** Takes away what an earlier report offered and this one does not, and writes the files, the page last. */
const write = Effect.fnUntraced(function* (
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  old: readonly string[],
) {
  for (const path of old.filter((path) => !files.has(path)))
    yield* io("remove", join(folder, path), () => rmSync(join(folder, path), { force: true }))
  for (const [path, content] of files) {
    const place = join(folder, path)
    yield* io("create", dirname(place), () => makeFolders(dirname(place)))
    yield* io("write", place, () => writeFileSync(place, content))
  }
})

function summary(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  { figures, claims }: Report,
): readonly string[] {
  const bytes = [...files.values()].reduce((sum, content) => sum + Buffer.byteLength(content), 0)
  const counts = countsOf(claims).map(({ verdict, count }) => `${count} ${verdict}`)
  const drawn = figures.filter(({ shown }) => "origin" in shown).length
  const absent = figures.length - drawn + claims.filter((claim) => verdictOf(claim) === "missing").length
  return [
    `wrote ${countText(files.size, "file")}, ${bytesText(bytes)}, to ${folder}`,
    `${countText(drawn, "figure")}; ${countText(claims.length, "claim")}: ${counts.join(", ")}`,
    ...(absent > 0 ? [`missing: ${absent} of them, see ${join(folder, index)}#missing`] : []),
  ]
}
