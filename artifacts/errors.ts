/**
 * The errors of the artifact layer: four outer tags, each with a tagged reason, so that a caller handles the kind and a
 * person reads the sentence. `explain` gives that sentence: subject, what was expected, what was found, what to do next.
 */
import * as Data from "effect/Data"

export type StoreReason =
  /** `digest`: of the object, when it is one. */
  | { readonly _tag: "Missing"; readonly path: string; readonly digest?: string }
  | {
      readonly _tag: "Corrupt"
      readonly path: string
      readonly digest?: string
      readonly expected: string
      readonly found: string
    }
  /** Made by a version of this program with another format. */
  | { readonly _tag: "Format"; readonly path: string; readonly expected: string; readonly found: string }
  | { readonly _tag: "Io"; readonly path: string; readonly operation: string; readonly code: string }
  | {
      readonly _tag: "Refused"
      readonly path: string
      readonly expected: string
      readonly found: string
      readonly advice: string
    }

export class StoreError extends Data.TaggedError("StoreError")<{ readonly reason: StoreReason }> {
  override get message(): string {
    return explainStore(this.reason)
  }
}

export const isMissing = ({ reason }: StoreError): boolean => reason._tag === "Missing"

type Lost = Extract<StoreReason, { readonly _tag: "Missing" | "Corrupt" }>

/** Missing or damaged: it can be made again, either way. */
export const isLost = (error: StoreError): error is StoreError & { readonly reason: Lost } =>
  error.reason._tag === "Missing" || error.reason._tag === "Corrupt"

export type StageReason =
  | { readonly _tag: "Numerical"; readonly message: string; readonly advice: string }
  | { readonly _tag: "OutputMismatch"; readonly port: string; readonly expected: string; readonly found: string }
  | { readonly _tag: "Defect"; readonly message: string; readonly stack: string }

export class StageFailed extends Data.TaggedError("StageFailed")<{
  readonly node: string
  readonly reason: StageReason
}> {
  override get message(): string {
    return `${this.node}: ${explainStage(this.reason)}`
  }
}

export type GraphReason =
  | { readonly _tag: "Duplicate"; readonly node: string }
  | { readonly _tag: "Cycle"; readonly node: string }
  | { readonly _tag: "Parameters"; readonly subject: string; readonly issues: readonly string[] }
  | { readonly _tag: "Unknown"; readonly kind: string; readonly name: string; readonly known: readonly string[] }

export class GraphInvalid extends Data.TaggedError("GraphInvalid")<{ readonly reason: GraphReason }> {
  override get message(): string {
    return explainGraph(this.reason)
  }
}

/** Two runs of one recipe gave different bytes: the stage is not a function of its recipe. */
export class AuditMismatch extends Data.TaggedError("AuditMismatch")<{
  readonly node: string
  readonly port: string
  readonly expected: string
  readonly found: string
  /** Nothing was left of the first result, so the second is the artifact now. */
  readonly replaced?: boolean
  /** The first result stands, but a part of it is lost: every run comes to this. */
  readonly partial?: boolean
}> {
  override get message(): string {
    return (
      `${this.node}: output ${this.port} is not reproducible: expected sha256 ${this.expected}, found ${this.found}. ` +
      `${this.standing}; look for time, randomness or shared state in the stage.`
    )
  }

  /** Which of the two results stands, and what to do about it. */
  private get standing(): string {
    if (this.replaced)
      return "The first artifact was lost, and this one takes its place: run again for what depends on it"
    if (!this.partial) return "The first artifact stays"
    return "The first artifact stays, though a part of it is lost: `verify --repair` sets it aside, and then run again"
  }
}

export type EngineError = StoreError | StageFailed | GraphInvalid | AuditMismatch

const advice: Readonly<Record<string, string>> = {
  EACCES: "no permission; choose another place with --store DIR or change the folder's rights",
  EPERM: "not permitted; choose another place with --store DIR or change the folder's rights",
  EROFS: "the filesystem is read-only; choose another place with --store DIR",
  ENOSPC: "the disk is full; free some space and run again, finished work is kept",
  EDQUOT: "the disk quota is used up; free some space and run again, finished work is kept",
  EMFILE: "too many open files; raise the limit (ulimit -n) or lower --jobs",
  ENOTDIR: "a part of the path is a file; choose another place with --store DIR",
  ENOENT: "a folder of the path is not there; make it, or choose another place",
  EISDIR: "it is a folder; choose the name of a file",
  EIO: "the device reports an error; check the disk before running again",
}

function explainStore(reason: StoreReason): string {
  switch (reason._tag) {
    case "Missing":
      return `${reason.path} is not in the store; run again to recompute it`
    case "Corrupt":
      return `${reason.path} is damaged: expected ${reason.expected}, found ${reason.found}; run again to recompute it`
    case "Format":
      return (
        `${reason.path} was made by a newer version of this program: expected ${reason.expected}, found ${reason.found}; ` +
        "update the program, or choose another store with --store DIR"
      )
    case "Io":
      return `cannot ${reason.operation} ${reason.path} (${reason.code}): ${advice[reason.code] ?? "see the system's message code"}`
    case "Refused":
      return `${reason.path} is refused: expected ${reason.expected}, found ${reason.found}; ${reason.advice}`
  }
}

function explainStage(reason: StageReason): string {
  switch (reason._tag) {
    case "Numerical":
      return reason.advice === "" ? reason.message : `${reason.message}; ${reason.advice}`
    case "OutputMismatch":
      return `output ${reason.port}: expected ${reason.expected}, found ${reason.found}`
    case "Defect":
      return `a defect of the stage: ${reason.message}`
  }
}

function explainGraph(reason: GraphReason): string {
  switch (reason._tag) {
    case "Duplicate":
      return `two different nodes are both called ${reason.node}; give them labels that tell them apart`
    case "Cycle":
      return `${reason.node} depends on itself`
    case "Parameters":
      return `${reason.subject}:\n${reason.issues.map((issue) => `  ${issue}`).join("\n")}`
    case "Unknown":
      return `unknown ${reason.kind} ${JSON.stringify(reason.name)}; ${meant(reason.name, reason.known)}`
  }
}

/** Words that are listed for who mistyped one; the broadest names come first. */
const listed = 80

/** What an unknown word may have meant: the nearest known one, or what there is. */
export function meant(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return `did you mean ${near}?`
  const others = known.length > listed ? ` and ${known.length - listed} others` : ""
  return `known: ${known.slice(0, listed).join(", ")}${others}`
}

/** The known word within two edits (or a third of the length) of `word`, if any. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
