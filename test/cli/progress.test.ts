import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { Host } from "../../artifacts/cli/options.ts"
import { lineOf, liveLogger, Tally } from "../../artifacts/cli/progress.ts"
import type { RunEvent } from "../../artifacts/events.ts"
import type { ArtifactKey } from "../../artifacts/key.ts"

const key = "k" as ArtifactKey
const started = (node: string, stage: string): RunEvent => ({ event: "started", node, stage, key })
const computed = (node: string, stage: string, seconds: number): RunEvent => ({
  event: "computed",
  node,
  stage,
  key,
  seconds,
})
const totals = new Map([
  ["draw", 2],
  ["train", 4],
])

describe("the tally", () => {
  it("counts by stage, and estimates what is left from the mean time of each stage", () => {
    const tally = new Tally(totals, 2, 0)
    tally.apply({ event: "cached", node: "draw[0]", stage: "draw", key }, 0)
    tally.apply(started("draw[1]", "draw"), 0)
    expect(tally.left()).toBeUndefined()
    expect(tally.lines(1000)).toEqual(["1 of 6 nodes, 1.0 s", "  draw 1/2, train 0/4", "  draw[1]  1.0 s"])
    tally.apply(computed("draw[1]", "draw", 2), 2000)
    tally.apply(started("train[0]", "train"), 2000)
    tally.apply(computed("train[0]", "train", 10), 12_000)
    tally.apply(started("train[1]", "train"), 12_000)
    tally.apply(started("train[2]", "train"), 12_000)
    tally.apply({ event: "progress", node: "train[1]", fraction: 0.5, detail: "epoch 5" }, 17_000)
    // Three trainings of 10 s are left, 5 s of one are done, two run at once.
    expect(tally.left()).toBe(12.5)
    expect(tally.lines(20_000)).toEqual([
      "3 of 6 nodes, 20 s, 0.10 nodes/s, about 13 s left",
      "  train 1/4",
      "  train[1]  50 %  epoch 5",
      "  train[2]  8.0 s",
    ])
    tally.apply({ event: "failed", node: "train[2]", stage: "train", reason: "diverged" }, 21_000)
    expect(tally.lines(21_000)[0]).toContain("3 of 6 nodes, 1 failed")
  })
})

it("the tally counts what was cached, and computed all the same, once", () => {
  const tally = new Tally(totals, 2, 0)
  tally.apply({ event: "cached", node: "draw[0]", stage: "draw", key }, 0)
  tally.apply(computed("draw[0]", "draw", 2), 1000)
  expect(tally.lines(1000)[0]).toContain("1 of 6 nodes")
})

describe("plain lines", () => {
  it("tell what was computed, failed or was damaged, and nothing else", () => {
    expect(lineOf({ event: "damaged", node: "a", port: "b", path: "/c" })).toBe(
      "damaged a: output b is computed again; expected at /c",
    )
    expect(lineOf(computed("clusters/train[seed=0]", "train", 4.2))).toBe("computed clusters/train[seed=0] 4.2 s")
    expect(lineOf({ event: "failed", node: "a", stage: "b", reason: "c" })).toBe("failed a")
    expect(lineOf({ event: "planned", nodes: 3, cached: 1, stale: 1, blocked: 1 })).toBe(
      "3 nodes: 1 cached, 1 to run now, 1 waiting for them",
    )
    expect(lineOf(started("a", "b"))).toBeUndefined()
  })
})

describe("the live display", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it("hides the cursor, redraws in place within the width, and gives the cursor back", () => {
    let text = ""
    const draw = (more: string) => {
      text += more
    }
    const host = { terminal: { out: true, columns: () => 20, draw } } as unknown as Host
    const listeners = process.listenerCount("exit")
    const logger = liveLogger(host, totals, 2)
    expect(text).toBe("\x1b[?25l")
    logger.log(started("draw[0]", "draw"))
    vi.advanceTimersByTime(100)
    expect(text.endsWith("\r\x1b[0J0 of 6 nodes, 0.1 s\n  draw 0/2, train 0\n  draw[0]  0.1 s\n")).toBe(true)
    text = ""
    logger.figure("A-1", "a.svg")
    expect(text.startsWith("\x1b[3A\r\x1b[0Jdrawn A-1 a.svg\n0 of 6")).toBe(true)
    logger.close()
    expect(text.endsWith("\x1b[3A\r\x1b[0J\x1b[?25h")).toBe(true)
    expect([process.listenerCount("exit"), vi.getTimerCount()]).toEqual([listeners, 0])
  })
})
