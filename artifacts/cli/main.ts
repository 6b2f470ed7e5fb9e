/**
 * The command line: turns the description of a command into a parser and help, runs it, and ends with its exit code.
 * Adding a command is adding its file and its line in `commands`. Only the file of the command that is asked for is
 * loaded, so that help and a slip of the fingers answer at once.
 */
import { readFileSync } from "node:fs"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Argument from "effect/cli/Argument"
import * as CliConfig from "effect/cli/CliConfig"
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Parser from "effect/cli/Command"
import * as Flags from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { EngineError, StoreError } from "../errors.ts"
import type { Pipeline } from "../graph.ts"
import { program } from "./command-text.ts"
import {
  type Command,
  common,
  type ExitCode,
  exitOf,
  exits,
  exitTexts,
  type Flag,
  type Given,
  type Host,
  jsonLine,
  type Refusal,
} from "./options.ts"

// biome-ignore lint/suspicious/noExplicitAny: each command has flags of its own
type AnyCommand = Command<any>
type Entry = readonly [summary: string, load: () => Promise<{ readonly default: AnyCommand }>]

const commands: Readonly<Record<string, Entry>> = {
  run: ["runs what is missing", () => import("./run.ts")],
  status: [
    "shows what is cached, stale or blocked, and why; exits 3 if anything is outdated",
    () => import("./status.ts"),
  ],
  why: ["names the fields that changed since a node was last computed", () => import("./why.ts")],
  graph: ["shows the graph by stage and study", () => import("./graph.ts")],
  ls: ["lists the artifacts that are up to date, by parameter", () => import("./ls.ts")],
  inspect: ["shows one artifact: schema, recipe, statistics, rows", () => import("./inspect.ts")],
  diff: ["shows what differs between two runs or two artifacts", () => import("./diff.ts")],
  audit: [
    "runs cached stages again elsewhere and compares the bits; exits 5 if they differ",
    () => import("./audit.ts"),
  ],
  accept: ["lets results of a stage's earlier code stand for its code now", () => import("./accept.ts")],
  unaccept: ["gives up what accept allowed", () => import("./unaccept.ts")],
  verify: ["checks every byte of the store; exits 4 if it is damaged", () => import("./verify.ts")],
  gc: ["removes what the store no longer needs", () => import("./gc.ts")],
  pin: ["keeps artifacts from gc, by a name; lists what is pinned", () => import("./pin.ts")],
  unpin: ["gives up what pin keeps", () => import("./unpin.ts")],
  export: ["writes artifacts, with all that they come from, to a folder or an archive", () => import("./export.ts")],
  import: ["takes what export wrote into the store", () => import("./import.ts")],
  report: ["writes a page with the figures and verdicts, and how they came about", () => import("./report.ts")],
  doctor: ["tries out what this machine and the store's filesystem can do", () => import("./doctor.ts")],
}

/** Runs the command that the arguments name, and gives its exit code; every error has been told when it ends. */
export const execute = (args: readonly string[], host: Host): Effect.Effect<ExitCode> =>
  Effect.gen(function* () {
    const asked = args.find((arg) => !arg.startsWith("-"))
    const load = asked !== undefined && Object.hasOwn(commands, asked) ? commands[asked]![1] : undefined
    const chosen = load && (yield* Effect.promise(load)).default
    let code: ExitCode = exits.ok
    const end = (exit: ExitCode) => {
      code = exit
    }
    const parsers = Object.entries(commands).map(([name, [summary]]) => {
      const parser = name === asked && chosen ? parserOf(name, chosen, host, end) : Parser.make(name)
      return Parser.withDescription(parser as ReturnType<typeof parserOf>, summary)
    })
    const root = Parser.make(program).pipe(Parser.withDescription(purpose), Parser.withSubcommands(parsers))
    yield* Parser.runWith(root, { version: version() })(args).pipe(
      Effect.provide(layers(host)),
      Effect.catch((error) => Effect.sync(() => end(tell(error as Told, chosen, args, host)))),
    )
    return code
  }).pipe(Effect.catchDefect((defect) => Effect.sync(() => tellDefect(defect, args, host))))

const purpose = "Reproduces studies of recurrent neural networks: runs what is missing, keeps what is done."

