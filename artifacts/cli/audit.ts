import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Audited, audit, isSampled, withMakers } from "../audit.ts"
import { Executor } from "../executor.ts"
import { io } from "../files.ts"
import { compareLocks, lockOf, lockText, parseLock } from "../lock.ts"
import { ArtifactStore } from "../store.ts"
import { type AuditReport, auditLines, auditRecords, exitOfAudit, type LockReport } from "./audit-lines.ts"
import { isHexPrefix } from "./find.ts"
import { anyTargets, atPlace, command, exits, type Given, type Host, jsonLine, refuse, text, whole } from "./options.ts"
import { countBy, openGraph, type Prepared, prepare } from "./prepare.ts"
import { loggerFor } from "./progress.ts"
import { cachedSubjects, type Found, importedSubjects, keyedSubject } from "./subjects.ts"

const flags = {
  sample: text("SHARE", "runs this share of the artifacts, in 0 … 1, chosen by their keys (default: 1)"),
  rtol: text("X", "lets values pass that differ by this part of the greater one at most, and says so"),
  lock: text("FILE", "compares the digests of all outputs with this file too"),
  "write-lock": text("FILE", "writes the digests of all outputs to this file"),
  key: text("KEY", "audits the one artifact whose key begins so, of any age, with the code that made it"),
  "other-machine": text("CRATE", "audits what was exported elsewhere: a folder or an archive"),
  jobs: whole("N", 1, "how many stages run at once (default: number of cores)"),
}
type Options = Given<typeof flags>

const lockFlag = "--write-lock FILE"

export default command({
  targets: anyTargets,
  flags,
  examples: [
    ["audit --sample 0.1", "runs a tenth of what is cached again, and compares the bits"],
    ["audit clusters --lock clusters.lock.json --sample 0", "compares the store with a lock file, and runs nothing"],
    ["audit --key 3f2a91c0", "an artifact of an older commit, with the code of that commit"],
    ["audit --other-machine results.tar --rtol 1e-6", "what another machine exported"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    yield* refuseMixed(given)
    const sample = (yield* numberOf("sample", given.sample, 1)) ?? 1
    const rtol = yield* numberOf("rtol", given.rtol, Number.MAX_VALUE)
    const lock = given.lock === undefined ? undefined : yield* readLock(given.lock)
    if (given["write-lock"] !== undefined) yield* atPlace(lockFlag, refuseUnwritable(given["write-lock"]))
    const report = yield* inScratch((folder) => compare({ sample, rtol, folder }, given, host))
    const { prepared } = report
    const locked = lock && prepared && lockReport(given, lock, report, prepared)
    if (given.json) for (const record of auditRecords(report, locked)) jsonLine(host, record)
    else for (const line of auditLines(report, locked)) host.out(line)
    if (given["write-lock"] !== undefined) yield* writeLock(given["write-lock"], report, given, host)
    return exitOfAudit(report, locked)
  }),
})

/** With a folder that is removed afterwards. */
export const inScratch = <A, E, R>(use: (folder: string) => Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    atPlace(
      "$TMPDIR",
      io("create", tmpdir(), () => mkdtempSync(join(tmpdir(), "audit-"))),
    ),
    use,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true })),
  )

/** What is looked for in the store, or comes from elsewhere, is no node of the graph. */
function refuseMixed({ key, lock, targets, ...given }: Options) {
  const others = targets.length > 0 || lock !== undefined || given["write-lock"] !== undefined
  if (key !== undefined && given["other-machine"] !== undefined)
    return refuse("--key and --other-machine exclude each other")
  if ((key !== undefined || given["other-machine"] !== undefined) && others)
    return refuse(`${key === undefined ? "--other-machine" : "--key"} stands without targets and lock files`)
  if (key !== undefined && !isHexPrefix(key))
    return refuse(`--key: expected six or more hexadecimal digits, found ${JSON.stringify(key)}`)
  const crate = given["other-machine"]
  if (crate !== undefined && !existsSync(crate))
    return refuse(`${crate}: expected a folder or archive made by export, found nothing`)
  return Effect.void
}

export function numberOf(flag: string, given: string | undefined, most: number) {
  if (given === undefined) return Effect.succeed(undefined)
  const x = given.trim() === "" ? Number.NaN : Number(given)
  if (x >= 0 && x <= most) return Effect.succeed(x)
  const range = most === 1 ? "number in [0, 1]" : "finite number >= 0"
  return refuse(`--${flag}: expected a ${range}, found ${JSON.stringify(given)}`)
}

const readLock = Effect.fnUntraced(function* (path: string) {
  const bytes = yield* Effect.orElseSucceed(
    io("read", path, () => readFileSync(path, "utf8")),
    () => undefined,
  )
  const lock = bytes === undefined ? undefined : parseLock(bytes)
  if (lock !== undefined) return lock
  return yield* refuse(
    `--lock ${path}: expected a file that --write-lock wrote, found ${bytes === undefined ? "none" : "another"}`,
  )
})

