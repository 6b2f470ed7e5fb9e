/** What an audit found, for people and for machines. */
import { acceptanceText } from "../accept.ts"
import type { Audited, Cause, Subject, Verdict } from "../audit.ts"
import type { OutputDifference } from "../diff.ts"
import type { Lock, LockDifference } from "../lock.ts"
import type { Manifest } from "../manifest.ts"
import { outputLines } from "./diff-lines.ts"
import { type ExitCode, exits } from "./options.ts"
import { countBy, groupBy } from "./prepare.ts"
import { countText, numberText } from "./table.ts"

export interface AuditReport {
  /** In the order of the graph. */
  readonly audited: readonly Audited[]
  /** All that could have been audited. */
  readonly subjects: readonly Subject[]
  readonly rtol: number | undefined
  /** Selected nodes that are not up to date. */
  readonly outdated: number
  /** Artifacts from elsewhere whose stages this pipeline does not have. */
  readonly strangers: readonly Manifest[]
}

export interface LockReport extends LockDifference {
  readonly file: string
  readonly agree: number
  /** What the file says, and what is found. */
  readonly lock: Lock
  readonly found: Lock
}

type Told<T extends Verdict["_tag"]> = Audited & { readonly verdict: Extract<Verdict, { _tag: T }> }

const having = <T extends Verdict["_tag"]>(audited: readonly Audited[], tag: T) =>
  audited.filter((of): of is Told<T> => of.verdict._tag === tag)

/** A difference weighs more than a failure, and that more than what could not be looked at. */
export function exitOfAudit({ audited, subjects, strangers }: AuditReport, lock: LockReport | undefined): ExitCode {
  if (having(audited, "Different").length > 0 || (lock && lock.different.length > 0)) return exits.mismatch
  if (having(audited, "Failed").length > 0) return exits.failed
  const open = strangers.length + (lock ? lock.missing.length + lock.added.length : 0)
  return open > 0 || subjects.length === 0 ? exits.outdated : exits.ok
}

/** Names that are listed; --json lists them all. */
const few = 10

const listed = (names: readonly string[]): string =>
  names.length > few ? `${names.slice(0, few).join(", ")} and ${names.length - few} more` : names.join(", ")

export function auditLines(report: AuditReport, lock: LockReport | undefined): readonly string[] {
  const { audited, subjects, outdated, strangers, rtol } = report
  const counts = countBy(audited.map(({ verdict }) => verdict._tag))
  const words = { Same: "the same", Close: `within ${rtol}`, Different: "different", Failed: "failed" }
  const said = Object.entries(words).flatMap(([tag, word]) =>
    counts.has(tag as Verdict["_tag"]) ? [`${counts.get(tag as Verdict["_tag"])} ${word}`] : [],
  )
  const all = new Set(subjects.map(({ manifest }) => manifest.key)).size
  const head = `${audited.length} of ${countText(all, "artifact")} run again${said.length > 0 ? `: ${said.join(", ")}` : ""}`
  const names = [...new Set(strangers.map(({ recipe }) => recipe.stage))]
  return [
    head,
    ...(outdated > 0 ? [`${countText(outdated, "node")} not up to date, see status`] : []),
    ...(names.length > 0 ? [`not run: this pipeline has no stage ${listed(names)}`] : []),
    ...acceptedLines(audited),
    ...having(audited, "Close").flatMap(closeLines),
    ...differentLines(having(audited, "Different")),
    ...having(audited, "Failed").map(({ subject, verdict: { message, cause } }) => {
      const text = message.replace(`${subject.node}: `, "").replaceAll("\n", "\n  ")
      return `failed ${subject.node}\n  ${text}${cause ? `\n  ${causeText(cause)}` : ""}`
    }),
    ...(lock ? lockLines(lock) : []),
  ]
}

