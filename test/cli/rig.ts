/** Runs the command line on the toy pipeline, in this process or as the program that a person starts. */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { execute } from "../../artifacts/cli/main.ts"
import type { Host } from "../../artifacts/cli/options.ts"
import { pipeline } from "./toy/studies.ts"

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly bytes: Buffer
}

/** A folder that is not there yet, in one that is removed at the end. */
export function freshStore(): { readonly root: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "cli-"))
  return { root: join(folder, "store"), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** One command in this process. */
export async function call(args: readonly string[], overrides: Partial<Host> = {}): Promise<Said> {
  const [out, err, bytes]: [string[], string[], Uint8Array[]] = [[], [], []]
  const host: Host = {
    pipeline: async () => pipeline,
    out: (line) => void out.push(`${line}\n`),
    err: (line) => void err.push(`${line}\n`),
    bytes: (of) => void bytes.push(of),
    terminal: { out: false, columns: () => undefined, draw: () => {} },
    ...overrides,
  }
  const code = await Effect.runPromise(execute(args, host))
  return { code, out: out.join(""), err: err.join(""), bytes: Buffer.concat(bytes) }
}

export interface Program {
  readonly child: ChildProcess
  /** What it has said so far. */
  readonly said: () => { readonly out: string; readonly err: string }
  readonly ended: Promise<Said>
}

/** The program itself, in a process of its own. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  entry = fileURLToPath(new URL("./toy/pipeline.ts", import.meta.url)),
): Program {
  const cwd = fileURLToPath(new URL("../..", import.meta.url))
  const child = spawn(process.execPath, ["--import", "tsx", entry, ...args], { cwd, env: { ...process.env, ...env } })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk))
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk))
  const said = () => ({ out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() })
  const ended = new Promise<Said>((resolve) =>
    child.on("close", (code) => resolve({ code, ...said(), bytes: Buffer.concat(out) })),
  )
  return { child, said, ended }
}

/** Text with the store's place, times, digests, versions and paddings made alike. */
export const masked = (text: string, root: string): string =>
  text
    .replaceAll(root, "STORE")
    .replace(/\b[0-9a-f]{64}\b/g, "DIGEST")
    .replace(/\b[0-9a-f]{2}\/[0-9a-f]{62}\b/g, "DIGEST")
    .replace(/\b[0-9a-f]{12}\b/g, "DIGEST")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, "TIME")
    .replace(/\b\d+(\.\d+)? s\b/g, "SECONDS")
    .replace(/\b\d+ B\b/g, "BYTES")
    .replace(/on \S+, Node [\d.]+(, commit DIGEST)?/g, "on MACHINE")
    .replace(/(?<=\S) {2,}/g, "  ")

/** JSON lines; throws when a line is something else. */
export const parsed = (out: string): readonly Record<string, unknown>[] =>
  out
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line))

export const sortedLines = (text: string): readonly string[] => text.trimEnd().split("\n").sort()