/** A place where no lock file can be written is told before anything runs. What is there already stays as it is. */
const refuseUnwritable = (path: string) =>
  io("write", path, () => {
    try {
      closeSync(openSync(path, "r+"))
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause
      accessSync(dirname(path), constants.W_OK)
    }
  })

interface Terms {
  readonly sample: number
  readonly rtol: number | undefined
  readonly folder: string
}

/** Runs what is chosen in the scratch folder. */
const compare = Effect.fnUntraced(function* ({ sample, rtol, folder }: Terms, given: Options, host: Host) {
  let found: Found
  let prepared: Prepared | undefined
  let strangers: AuditReport["strangers"] = []
  if (given.key !== undefined) found = yield* keyedSubject(given.key, given, host)
  else if (given["other-machine"] !== undefined) {
    const imported = yield* importedSubjects(given["other-machine"], folder, given, host)
    ;({ strangers } = imported)
    found = imported
  } else {
    prepared = yield* prepare(yield* openGraph(given, given.targets, host))
    found = yield* cachedSubjects(prepared)
  }
  const chosen = found.subjects.filter(({ manifest }) => isSampled(manifest.key, sample))
  const audited = yield* auditIn(join(folder, "made"), { ...found, chosen }, rtol, given, host)
  const outdated = prepared === undefined ? 0 : prepared.selected.size - found.subjects.length
  return { audited, subjects: found.subjects, rtol, outdated, strangers, prepared }
})

/** Runs the chosen subjects in the folder `root`, and says what happens as a run does. */
export const auditIn = (
  root: string,
  material: Found & { readonly chosen: Found["subjects"] },
  rtol: number | undefined,
  given: Pick<Options, "jobs" | "json">,
  host: Host,
) => {
  const jobs = given.jobs ?? availableParallelism()
  const layer = Executor.threads(jobs).pipe(Layer.provideMerge(ArtifactStore.disk(root, material.places)))
  return Effect.gen(function* () {
    const subjects = withMakers(material, yield* ArtifactStore)
    const totals = countBy(subjects.map(({ stage }) => stage.name))
    const logger = loggerFor(host, given.json, totals, jobs)
    const options = { records: material.records, rtol, emit: logger.log }
    return yield* Effect.ensuring(audit(subjects, options), Effect.sync(logger.close))
  }).pipe(Effect.provide(layer))
}

/** Digests of the nodes: of what was run again where it was, else of what is in the store. */
function lockNow({ audited, subjects }: Pick<AuditReport, "audited" | "subjects">) {
  const again = new Map(audited.map(({ subject, outputs }: Audited) => [subject.manifest.key, outputs]))
  return lockOf(subjects.map(({ node, manifest }) => [node, again.get(manifest.key) ?? manifest.outputs]))
}

/** The lock compared in the order of the graph. With targets, entries of other nodes are left alone. */
function lockReport(
  given: Options,
  lock: Readonly<Record<string, string>>,
  report: AuditReport,
  { graph, selected }: Prepared,
): LockReport {
  const ids = [...selected].sort((a, b) => a - b).map((i) => graph.nodes[i]!.id)
  const order = new Map(ids.map((id, i) => [id, i]))
  const nodeOf = (name: string) => name.slice(0, name.lastIndexOf(" "))
  const own = Object.entries(lock).filter(([name]) => given.targets.length === 0 || order.has(nodeOf(name)))
  const found = lockNow(report)
  const { different, missing, added } = compareLocks(Object.fromEntries(own), found)
  const ordered = [...different].sort((a, b) => order.get(nodeOf(a))! - order.get(nodeOf(b))!)
  return {
    file: given.lock!,
    agree: own.length - different.length - missing.length,
    different: ordered,
    missing,
    added,
    lock,
    found,
  }
}

const writeLock = Effect.fnUntraced(function* (path: string, report: AuditReport, given: Options, host: Host) {
  const differs = report.audited.some(({ verdict }) => verdict._tag === "Different" || verdict._tag === "Failed")
  if (differs || report.outdated > 0) {
    const why = differs ? "not every artifact gives the same bits again" : `${report.outdated} nodes are not up to date`
    return yield* refuse(
      `--write-lock ${path}: nothing was written, since ${why}`,
      exitOfAudit(report, undefined) || exits.outdated,
    )
  }
  const lock = lockNow(report)
  const write = io("write", path, () => writeFileSync(path, lockText(lock)))
  yield* atPlace(lockFlag, write)
  const digests = Object.keys(lock).length
  if (given.json) jsonLine(host, { event: "locked", file: path, digests })
  else host.out(`wrote ${digests} digests to ${path}`)
})
