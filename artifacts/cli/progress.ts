/**
 * Readers of one stream of run events: JSON lines, plain lines for a pipe, one live display for a terminal, and the log
 * in the store. The display redraws in place at most ten times a second and gives the cursor back whatever ends the run.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { RunEvent } from "../events.ts"
import type { Store } from "../store.ts"
import { type Host, jsonLine } from "./options.ts"
import { countText, resumedText, secondsText } from "./table.ts"

export interface RunLogger {
  readonly log: (event: RunEvent) => void
  /** Says something that is no event: where a figure lies. */
  readonly figure: (id: string, path: string) => void
  readonly close: () => void
}

export const jsonLogger = (host: Host): RunLogger => ({
  log: (event) => jsonLine(host, event),
  figure: (id, path) => jsonLine(host, { event: "figure", id, path }),
  close: () => {},
})

/** A line for what was computed, failed or was found damaged; what was cached is in the counts. */
export function lineOf(event: RunEvent): string | undefined {
  switch (event.event) {
    case "planned":
      return `${countText(event.nodes, "node")}: ${event.cached} cached, ${event.stale} to run now, ${event.blocked} waiting for them`
    case "computed":
      return `computed ${event.node} ${secondsText(event.seconds)}${resumedText(event.resumedFrom)}`
    case "failed":
      return `failed ${event.node}`
    case "damaged":
      return `damaged ${event.node}: output ${event.port} is computed again; expected at ${event.path}`
    default:
      return undefined
  }
}

export const plainLogger = (host: Host): RunLogger => ({
  log: (event) => {
    const line = lineOf(event)
    if (line !== undefined) host.err(line)
  },
  figure: (id, path) => host.err(`drawn ${id} ${path}`),
  close: () => {},
})

/** What shows a run to whom asks for it: a program, a person at a terminal, or a pipe. */
export function loggerFor(host: Host, json: boolean, totals: ReadonlyMap<string, number>, slots: number): RunLogger {
  if (json) return jsonLogger(host)
  return host.terminal.columns() === undefined ? plainLogger(host) : liveLogger(host, totals, slots)
}

/** Appends all events to the log of the run in the store, some at a time; says so once when it cannot. */
export function recorder(store: Store, run: string, host: Host): RunLogger {
  const waiting: string[] = []
  let complete = true
  const flush = () => {
    if (!complete || waiting.length === 0) return
    const written = Effect.runSync(Effect.result(store.log(run, waiting.splice(0).join("\n"))))
    if (Result.isSuccess(written)) return
    complete = false
    host.err(`the log of this run is not complete: ${written.failure.message}`)
  }
  const timer = setInterval(flush, 200)
  return {
    log: (event) => void waiting.push(JSON.stringify({ time: new Date().toISOString(), ...event })),
    figure: () => {},
    close: () => {
      clearInterval(timer)
      flush()
    },
  }
}

interface Running {
  readonly stage: string
  readonly since: number
  fraction: number
  detail: string
}

/** Lines of the display for nodes that run. */
const shownNodes = 12

/** What the live display knows: how far each stage is, what runs now, how long stages took. */
export class Tally {
  readonly running = new Map<string, Running>()
  readonly done = new Map<string, number>()
  /** Ids: what was cached may be computed all the same, when it is read and is not there. */
  private readonly settled = new Set<string>()
  readonly times = new Map<string, { count: number; seconds: number }>()
  failed = 0
  private readonly total: ReadonlyMap<string, number>
  private readonly slots: number
  private readonly started: number

  /** Nodes by stage, how many run at once, and the time now in milliseconds. */
  constructor(total: ReadonlyMap<string, number>, slots: number, now: number) {
    this.total = total
    this.slots = slots
    this.started = now
  }

