import { mkdirSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { call, freshStore, masked, parsed } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]) => call([...args, "--store", root])

describe("what a person gets wrong", () => {
  const see = (command: string) => `see npx tsx pipeline.ts ${command} --help`
  const draw = "powers/draw[seed=1]"
  it.each([
    [["rnu"], `unknown command "rnu"; did you mean run?\nsee npx tsx pipeline.ts --help`],
    [
      ["frobnicate"],
      'unknown command "frobnicate"; known: run, status, why, graph, ls, inspect, diff, audit, accept, unaccept, verify, gc, pin, unpin, export, import, report, doctor\nsee npx tsx pipeline.ts --help',
    ],
    [["run", "--jbs", "2"], `unknown flag --jbs; did you mean --jobs?\n${see("run")}`],
    [["run", "--jobs", "0"], `--jobs: expected a whole number >= 1, found "0"\n${see("run")}`],
    [["run", "--jobs", "two"], `--jobs: expected a whole number >= 1, found "two"\n${see("run")}`],
    [
      ["inspect", draw, "--format", "xml"],
      `--format: expected one of table, json, csv, parquet, arrow, found "xml"\n${see("inspect")}`,
    ],
    [["why"], `NODE is missing\n${see("why")}`],
    [["run", "powrs"], 'unknown target "powrs"; did you mean powers?'],
    [["status", "powers/draw[seed=9]"], 'unknown target "powers/draw[seed=9]"; did you mean powers/draw[seed=0]?'],
    [["run", "--preset", "quik"], 'unknown preset "quik"; did you mean quick?'],
    [["run", "--preset", "enormous"], 'unknown preset "enormous"; known: mini, quick, paper'],
    [["run", "--set", "raise.pwer=3"], 'unknown parameter of raise "pwer"; did you mean power?'],
    [["run", "--set", "rise.power=3"], 'unknown stage or study "rise"; did you mean raise?'],
    [["run", "--set", "raise.power=10"], "powers/raise[seed=0]:\n  power: expected a whole number in 0..9, found 10"],
    [["run", "--set", "powers.seeds=-1"], "powers:\n  seeds.0: expected a whole number >= 0, found -1"],
    [
      ["run", "--set", "nonsense"],
      "--set nonsense:\n  expected STAGE.PARAMETER=VALUE or STUDY.PARAMETER=VALUE, such as train.learningRate=0.002",
    ],
    [["run", "--seeds", "3..1"], "--seeds 3..1:\n  expected FIRST..LAST with FIRST <= LAST, found 3..1"],
    [["run", "--seeds", "0..1e9"], 'powers:\n  seeds.0: expected number, found "0..1e9"'],
    [
      ["run", "--sweep", "draw.count=9..1"],
      "--sweep draw.count=9..1:\n  expected FIRST..LAST with FIRST <= LAST, found 9..1",
    ],
    [["run", "--sweep", "draw.seed=0..1e9"], 'powers/draw[seed=0]:\n  seed: expected number, found "0..1e9"'],
    [["run", "--force", "rise"], 'unknown stage "rise"; did you mean raise?'],
    [
      ["why", "raise"],
      "raise names 3 nodes; choose one:\n  powers/raise[seed=0]\n  powers/raise[seed=1]\n  powers/raise[seed=2]",
    ],
    [["inspect", "abcdef12"], "no artifact has a digest that begins with abcdef12; `ls` lists them"],
    [
      ["run", "--set", "draw.file=absent"],
      "powers/draw[seed=0] and 2 others: cannot read absent\n  choose another with --set draw.file=PATH",
    ],
  ])("is refused before anything runs: %j", async (args, message) => {
    const said = await cli(...args)
    expect([said.code, said.out, said.err]).toEqual([2, "", `error: ${message}\n`])
    const [line, ...others] = parsed((await cli(...args, "--json")).out)
    expect(others).toEqual([])
    expect(line).toMatchObject({ event: "error", exit: 2, message })
  })

  it("is told of an artifact that is there, too", async () => {
    await cli("run", "powers")
    const fault = async (...args: string[]) => {
      const { code, err } = await cli("inspect", ...args)
      return [code, masked(err, root)]
    }
    expect(await fault(draw, "--select", "y=1")).toEqual([
      2,
      "error: --select y=1: unknown column y; did you mean i?\n",
    ])
    expect(await fault(draw, "--select", "y")).toEqual([2, "error: --select y: expected COLUMN=VALUE, such as i=0\n"])
    expect(await fault(draw, "--port", "number")).toEqual([
      2,
      `error: unknown output of ${draw} "number"; did you mean numbers?\n`,
    ])
    expect(await fault("add")).toEqual([
      2,
      "error: powers/add has several outputs; choose one with --port: sums, largest\n",
    ])
    for (const rows of [["--format", "csv"], ["--select", "a=1"], ["--stats"], ["--head", "3"]])
      expect(await fault("T-1", ...rows)).toEqual([
        2,
        "error: a figure has no rows; it lies at STORE/objects/v1/DIGEST.svg\n",
      ])
    for (const format of ["csv", "table", "arrow", "parquet"]) {
      const message = `--json and --format ${format} exclude each other`
      expect(parsed((await cli("inspect", draw, "--json", "--format", format)).out)).toEqual([
        { event: "error", kind: "Refusal", message, exit: 2 },
      ])
    }
    expect((await cli("inspect", draw, "--json", "--format", "json")).code).toBe(0)
    expect(await fault(draw, "--select", "i=0..20000000")).toEqual([
      2,
      'error: --select i=0..20000000: expected numbers in i, found "0..20000000"\n',
    ])
    expect(await fault("draw", "--select", "seed=99")).toEqual([
      2,
      "error: draw has no node with such labels; there are seed 0, 1, 2\n",
    ])
    expect(await fault("draw", "--seeds", "0..11", "--select", "seed=99")).toEqual([
      2,
      "error: draw has no node with such labels; there are seed 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 others\n",
    ])
    expect(await fault(draw, "--set", "draw.count=9")).toEqual([
      3,
      `error: ${draw} is not up to date; \`run\` computes it, \`why\` tells what changed\n`,
    ])
  })
})

