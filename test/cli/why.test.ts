import { rmSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const shown = ({ out }: Said): string => masked(out, root)

beforeAll(async () => {
  await cli("run")
}, 20_000)

describe("why", () => {
  it("says when and where an up-to-date node was computed", async () => {
    expect(shown(await cli("why", "add"))).toMatchInlineSnapshot(`
      "powers/add is up to date
        computed TIME in SECONDS on MACHINE
      "
    `)
  })

  it("names the parameter, with the default where a recipe leaves it out", async () => {
    expect(shown(await cli("why", "powers/draw[seed=2]", "--set", "draw.count=9"))).toMatchInlineSnapshot(`
      "powers/draw[seed=2] is stale
        draw/count 3 -> 9
      "
    `)
  })

  it("names what blocks a node, alike things together", async () => {
    expect(shown(await cli("why", "T-1", "--set", "draw.count=9"))).toMatchInlineSnapshot(`
      "figure-T-1 is blocked by
        powers/draw[seed=0] and 2 others are stale
          draw/count 3 -> 9
      "
    `)
  })

  it("follows a changed input to where the change began", async () => {
    await cli("run", "draw", "--set", "draw.count=8")
    expect(shown(await cli("why", "powers/raise[seed=1]", "--set", "draw.count=8"))).toMatchInlineSnapshot(`
      "powers/raise[seed=1] is stale
        input numbers changed
          powers/draw[seed=1] was computed with
            draw/count 3 -> 8
      "
    `)
    await cli("run", "raise", "--set", "draw.count=8", "--seeds", "1..3")
    const more = await cli("why", "powers/add", "--set", "draw.count=8", "--seeds", "1..3")
    expect(shown(more)).toMatchInlineSnapshot(`
      "powers/add is stale
        input all changed: 2 of 3 tables differ, 1 added, 1 gone
          powers/raise[seed=1] and 1 other were computed with
            input numbers changed
              powers/draw[seed=1] was computed with
                draw/count 3 -> 8
      "
    `)
  })

  it("says what never ran", async () => {
    expect(shown(await cli("why", "powers/draw[seed=77]", "--seeds", "77"))).toMatchInlineSnapshot(`
      "powers/draw[seed=77] is stale
        never ran
      "
    `)
  })

  it("says what is lost", async () => {
    const [one] = parsed((await cli("ls", "wait", "--json")).out)
    rmSync(String(one!.path), { force: true })
    expect(shown(await cli("why", "waits/wait[turn=0]"))).toMatchInlineSnapshot(`
      "waits/wait[turn=0] is stale
        output sums is lost from the store
      "
    `)
    expect((await cli("run", "waits")).code).toBe(0)
  })

  it("prints one JSON line a finding, causes below what they explain", async () => {
    const { out } = await cli("why", "add", "--preset", "mini", "--set", "raise.power=9", "--json")
    const cue = { _tag: "Params", path: "power", before: 2, after: 9, text: "raise/power 2 -> 9" }
    expect(parsed(out)).toEqual([
      { event: "why", depth: 0, node: "powers/add", state: "blocked", cues: [] },
      { event: "why", depth: 1, node: "powers/raise[seed=0]", state: "stale", cues: [cue] },
    ])
  })
})
