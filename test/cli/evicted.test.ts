import { execFileSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"
import positive from "./toy/positive.ts"
import { pipeline } from "./toy/studies.ts"

const { root, remove } = freshStore()
afterAll(remove)

const judged = { ...pipeline, leaves: [...pipeline.leaves, positive] }
const bare = (...args: string[]): Promise<Said> => call(args, { pipeline: async () => judged })
const cli = (...args: string[]): Promise<Said> => bare(...args, "--store", root)
const evict = async (stage: string) => {
  // What is as young as the collection stays.
  await setTimeout(20)
  const { out } = await cli("gc", "--evict", stage, "--grace", "0")
  expect(out).toContain("evicted object")
}
/** Runs the command that stands between backticks, as a shell takes it. */
const follow = async (text: string): Promise<readonly string[]> => {
  const command = /`(.*)`/.exec(text)![1]!
  const words = execFileSync("/bin/sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
  const { code, out } = await bare(...words.trim().split("\n"), "--json")
  expect(code).toBe(0)
  return parsed(out).flatMap(({ event, node }) => (event === "computed" ? [node as string] : []))
}

beforeAll(async () => {
  expect((await cli("run", "powers")).code).toBe(0)
}, 20_000)

describe("inspect of what was evicted", () => {
  const node = "powers/draw[seed=1]"
  const command = `\`run '${node}' --force draw --store ${root}\``

  it("says when, and the command that computes it again", async () => {
    await evict("draw")
    const { code, out } = await cli("inspect", node)
    expect([code, masked(out, root)]).toEqual([
      0,
      expect.stringContaining(`evicted  TIME; ${command.replace(root, "STORE")} computes it again\n`),
    ])
    expect(out).toContain("parameters")
    const [line] = parsed((await cli("inspect", node, "--json")).out)
    expect(new Date(line!.evicted as string).toISOString()).toBe(line!.evicted)
    expect(line!.recall).toBe(command.slice(1, -1))
    for (const asked of [["--format", "csv"], ["--stats"], ["--head", "3"], ["--select", "i=1"]]) {
      const refused = await cli("inspect", node, ...asked)
      expect([refused.code, refused.out, masked(refused.err, root)]).toEqual([
        3,
        "",
        `error: ${node}.numbers was evicted TIME; ${command.replace(root, "STORE")} computes it again\n`,
      ])
    }
  })

  it("names a command that does", async () => {
    expect(await follow((await cli("inspect", node)).out)).toEqual([node])
    const { code, out } = await cli("inspect", node, "--format", "csv")
    expect([code, out]).toEqual([0, "i,x,name\n0,1,even\n1,1.25,odd\n2,1.5,even\n"])
  }, 20_000)

  it("knows the node of a digest, unless it has other parameters now", async () => {
    const settings = ["--preset", "mini", "--set", "draw.count=4", "--set", "raise.power=3"]
    await cli("run", "raise", ...settings)
    await evict("raise")
    const [line] = parsed((await cli("ls", "raise", "--json", ...settings)).out)
    const digest = line!.digest as string
    expect((await cli("inspect", digest)).out).toMatch(/^evicted +\S+ \S+; no node has its parameters and code now$/m)
    const { out } = await cli("inspect", digest.slice(0, 8), ...settings)
    expect(await follow(out)).toEqual(["powers/raise[seed=0]"])
    expect((await cli("inspect", digest)).out).toMatch(/^path /m)
  }, 20_000)

  it("says it of the tables of a stage", async () => {
    await evict("draw")
    const { code, err } = await cli("inspect", "draw")
    expect([code, err]).toEqual([
      3,
      `error: 3 of 3 tables of draw evicted; \`run draw --force draw --store ${root}\` computes them again\n`,
    ])
    await follow(err)
    expect((await cli("inspect", "draw", "--format", "csv")).code).toBe(0)
  }, 20_000)
})

it("a run ends well when the table of a claim, or a figure, was evicted, and says how to have it again", async () => {
  expect((await cli("run", "powers")).out).toMatch(/^claim T-2 holds \(n = 3\)$/m)
  await evict("claim-T-2")
  await evict("figure-T-1")
  const { code, out } = await cli("run", "powers")
  expect(code).toBe(0)
  for (const [kind, id] of [
    ["figure", "T-1"],
    ["claim", "T-2"],
  ]) {
    const line = out.split("\n").find((line) => line.startsWith(`${kind} ${id} evicted `))
    expect(await follow(line!)).toEqual([`${kind}-${id}`])
  }
  expect((await cli("run", "powers")).out).toMatch(/^figure T-1 \/.*\nclaim T-2 holds \(n = 3\)$/m)
}, 30_000)

describe("what a stage refuses before it runs is refused", () => {
  const file = join(dirname(root), "numbers.txt")
  const settings = ["powers", "--preset", "mini", "--set", `draw.file=${file}`]
  const refused = [
    2,
    "",
    `error: powers/draw[seed=0]: cannot read ${file}\n  choose another with --set draw.file=PATH\n`,
  ]
  const said = async (...args: string[]) => {
    const { code, out, err } = await cli("run", ...settings, ...args)
    return [code, out, err]
  }

  it("when it was evicted and is read, and only then", async () => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, "")
    expect((await said())[0]).toBe(0)
    await evict("draw")
    rmSync(file)
    expect((await said())[0]).toBe(0)
    expect(await said("--force", "raise")).toEqual(refused)
    writeFileSync(file, "")
    expect((await said("--force", "raise"))[0]).toBe(0)
  }, 20_000)

  it("when it is lost", async () => {
    const [line] = parsed((await cli("ls", "draw", "--json", ...settings.slice(1))).out)
    rmSync(line!.path as string)
    rmSync(file)
    expect(await said()).toEqual(refused)
  }, 20_000)
})