describe("what fails in a run", () => {
  const args = ["run", "powers", "--jobs", "1", "--set"]

  it("is told with node, reason and advice; exit 1; --keep-going does the rest", async () => {
    const said = await cli(...args, "raise.power=7", "--keep-going")
    expect(said.code).toBe(1)
    expect(masked(said.out, root)).toBe("2 computed, 3 cached, 1 failed, 2 skipped in SECONDS\n")
    expect(said.err).toContain("failed powers/raise[seed=1]\n  seven is too much for 1; choose another power\n")
    const events = parsed((await cli(...args, "raise.power=7", "--json")).out)
    expect(events.at(-1)).toMatchObject({ event: "finished", computed: 0, cached: 5, failed: 1, skipped: 2 })
    expect(events.find(({ event }) => event === "failed")).toMatchObject({
      node: "powers/raise[seed=1]",
      stage: "raise",
    })
  })

  it("shows the stack of a defect, and asks to report it", async () => {
    const { code, err } = await cli(...args, "raise.power=8")
    expect(code).toBe(1)
    expect(err).toMatch(/failed powers\/raise\[seed=0\]\n {2}TypeError: the eighth power is a defect\n {6}at /)
    expect(err).toMatch(/please report it with the lines above\n$/)
  })

  it("a defect of the program itself exits 70 with its stack", async () => {
    const pipeline = () => Promise.reject(new TypeError("no pipeline"))
    const said = await call(["status", "--json"], { pipeline })
    expect(said.code).toBe(70)
    expect(said.err).toMatch(/^TypeError: no pipeline\n +at /)
    expect(parsed(said.out)).toMatchObject([{ event: "error", kind: "Defect", exit: 70 }])
  })
})

describe("a store", () => {
  it("that cannot be written is refused before anything runs", async () => {
    mkdirSync(dirname(root), { recursive: true })
    const file = `${root}-file`
    writeFileSync(file, "")
    const said = await call(["run", "--store", `${file}/store`])
    expect([said.code, said.out]).toEqual([2, ""])
    expect(said.err).toMatch(
      /^error: cannot \w+ .*-file\/store.* \(ENOTDIR\): .*choose another place with --store DIR\n$/,
    )
  })

  it("with a damaged object exits 4, and the next run mends it", async () => {
    await cli("run", "powers")
    const [one] = parsed((await cli("ls", "powers/draw[seed=2]", "--json")).out)
    const path = String(one!.path)
    const read = () => cli("inspect", "powers/draw[seed=2]", "--format", "csv")
    const whole = await read()
    damage(path)
    const damaged = await read()
    expect([damaged.code, damaged.out]).toEqual([4, ""])
    expect(damaged.err).toMatch(/is damaged: expected .* found .*; run again to recompute it\n$/)
    expect((await cli("run", "powers")).code).toBe(0)
    expect(await read()).toEqual(whole)
  })
})

/** Changes the bytes and keeps their number: only the digest can tell. */
function damage(path: string): void {
  const { size } = statSync(path)
  truncateSync(path, size - 1)
  truncateSync(path, size)
}