const version = (): string =>
  (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version

/** Help goes to stdout; what is wrong with the arguments is told like every other error. */
const layers = (host: Host) =>
  Layer.mergeAll(
    NodeServices.layer,
    CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
    CliOutput.layerPresenter({
      present: (event) =>
        Effect.gen(function* () {
          const formatter = yield* CliOutput.Formatter
          if (event._tag === "Help") {
            host.out(formatter.formatHelpDoc(event.helpDoc).trimEnd())
            if (event.helpDoc.subcommands?.length) for (const line of exitLines) host.out(line)
          }
          if (event._tag === "Version") host.out(event.version)
        }),
    }),
  )

/** The end of the program's own help. */
const exitLines = ["", "EXIT CODES", ...Object.entries(exitTexts).map(([code, text]) => `  ${code.padEnd(12)}${text}`)]

function parserOf(name: string, of: AnyCommand, host: Host, end: (exit: ExitCode) => void) {
  const { targets, examples, handler } = of
  const flags = flagsOf(of).map(([flag, spec]) => [flag, parameterOf(flag, spec)] as const)
  const config = { ...Object.fromEntries(flags), ...positionalOf(targets) }
  return Parser.make(name, config, (given) => {
    const values = { targets: [], ...given } as Given<Record<string, Flag>>
    const notice = ({ message }: StoreError) => host.err(message)
    const store = Layer.unwrap(Effect.promise(async () => (await import("./stores.ts")).openStore(values, notice)))
    return handler(values, host).pipe(Effect.provide(store), Effect.map(end))
  }).pipe(Parser.withExamples(examples.map(([line, description]) => ({ command: `${program} ${line}`, description }))))
}

function positionalOf(targets: AnyCommand["targets"]): { targets?: Argument.Argument<readonly string[]> } {
  if (targets.count === "none") return {}
  const argument = Argument.String(targets.metavar).pipe(Argument.withDescription(targets.doc))
  return { targets: targets.count === "one" ? Argument.map(argument, (one) => [one]) : Argument.variadic(argument) }
}

const flagsOf = (of: AnyCommand): readonly (readonly [string, Flag])[] => Object.entries({ ...of.flags, ...common })

function parameterOf(name: string, flag: Flag): Flags.Flag<unknown> {
  switch (flag.kind) {
    case "toggle":
      return Flags.Boolean(name).pipe(Flags.withDescription(flag.doc), Flags.withoutNegation, Flags.withDefault(false))
    case "texts":
      return Flags.String(name).pipe(Flags.withMetavar(flag.metavar), Flags.withDescription(flag.doc), Flags.atLeast(0))
    case "text":
      return absent(Flags.String(name).pipe(Flags.withMetavar(flag.metavar), Flags.withDescription(flag.doc)))
    case "choice":
      return absent(Flags.Literals(name, flag.values).pipe(Flags.withDescription(flag.doc)))
    case "whole": {
      const { least, metavar, doc } = flag
      const valid = Flags.Int(name).pipe(
        Flags.filter(
          (n) => n >= least,
          () => "",
        ),
      )
      return absent(valid.pipe(Flags.withMetavar(metavar), Flags.withDescription(doc)))
    }
  }
}

const absent = <A>(flag: Flags.Flag<A>): Flags.Flag<A | undefined> =>
  Flags.map(Flags.optional(flag), Option.getOrUndefined)

type Told = EngineError | Refusal | CliError.CliError

/** Prints an error of the user's, without a stack, and gives the exit code. */
function tell(error: Told, chosen: AnyCommand | undefined, args: readonly string[], host: Host): ExitCode {
  if (error._tag === "ShowHelp") {
    const first = error.errors.filter(({ _tag }) => _tag === "UnknownSubcommand")
    const lines = (first.length > 0 ? first : error.errors).map((of) => usageText(of, chosen))
    if (lines.length === 0) return exits.usage
    const help = `see ${[...error.commandPath, "--help"].join(" ")}`
    return say("Usage", [...lines, help].join("\n"), exits.usage, args, host)
  }
  const known = error as EngineError | Refusal
  return say(error._tag, error.message, exitOf(known), args, host)
}

function say(kind: string, message: string, exit: ExitCode, args: readonly string[], host: Host): ExitCode {
  if (args.includes("--json")) jsonLine(host, { event: "error", kind, message, exit })
  else host.err(`error: ${message}`)
  return exit
}

function tellDefect(defect: unknown, args: readonly string[], host: Host): ExitCode {
  const stack = defect instanceof Error ? (defect.stack ?? defect.message) : String(defect)
  host.err(`${stack}\n`)
  return say(
    "Defect",
    "this is a defect of the program; please report it with the lines above",
    exits.defect,
    args,
    host,
  )
}

/** Subject, what was expected, what was found. */
function usageText(error: CliError.CliError, chosen: AnyCommand | undefined): string {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `unknown flag ${error.option}${hint(error.suggestions)}`
    case "UnknownSubcommand":
      return `unknown command ${JSON.stringify(error.subcommand)}${hint(error.suggestions, Object.keys(commands))}`
    case "InvalidValue":
      return `--${error.option}: expected ${expectedOf(error, chosen)}, found ${JSON.stringify(error.value)}`
    case "MissingArgument":
      return `${error.argument} is missing`
    case "UnexpectedArgument":
      return `unexpected argument ${error.arguments.map((text) => JSON.stringify(text)).join(" ")}`
    default:
      return error.message
  }
}

const hint = (near: readonly string[], known: readonly string[] = []): string =>
  near.length > 0 ? `; did you mean ${near.join(" or ")}?` : known.length > 0 ? `; known: ${known.join(", ")}` : ""

function expectedOf({ option, expected }: CliError.InvalidValue, chosen: AnyCommand | undefined): string {
  const flag = chosen && flagsOf(chosen).find(([name]) => name === option)?.[1]
  if (flag?.kind === "whole") return `a whole number >= ${flag.least}`
  return flag?.kind === "choice" ? `one of ${flag.values.join(", ")}` : expected
}

/** The last line of a pipeline's file: runs the command line on it, and sets the exit code of the process. */
export function runCli(pipeline: Pipeline | (() => Promise<Pipeline>)): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has gone, as in `… ls | head`: nobody is left to write to. What has not ended by now has failed.
    if (error.code === "EPIPE") process.exit(process.exitCode ?? exits.failed)
    throw error
  })
  const host: Host = {
    pipeline: typeof pipeline === "function" ? pipeline : async () => pipeline,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    bytes: (bytes) => void process.stdout.write(bytes),
    terminal: {
      out: process.stdout.isTTY === true,
      columns: () => (process.stderr.isTTY ? process.stderr.columns : undefined),
      draw: (text) => void process.stderr.write(text),
    },
  }
  NodeRuntime.runMain(execute(process.argv.slice(2), host), {
    disableErrorReporting: true,
    teardown: (exit, leave) => {
      // Leaving by itself lets what is still in the pipes arrive; a signal does not wait.
      if (Exit.isSuccess(exit)) process.exitCode = exit.value as ExitCode
      else leave(exits.interrupted)
    },
  })
}
