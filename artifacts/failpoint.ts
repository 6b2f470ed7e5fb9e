/**
 * Faults that tests put into the file calls of the store, through `$ARTIFACTS_FAULTS`, so that they work in real child
 * processes and in worker threads too, or by {@link arm}. A fault is `point:n=what`: at the n-th call (`*`: at every call)
 * of that point (`any`: of whatever point) fail with a system code, `kill` the process, or make a write `short`:
 * `write:1=short,write:2=ENOSPC` is a disk that fills up in the middle of a file. Counts are by thread.
 */
export type Point =
  | "stat"
  | "read"
  | "list"
  | "mkdir"
  | "open"
  | "write"
  | "fsync"
  | "rename"
  | "link"
  | "unlink"
  | "append"
  | "open-folder"
  | "fsync-folder"

interface Fault {
  readonly point: Point | "any"
  /** 0: every call. */
  readonly nth: number
  readonly what: string
  seen: number
}

/** Undefined outside tests: then a call costs one comparison. */
let faults: Fault[] | undefined = parse(process.env.ARTIFACTS_FAULTS ?? "")
let passed: Point[] = []

function parse(text: string): Fault[] | undefined {
  if (text === "") return undefined
  return text.split(",").map((part) => {
    const [, point, nth, what] = /^([a-z-]+):(\d+|\*)=(\w+)$/.exec(part) ?? []
    if (what === undefined) throw new RangeError(`a fault is point:n=what, not ${JSON.stringify(part)}`)
    return { point: point as Point, nth: nth === "*" ? 0 : Number(nth), what, seen: 0 }
  })
}

/** Passes a point: throws as the system would, never returns, or says that a write is to be cut short. */
export function pass(point: Point): "short" | undefined {
  return faults === undefined ? undefined : trip(faults, point)
}

function trip(armed: readonly Fault[], point: Point): "short" | undefined {
  passed.push(point)
  let short: "short" | undefined
  for (const fault of armed) {
    if (fault.point !== point && fault.point !== "any") continue
    fault.seen++
    if (fault.nth !== 0 && fault.nth !== fault.seen) continue
    if (fault.what === "kill") process.kill(process.pid, "SIGKILL")
    if (fault.what !== "short") throw Object.assign(new Error(`${fault.what}: put in by a test`), { code: fault.what })
    short = "short"
  }
  return short
}

/** Arms faults in this thread, none by "", and from now on keeps the points that are passed, for {@link disarm}. */
export function arm(text: string): void {
  faults = parse(text) ?? []
  passed = []
}

/** Ends the faults; the points that were passed since they were armed, in order. */
export function disarm(): readonly Point[] {
  faults = undefined
  return passed
}
