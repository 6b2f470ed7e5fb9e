import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { call, freshStore, masked, parsed, type Said, sortedLines } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const shown = ({ out }: Said): string => masked(out, root)

let first: Said
beforeAll(async () => {
  first = await cli("run", "--jobs", "2")
}, 20_000)

describe("run", () => {
  it("computes everything at first, says so on stderr, and sums up on stdout", () => {
    expect([first.code, shown(first)]).toMatchInlineSnapshot(`
      [
        0,
        "9 computed, 0 cached in SECONDS
      figure T-1 STORE/objects/v1/DIGEST.svg
      ",
      ]
    `)
    expect(sortedLines(masked(first.err, root))).toMatchInlineSnapshot(`
      [
        "9 nodes: 0 cached, 4 to run now, 5 waiting for them",
        "computed figure-T-1 SECONDS",
        "computed powers/add SECONDS",
        "computed powers/draw[seed=0] SECONDS",
        "computed powers/draw[seed=1] SECONDS",
        "computed powers/draw[seed=2] SECONDS",
        "computed powers/raise[seed=0] SECONDS",
        "computed powers/raise[seed=1] SECONDS",
        "computed powers/raise[seed=2] SECONDS",
        "computed waits/wait[turn=0] SECONDS",
        "drawn T-1 STORE/objects/v1/DIGEST.svg",
      ]
    `)
  })

  it("computes nothing the second time", async () => {
    const again = await cli("run")
    expect([again.code, shown(again), again.err]).toMatchInlineSnapshot(`
      [
        0,
        "0 computed, 9 cached in SECONDS
      figure T-1 STORE/objects/v1/DIGEST.svg
      ",
        "9 nodes: 9 cached, 0 to run now, 0 waiting for them
      ",
      ]
    `)
  })

  it("shows with --dry-run what status shows, and exits 0", async () => {
    const change = ["--set", "raise.power=4"]
    const [dry, status] = [await cli("run", "--dry-run", ...change), await cli("status", ...change)]
    expect(dry.out).toBe(status.out)
    expect([dry.code, status.code]).toEqual([0, 3])
  })

  it("runs a stage that is forced, and what it gives is the same", async () => {
    const { out, code } = await cli("run", "--force", "raise", "--json")
    const computed = parsed(out).filter(({ event }) => event === "computed")
    expect([code, computed.map(({ node }) => node).sort()]).toEqual([
      0,
      ["powers/raise[seed=0]", "powers/raise[seed=1]", "powers/raise[seed=2]"],
    ])
  })
})

describe("status", () => {
  it("shows an up-to-date pipeline", async () => {
    const { code, out, err } = await cli("status")
    expect([code, err]).toEqual([0, ""])
    expect(out).toMatchInlineSnapshot(`
      "stage           nodes  cached  stale  blocked
      powers/draw         3       3      0        0
      powers/raise        3       3      0        0
      powers/add          1       1      0        0
      powers/figures      1       1      0        0
      waits/wait          1       1      0        0

      state   node                  why
      cached  powers/draw[seed=0]
      cached  powers/raise[seed=0]
      cached  powers/draw[seed=1]
      cached  powers/raise[seed=1]
      cached  powers/draw[seed=2]
      cached  powers/raise[seed=2]
      cached  powers/add
      cached  figure-T-1
      cached  waits/wait[turn=0]

      up to date: 9 nodes
      "
    `)
  })

  it("shows what is stale, with its cues, and what is blocked", async () => {
    const { code, out } = await cli("status", "--set", "raise.power=4", "--seeds", "0..3")
    expect(code).toBe(3)
    expect(out).toMatchInlineSnapshot(`
      "stage           nodes  cached  stale  blocked
      powers/draw         4       3      1        0
      powers/raise        4       0      3        1
      powers/add          1       0      0        1
      powers/figures      1       0      0        1
      waits/wait          1       1      0        0

      state    node                  why
      cached   powers/draw[seed=0]
      stale    powers/raise[seed=0]  raise/power 2 -> 4
      cached   powers/draw[seed=1]
      stale    powers/raise[seed=1]  raise/power 2 -> 4
      cached   powers/draw[seed=2]
      stale    powers/raise[seed=2]  raise/power 2 -> 4
      stale    powers/draw[seed=3]   never ran
      blocked  powers/raise[seed=3]  waits for powers/draw[seed=3]
      blocked  powers/add            waits for powers/raise[seed=0] and 3 others
      blocked  figure-T-1            waits for powers/add
      cached   waits/wait[turn=0]

      outdated: 4 stale and 3 blocked of 11 nodes
      "
    `)
  })

  it("prints one JSON line a node", async () => {
    const { code, out } = await cli("status", "add", "--preset", "mini", "--set", "raise.power=4", "--json")
    expect(code).toBe(3)
    const cue = { _tag: "Params", path: "power", before: 2, after: 4, text: "raise/power 2 -> 4" }
    expect(parsed(masked(out, root))).toEqual([
      { event: "node", node: "powers/draw[seed=0]", stage: "draw", state: "cached", key: "DIGEST" },
      { event: "node", node: "powers/raise[seed=0]", stage: "raise", state: "stale", key: "DIGEST", cues: [cue] },
      { event: "node", node: "powers/add", stage: "add", state: "blocked", on: ["powers/raise[seed=0]"] },
      { event: "planned", nodes: 3, cached: 1, stale: 1, blocked: 1 },
    ])
  })
})

describe("status and run agree", () => {
  it.each([
    ["a parameter upstream", ["--set", "draw.count=5"]],
    ["a parameter at its default", ["--set", "raise.power=2"]],
    ["more seeds", ["--seeds", "0..3"]],
    ["another preset", ["--preset", "mini"]],
    ["a target", ["powers/raise[seed=1]", "--set", "raise.power=5"]],
  ])("after %s, and going back finds everything", async (_, args) => {
    const states = new Map<unknown, unknown>()
    for (const { node, state } of parsed((await cli("status", ...args, "--json")).out)) states.set(node, state)
    const events = parsed((await cli("run", ...args, "--json")).out)
    const nodesOf = (name: string) => events.flatMap(({ event, node }) => (event === name ? [node] : []))
    const inState = (...of: string[]) => [...states.keys()].filter((node) => of.includes(String(states.get(node))))
    expect(nodesOf("computed")).toEqual(expect.arrayContaining(inState("stale")))
    expect(inState("stale", "blocked")).toEqual(expect.arrayContaining(nodesOf("computed")))
    expect(nodesOf("cached")).toEqual(expect.arrayContaining(inState("cached")))
    expect([(await cli("status", ...args)).code, (await cli("status")).code]).toEqual([0, 0])
  })

  it("runs exactly what is downstream of a change", async () => {
    const events = parsed((await cli("run", "--set", "raise.power=6", "--json")).out)
    const computed = events.flatMap(({ event, node }) => (event === "computed" ? [node] : []))
    const expected = [
      "figure-T-1",
      "powers/add",
      "powers/raise[seed=0]",
      "powers/raise[seed=1]",
      "powers/raise[seed=2]",
    ]
    expect(computed.sort()).toEqual(expected)
  })
})
