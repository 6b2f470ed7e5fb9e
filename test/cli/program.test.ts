import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { call, freshStore, type Program, parsed, start } from "./rig.ts"

/** Milliseconds for tests that start the program: a start takes one to two seconds, on a busy machine several. */
const limit = 30_000
let root: string
let remove: () => void
beforeEach(() => {
  const fresh = freshStore()
  root = fresh.root
  remove = fresh.remove
})
afterEach(() => remove())

/** Waits until the program has said something. */
async function until(program: Program, text: string): Promise<void> {
  while (!program.said().err.includes(text) && program.child.exitCode === null) await sleep(20)
}

describe("the program", () => {
  it(
    "prints help without loading the pipeline",
    async () => {
      const entry = join(root, "..", "entry.ts")
      const main = new URL("../../artifacts/cli/main.ts", import.meta.url).href
      writeFileSync(
        entry,
        `import { runCli } from ${JSON.stringify(main)}\nrunCli(() => Promise.reject(new Error("loaded")))\n`,
      )
      const [top, run] = await Promise.all([
        start(["--help"], {}, entry).ended,
        start(["run", "--help"], {}, entry).ended,
      ])
      expect([top.code, top.err, run.code, run.err]).toEqual([0, "", 0, ""])
      for (const name of ["run", "status", "why", "graph", "ls", "inspect"]) expect(top.out).toMatch(`\n  ${name} `)
      expect(run.out).toContain("npx tsx pipeline.ts run [flags]")
      for (const flag of ["--jobs N", "--store DIR", "--preset NAME", "--json"]) expect(run.out).toContain(flag)
    },
    limit,
  )

  it(
    "with --json prints JSON lines on stdout and nothing else, and logs them in the store",
    async () => {
      const { code, out, err } = await start(["run", "--json"], { ARTIFACTS: root }).ended
      expect([code, err]).toEqual([0, ""])
      const events = parsed(out)
      const names = events.map(({ event }) => event)
      expect([names[0], names.at(-1)]).toEqual(["planned", "finished"])
      expect(events.at(-1)).toMatchObject({ computed: 9, cached: 0, failed: 0, skipped: 0 })
      expect(events.find(({ event }) => event === "figure")).toMatchObject({ id: "T-1" })
      const [log, ...others] = readdirSync(join(root, "runs"))
      expect(others).toEqual([])
      expect(log).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}\.jsonl$/)
      const logged = parsed(readFileSync(join(root, "runs", log!), "utf8"))
      expect(logged.map(({ time, ...event }) => event)).toEqual(events.filter(({ event }) => event !== "figure"))
    },
    limit,
  )

  it(
    "exits by what happened",
    async () => {
      const codes = [["status"], ["run", "powrs"], ["run", "raise", "--set", "raise.power=7"]].map(
        (args) => start([...args, "--store", root]).ended,
      )
      expect((await Promise.all(codes)).map(({ code }) => code)).toEqual([3, 2, 1])
    },
    limit,
  )

  it(
    "runs twice at once on one store",
    async () => {
      const both = await Promise.all([start(["run", "--store", root]).ended, start(["run", "--store", root]).ended])
      expect(both.map(({ code }) => code)).toEqual([0, 0])
      expect((await call(["status", "--store", root])).code).toBe(0)
    },
    limit,
  )

  it.each(["SIGINT", "SIGTERM"] as const)(
    "stops on %s within a second or so, and keeps what is finished",
    async (signal) => {
      const args = ["run", "waits", "--store", root, "--jobs", "2", "--set", "waits.ms=[0,60000,60000]"]
      const program = start(args)
      await until(program, "computed waits/wait[turn=0]")
      const sent = performance.now()
      program.child.kill(signal)
      const { code, err } = await program.ended
      expect(code).toBe(130)
      expect(performance.now() - sent).toBeLessThan(5000)
      expect(err).toContain("interrupted: 1 stage is finished and kept; run the same command to resume\n")
      const resumed = await call(["status", "waits", "--store", root, "--set", "waits.ms=[0,60000,60000]", "--json"])
      expect(parsed(resumed.out).at(-1)).toMatchObject({ cached: 1, stale: 2 })
    },
    limit,
  )

  it(
    "ends quietly when its reader has gone",
    async () => {
      const program = start(["graph", "--json"])
      program.child.stdout!.destroy()
      const { err } = await program.ended
      expect(err).toBe("")
    },
    limit,
  )
})