  apply(event: RunEvent, now: number): void {
    if (event.event === "started")
      this.running.set(event.node, { stage: event.stage, since: now, fraction: 0, detail: "" })
    if (event.event === "progress") {
      const at = this.running.get(event.node)
      if (at) [at.fraction, at.detail] = [event.fraction, event.detail ?? ""]
    }
    if (event.event === "computed" || event.event === "failed") this.running.delete(event.node)
    if (event.event === "failed") this.failed++
    if ((event.event === "computed" || event.event === "cached") && !this.settled.has(event.node)) {
      this.settled.add(event.node)
      increase(this.done, event.stage)
    }
    if (event.event !== "computed") return
    const { count, seconds } = this.times.get(event.stage) ?? { count: 0, seconds: 0 }
    this.times.set(event.stage, { count: count + 1, seconds: seconds + event.seconds })
  }

  /** Seconds that are left, by the mean time of each stage (of all where one has not run yet); undefined before any ran. */
  left(): number | undefined {
    const times = [...this.times.values()]
    const count = sum(times.map((of) => of.count))
    if (count === 0) return undefined
    const mean = sum(times.map((of) => of.seconds)) / count
    const meanOf = (stage: string) => {
      const time = this.times.get(stage)
      return time ? time.seconds / time.count : mean
    }
    const nodes = [...this.total].map(([stage, total]) => (total - (this.done.get(stage) ?? 0)) * meanOf(stage))
    const begun = [...this.running.values()].map(({ stage, fraction }) => fraction * meanOf(stage))
    return (sum(nodes) - sum(begun)) / Math.min(this.slots, Math.max(1, this.running.size))
  }

  /** The display: totals, stages that are not finished, what runs now. */
  lines(now: number): readonly string[] {
    const [done, total] = [sum(this.done.values()), sum(this.total.values())]
    const computed = sum([...this.times.values()].map(({ count }) => count))
    const elapsed = (now - this.started) / 1000
    const rate = computed > 0 ? `, ${(computed / elapsed).toPrecision(2)} nodes/s` : ""
    const left = this.left()
    const failed = this.failed > 0 ? `, ${this.failed} failed` : ""
    const about = left === undefined || left < 0.5 ? "" : `, about ${secondsText(left)} left`
    const open = [...this.total].filter(([stage, n]) => (this.done.get(stage) ?? 0) < n)
    const stages = open.map(([stage, n]) => `${stage} ${this.done.get(stage) ?? 0}/${n}`)
    const nodes = [...this.running].slice(0, shownNodes).map(([node, { fraction, detail, since }]) => {
      const at = fraction > 0 ? `${Math.floor(100 * fraction)} %` : secondsText((now - since) / 1000)
      return `  ${node}  ${at}${detail === "" ? "" : `  ${detail}`}`
    })
    const head = `${done} of ${countText(total, "node")}${failed}, ${secondsText(elapsed)}${rate}${about}`
    return stages.length === 0 ? [head] : [head, `  ${stages.join(", ")}`, ...nodes]
  }
}

const increase = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0)

const hide = "\x1b[?25l"
const show = "\x1b[?25h"
const eraseDown = "\x1b[0J"

export function liveLogger(host: Host, total: ReadonlyMap<string, number>, slots: number): RunLogger {
  const { draw, columns } = host.terminal
  const tally = new Tally(total, slots, performance.now())
  let height = 0
  const erased = () => (height === 0 ? `\r${eraseDown}` : `\x1b[${height}A\r${eraseDown}`)
  const redraw = (above = "") => {
    // One less than the width: a full line would wrap, and be erased as one line.
    const width = (columns() || 80) - 1
    const lines = tally.lines(performance.now()).map((line) => `${line.slice(0, width)}\n`)
    draw(erased() + above + lines.join(""))
    height = lines.length
  }
  const restore = () => draw(show)
  process.on("exit", restore)
  draw(hide)
  const timer = setInterval(() => redraw(), 100)
  return {
    log: (event) => {
      tally.apply(event, performance.now())
      if (event.event === "failed" || event.event === "damaged") redraw(`${lineOf(event)}\n`)
    },
    figure: (id, path) => redraw(`drawn ${id} ${path}\n`),
    close: () => {
      clearInterval(timer)
      process.off("exit", restore)
      draw(erased() + show)
    },
  }
}
