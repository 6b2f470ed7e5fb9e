/**
 * Speed of the artifact layer on stages that do nothing. `npm run bench -- engine`. A figure that has a bar names it. The
 * stores lie beside the code, so that the disk is the one that holds results; times of writing are mostly its fsync.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { RunEvent } from "../../artifacts/events.ts"
import { Executor } from "../../artifacts/executor.ts"
import { writeFirst, writeWhole } from "../../artifacts/files.ts"
import type { Graph } from "../../artifacts/graph.ts"
import { planner } from "../../artifacts/plan.ts"
import { run } from "../../artifacts/run.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import { verify } from "../../artifacts/verify.ts"
import { openStore } from "../artifacts/crates.ts"
import type { Figure } from "./kernel.ts"
import { codes, fill, flatGraph, sweepGraph } from "./synthetic.ts"

type Codes = Awaited<ReturnType<typeof codes>>

const project = fileURLToPath(new URL("../..", import.meta.url))
const tsx = join(project, "node_modules", "tsx", "dist", "cli.mjs")

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

/** Runs a TypeScript file. */
const start = (file: string, args: readonly string[] = []): string =>
  execFileSync(process.execPath, [tsx, file, ...args], { cwd: project, encoding: "utf8" })

/** Runs a TypeScript file as its users do. */
const type = (file: string, args: readonly string[] = []): string =>
  execFileSync("npx", ["tsx", file, ...args], { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })

/** A run of `nodes` nodes that finds everything cached: in a process of its own. */
async function cachedRun(folder: string, nodes: number, bars: { seconds: number; memory?: number }): Promise<Figure[]> {
  const root = join(folder, `store-${nodes}`)
  await fill(root, await sweepGraph(nodes))
  const script = fileURLToPath(new URL("./cached.ts", import.meta.url))
  const found = JSON.parse(start(script, [root, String(nodes)])) as Record<string, number>
  const name = `${nodes.toLocaleString("en")} nodes, all cached`
  const memoryBar = bars.memory === undefined ? "" : ` (bar ${bars.memory})`
  return [
    ...["graph", "code", "run"].map((part) => ({ name: `${name}: ${part}`, value: found[part]!, unit: "s" })),
    { name: `${name}: process in all (bar ${bars.seconds})`, value: found.all!, unit: "s" },
    { name: `${name}: processor in all`, value: found.processor!, unit: "s" },
    { name: `${name}: peak memory${memoryBar}`, value: found.memory! / 1e6, unit: "MB" },
  ]
}

/**
 * Milliseconds that a stage takes on one worker thread with everything on disk, and those that the disk takes for its two
 * files alone, in turn, so that both see the same disk.
 */
async function overhead(folder: string): Promise<Figure[]> {
  const rounds = 4
  const [graph, code] = [await flatGraph(125), await codes()]
  const intervals: number[] = []
  const writes: number[] = []
  for (let round = 0; round < rounds; round++) {
    intervals.push(...(await stageIntervals(join(folder, `overhead-${round}`), graph, code)))
    writes.push(...writing(join(folder, `written-${round}`), 100))
  }
  return [
    { name: "a trivial stage on a worker (bar 10)", value: median(intervals), unit: "ms" },
    { name: "writing an object and a manifest, alone", value: median(writes), unit: "ms" },
  ]
}

/** Milliseconds from one finished stage to the next, without the first, which wait for the thread to start. */
async function stageIntervals(root: string, graph: Graph, code: Codes): Promise<number[]> {
  const store = openStore(root)
  const times: number[] = []
  const options = {
    graph,
    codes: code,
    planner: planner(graph, code, store),
    selected: new Set(graph.nodes.keys()),
    keepGoing: false,
    emit: ({ event }: RunEvent) => void (event === "computed" && times.push(performance.now())),
  }
  const layer = Executor.threads(1).pipe(Layer.provideMerge(Layer.succeed(ArtifactStore, store)))
  await Effect.runPromise(Effect.provide(run(options), layer))
  return times
    .slice(1)
    .map((time, i) => time - times[i]!)
    .slice(24)
}

/** Milliseconds for the two files of a stage, each time. */
function writing(folder: string, times: number): number[] {
  const tmp = join(folder, "tmp")
  return Array.from({ length: times }, (_, i) => {
    const begin = performance.now()
    Effect.runSync(writeWhole(tmp, join(folder, "objects", `${i}`), Buffer.alloc(600), 0o444))
    Effect.runSync(writeFirst(tmp, join(folder, "manifests", `${i}`), Buffer.alloc(1200), 0o444))
    return performance.now() - begin
  })
}

/** Start of the command line against that of an empty file, in turn, so that both see the same machine. */
function help(folder: string): Figure[] {
  const empty = join(folder, "empty.ts")
  writeFileSync(empty, "")
  const timed = (...args: Parameters<typeof type>) => {
    const begin = performance.now()
    type(...args)
    return performance.now() - begin
  }
  const rounds = Array.from({ length: 7 }, () => ({ empty: timed(empty), help: timed("pipeline.ts", ["--help"]) }))
  const [nothing, shown] = [median(rounds.map(({ empty }) => empty)), median(rounds.map(({ help }) => help))]
  return [
    { name: "npx tsx of an empty file", value: nothing, unit: "ms" },
    { name: "npx tsx pipeline.ts --help", value: shown, unit: "ms" },
    { name: "--help / empty file (bar 2)", value: shown / nothing, unit: "×" },
  ]
}

/** How fast `verify` goes through a store of large objects, against openssl on one core, in turn. */
async function verifying(folder: string): Promise<Figure[]> {
  const root = join(folder, "large")
  const store = openStore(root)
  const bytes = Buffer.alloc(2 ** 23)
  const objects = 32
  for (let i = 0; i < objects; i++) {
    bytes.writeUInt32LE(i)
    await Effect.runPromise(store.write(bytes, "arrow"))
  }
  const rounds: { ours: number; theirs: number }[] = []
  for (let round = 0; round < 5; round++) {
    const { steps } = await Effect.runPromise(verify(root))
    const ours = (objects * bytes.length) / steps.find(({ name }) => name === "objects")!.seconds / 1e6
    rounds.push({ ours, theirs: opensslRate() })
  }
  return [
    { name: "verify of 32 objects of 8 MiB", value: median(rounds.map(({ ours }) => ours)), unit: "MB/s" },
    { name: "openssl sha256, one core", value: median(rounds.map(({ theirs }) => theirs)), unit: "MB/s" },
    {
      name: "verify / openssl (bar .7)",
      value: median(rounds.map(({ ours, theirs }) => ours / theirs)),
      unit: "×",
    },
  ]
}

/** MB/s that `openssl speed` tells of sha256. */
function opensslRate(): number {
  const said = execFileSync("openssl", ["speed", "-elapsed", "-seconds", "1", "-bytes", "1048576", "sha256"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
  return Number(/^sha256\s+([\d.]+)k/m.exec(said)![1]) / 1e3
}

export default async function bench(): Promise<Figure[]> {
  const cache = join(project, "node_modules", ".cache")
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, "bench-"))
  try {
    return [
      ...(await cachedRun(folder, 10_000, { seconds: 2.5, memory: 400 })),
      ...(await cachedRun(folder, 100_000, { seconds: 15 })),
      ...(await overhead(folder)),
      ...help(folder),
      ...(await verifying(folder)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
