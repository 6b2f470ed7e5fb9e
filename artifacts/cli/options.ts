/**
 * How a command describes itself: its flags are data, from which one place makes the parser and the help, and the types
 * of the values that its handler gets.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { EngineError, StoreError } from "../errors.ts"
import type { Pipeline } from "../graph.ts"
import type { ArtifactStore } from "../store.ts"

/** How a command ends. 70 is a defect of this program, 130 an interruption; neither is returned by a handler. */
export const exits = {
  ok: 0,
  failed: 1,
  usage: 2,
  outdated: 3,
  damaged: 4,
  mismatch: 5,
  defect: 70,
  interrupted: 130,
} as const
export type ExitCode = (typeof exits)[keyof typeof exits]

/** What each exit code says, for the help. */
export const exitTexts: Readonly<Record<ExitCode, string>> = {
  0: "ok",
  1: "a stage failed",
  2: "usage, parameters or graph",
  3: "outdated",
  4: "store damaged",
  5: "audit mismatch",
  70: "a defect of the program",
  130: "interrupted",
}

/** A command cannot do what it was asked; the message says what to do instead. */
export class Refusal extends Data.TaggedError("Refusal")<{ readonly message: string; readonly exit: ExitCode }> {}

export const refuse = (message: string, exit: ExitCode = exits.usage): Refusal => new Refusal({ message, exit })

/** What the system says of a place that is not the store's, and that another `flag` chooses; an argument has none. */
export const refusePlace = ({ message }: StoreError, flag?: string) =>
  refuse(message.replace(" with --store DIR", flag ? ` with ${flag}` : ""))

/** Looks at such a place, or writes there: what the system refuses is a matter of usage. */
export const atPlace = <A, R>(flag: string, use: Effect.Effect<A, StoreError | Refusal, R>) =>
  Effect.catchTag(use, "StoreError", (error) => refusePlace(error, flag))

/** Exit code of an error that nothing was begun before: a store that cannot be opened is a matter of usage. */
export function exitOf(error: EngineError | Refusal): ExitCode {
  switch (error._tag) {
    case "Refusal":
      return error.exit
    case "GraphInvalid":
      return exits.usage
    case "StageFailed":
      return exits.failed
    case "AuditMismatch":
      return exits.mismatch
    case "StoreError":
      return error.reason._tag === "Io" ? exits.usage : exits.damaged
  }
}

export type Flag =
  | { readonly kind: "toggle"; readonly doc: string }
  | { readonly kind: "text"; readonly doc: string; readonly metavar: string }
  | { readonly kind: "texts"; readonly doc: string; readonly metavar: string }
  | { readonly kind: "whole"; readonly doc: string; readonly metavar: string; readonly least: number }
  | { readonly kind: "choice"; readonly doc: string; readonly values: readonly string[] }
export type Flags = Readonly<Record<string, Flag>>

interface ValueOf {
  readonly toggle: boolean
  readonly text: string | undefined
  readonly texts: readonly string[]
  readonly whole: number | undefined
  readonly choice: string | undefined
}
type GivenFlags<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends { readonly values: readonly (infer V)[] }
    ? V | undefined
    : ValueOf[F[K]["kind"]]
}

export const toggle = (doc: string) => ({ kind: "toggle", doc }) as const
export const text = (metavar: string, doc: string) => ({ kind: "text", metavar, doc }) as const
export const texts = (metavar: string, doc: string) => ({ kind: "texts", metavar, doc: `${doc}; repeatable` }) as const
export const whole = (metavar: string, least: number, doc: string) => ({ kind: "whole", metavar, least, doc }) as const
export const choice = <const V extends readonly string[]>(values: V, doc: string) =>
  ({ kind: "choice", values, doc }) as const

/** Flags of every command. */
export const common = {
  store: text("DIR", "folder of the store (default: $ARTIFACTS, or .artifacts)"),
  lower: texts(
    "DIR",
    "a store below, whose results count: only read, and left out by gc, verify and pin (default: $ARTIFACTS_LOWER)",
  ),
  preset: text("NAME", "parameters of the studies: mini, quick or paper (default: quick)"),
  set: texts("SCOPE.PARAM=VALUE", "sets a parameter of a stage or a study"),
  seeds: text("FIRST..LAST", "seeds of every study that has them, such as 0..29"),
  sweep: texts("SCOPE.PARAM=VALUES", "adds the graph for each value: 1,2 or 0..9 or 20..260:40"),
  json: toggle("prints machine-readable lines on stdout and nothing else"),
}
export type Common = GivenFlags<typeof common>
export type Given<F extends Flags> = Common & GivenFlags<F> & { readonly targets: readonly string[] }

/** What a command runs in: the pipeline, loaded when first asked for, and where its words go. */
export interface Host {
  readonly pipeline: () => Promise<Pipeline>
  /** Prints a line of results, on stdout. */
  readonly out: (line: string) => void
  /** Prints a line about the run, on stderr. */
  readonly err: (line: string) => void
  /** Writes raw bytes to stdout. */
  readonly bytes: (bytes: Uint8Array) => void
  readonly terminal: {
    /** Whether stdout is one. */
    readonly out: boolean
    /** Width of the terminal behind stderr, when it is one. */
    readonly columns: () => number | undefined
    /** Writes control sequences and text to stderr as they are. */
    readonly draw: (text: string) => void
  }
}

/** Prints one JSON object a line. */
export const jsonLine = (host: Host, value: unknown): void => host.out(JSON.stringify(value))

export interface Command<F extends Flags = Flags> {
  /** Name and meaning of its positional arguments; `none`, `one` of them, or `any` number. */
  readonly targets:
    | { readonly count: "one" | "any"; readonly metavar: string; readonly doc: string }
    | { readonly count: "none" }
  /** Its own flags, besides the common ones. */
  readonly flags: F
  /** Arguments after the command's name, and what they do. */
  readonly examples: readonly (readonly [line: string, doc: string])[]
  readonly handler: (given: Given<F>, host: Host) => Effect.Effect<ExitCode, EngineError | Refusal, ArtifactStore>
}

/** Types a command. */
export const command = <const F extends Flags>(definition: Command<F>): Command<F> => definition

export const anyTargets = {
  count: "any",
  metavar: "TARGET",
  doc: "studies, stages, figures or nodes; none means everything of the preset",
} as const