function acceptedLines(audited: readonly Audited[]): readonly string[] {
  const groups = groupBy(
    audited.filter(({ subject }) => subject.accepted !== undefined),
    ({ subject }) => `${subject.stage.name} ${acceptanceText(subject.accepted!)}`,
  )
  return [...groups].map(([text, of]) => `${countText(of.length, "artifact")} of ${text}`)
}

const causeText = ({ kind, detail }: Cause): string => `cause: ${kind}: ${detail}`

const closeLines = ({ subject, verdict }: Told<"Close">): readonly string[] =>
  verdict.outputs.map(({ port, values }) => {
    const columns = values?._tag === "Table" ? values.columns : []
    const most = columns.reduce((max, { maxRel }) => Math.max(max, maxRel ?? 0), 0)
    const where = columns.length > 0 ? ` in ${columns.map(({ column }) => column).join(", ")}` : ""
    return `within tolerance ${subject.node}.${port}: max rel ${numberText(most)}${where}`
  })

function differentLines([first, ...others]: readonly Told<"Different">[]): readonly string[] {
  if (first === undefined) return []
  const { subject, verdict } = first
  const outputs = verdict.outputs.flatMap((of) => [...outputLines(of), ...digestLines(of)])
  const rest = groupBy(others, ({ verdict }) => verdict.cause.kind)
  return [
    `first divergence: ${subject.node}`,
    ...outputs.map((line) => `  ${line}`),
    `  ${causeText(verdict.cause)}`,
    ...[...rest].map(([kind, of]) => `also different, by ${kind}: ${listed(of.map(({ subject }) => subject.node))}`),
  ]
}

const digestLines = ({ before, after }: OutputDifference): readonly string[] => [
  `  expected sha256 ${before?.digest ?? "none"}`,
  `  found sha256    ${after?.digest ?? "none"}`,
]

function lockLines({ file, agree, different, missing, added, lock, found }: LockReport): readonly string[] {
  const all = agree + different.length + missing.length
  const [first, ...others] = different
  return [
    `lock ${file}: ${agree} of ${countText(all, "digest")} agree`,
    ...(first === undefined
      ? []
      : [
          `  first divergence: ${first}: expected sha256 ${lock[first]}, found ${found[first]}`,
          "  cause: not input, which agrees as far as it is locked; code, parameters or arithmetic",
        ]),
    ...(others.length > 0 ? [`  also different: ${listed(others)}`] : []),
    ...(missing.length > 0 ? [`  missing here: ${listed(missing)}`] : []),
    ...(added.length > 0 ? [`  missing in the lock: ${listed(added)}`] : []),
  ]
}

const states = { Same: "same", Close: "close", Different: "different", Failed: "failed" } as const

/** One line an artifact, one of the lock, and the counts at the end. */
export function auditRecords(report: AuditReport, lock: LockReport | undefined): readonly object[] {
  const { audited, subjects, outdated, strangers } = report
  const counts = countBy(audited.map(({ verdict }) => verdict._tag))
  const finished = Object.fromEntries(
    Object.entries(states).map(([tag, state]) => [state, counts.get(tag as Verdict["_tag"]) ?? 0]),
  )
  const artifacts = new Set(subjects.map(({ manifest }) => manifest.key)).size
  return [
    ...audited.map(({ subject: { node, stage, manifest, accepted }, verdict: { _tag, ...verdict } }) => ({
      event: "audited",
      node,
      stage: stage.name,
      key: manifest.key,
      state: states[_tag],
      ...(accepted ? { acceptedFrom: accepted } : {}),
      ...verdict,
    })),
    ...strangers.map(({ recipe, key, provenance }) => ({
      event: "unknown",
      node: provenance.node,
      stage: recipe.stage,
      key,
    })),
    ...(lock ? [lockRecord(lock)] : []),
    { event: "finished", artifacts, audited: audited.length, ...finished, outdated },
  ]
}

const lockRecord = ({ file, agree, different, missing, added, lock, found }: LockReport) => ({
  event: "lock",
  file,
  agree,
  different: different.map((name) => ({ name, expected: lock[name], found: found[name] })),
  missing,
  added,
})
