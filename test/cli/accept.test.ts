import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { type Manifest, manifestText } from "../../artifacts/manifest.ts"
import { editing } from "./edits.ts"
import { call, freshStore, masked, parsed, type Said } from "./rig.ts"
import raise from "./toy/raise.ts"

const { root, remove } = freshStore()
const edits = editing()
afterEach(edits.undo)
afterAll(() => {
  edits.remove()
  remove()
})

const cli = (...args: string[]): Promise<Said> => call([...args, "--store", root])
const shown = ({ code, out, err }: Said) => [code, masked(out, root), masked(err, root)]
const reason = ["--reason", "a longer name"]

/** A result of `raise` as if another code had made it. */
function forge(store: string, code: string): void {
  const folder = join(store, "manifests", "v1", "raise")
  const text = readFileSync(join(folder, readdirSync(folder)[0]!), "utf8")
  const { checksum: _, ...manifest } = JSON.parse(text) as Manifest & { checksum: string }
  const forged = { ...manifest, key: code as Manifest["key"], recipe: { ...manifest.recipe, code } }
  writeFileSync(join(folder, `${code}.json`), manifestText(forged as Manifest))
}

/** The same arithmetic in other words: another digest of the code. */
const rename = (to = "factor") => edits.edit(raise, "value", to)

beforeAll(async () => {
  await cli("run", "powers")
}, 20_000)

describe("accept", () => {
  it("lets results of earlier code stand, with all that depends on them, and says so wherever they are shown", async () => {
    rename()
    expect((await cli("status", "powers")).out).toContain("stale    powers/raise[seed=0]  code of raise changed\n")
    expect(shown(await cli("accept", "raise", ...reason))).toEqual([
      0,
      "raise: 3 artifacts of code DIGEST, the latest of TIME, may stand for code DIGEST\n",
      "",
    ])
    expect(shown(await cli("status", "T-1"))).toMatchInlineSnapshot(`
      [
        0,
        "stage  nodes  cached  stale  blocked
      powers/draw  3  3  0  0
      powers/raise  3  3  0  0
      powers/add  1  1  0  0
      powers/figures  1  1  0  0

      state  node  why
      cached  powers/draw[seed=0]
      cached  powers/raise[seed=0]  accepted from code DIGEST: a longer name
      cached  powers/draw[seed=1]
      cached  powers/raise[seed=1]  accepted from code DIGEST: a longer name
      cached  powers/draw[seed=2]
      cached  powers/raise[seed=2]  accepted from code DIGEST: a longer name
      cached  powers/add
      cached  figure-T-1

      up to date: 8 nodes
      ",
        "",
      ]
    `)
    expect(shown(await cli("ls", "raise"))[1]).toMatchInlineSnapshot(`
      "artifact  seed  rows  size  time  finished  digest  accepted from code
      powers/raise  0  3  BYTES  SECONDS  TIME  DIGEST  DIGEST
      powers/raise  1  3  BYTES  SECONDS  TIME  DIGEST  DIGEST
      powers/raise  2  3  BYTES  SECONDS  TIME  DIGEST  DIGEST

      3 artifacts, 2.7 kB
      "
    `)
    expect(shown(await cli("run", "raise"))[1]).toBe("0 computed, 6 cached in SECONDS\n")
    const [first] = parsed((await cli("status", "powers/raise[seed=0]", "--json")).out).slice(1)
    expect(first).toMatchObject({ state: "cached", acceptedFrom: { reason: "a longer name" } })
  })

  it("is tried by audit, which runs the code of now", async () => {
    rename()
    expect(shown(await cli("audit", "raise"))[1]).toBe(
      "6 of 6 artifacts run again: 6 the same\n3 artifacts of raise accepted from code DIGEST: a longer name\n",
    )
  })

  it("counts for this code alone, until another change is accepted too", async () => {
    rename("multiplier")
    expect((await cli("status", "raise")).code).toBe(3)
    const earlier = parsed((await cli("accept", "raise", "--reason", "again", "--json")).out)
    expect(earlier).toMatchObject([{ event: "accepted", stage: "raise", reason: "again", artifacts: 3 }])
    expect((await cli("status", "raise")).code).toBe(0)
  })

  it("does not stand where the inputs or parameters differ, nor when the stage is forced", async () => {
    rename()
    expect((await cli("status", "raise", "--set", "raise.power=3")).code).toBe(3)
    expect(shown(await cli("run", "raise", "--force", "raise"))[1]).toBe("3 computed, 3 cached in SECONDS\n")
    expect((await cli("status", "raise")).out).not.toContain("accepted")
  })

  it("refuses to go round in a circle", async () => {
    const said = await cli("accept", "raise", ...reason)
    expect(shown(said)).toEqual([2, "", "error: the results of raise as it is now stand for those of DIGEST already\n"])
  })

  it("is refused for digits that several codes begin with, and for another code than was accepted", async () => {
    const store = join(dirname(root), "codes")
    cpSync(root, store, { recursive: true })
    const codes = ["ab1", "ab2"].map((start) => start.padEnd(64, "0"))
    for (const code of codes) forge(store, code)
    const acceptFrom = (from: string) => call(["accept", "raise", ...reason, "--from", from, "--store", store])
    rename("another")
    const ambiguous = await acceptFrom("ab")
    expect([ambiguous.code, ambiguous.err.replace(/, \d.*Z$/gm, "")]).toEqual([
      2,
      "error: ab begins 2 codes of raise; choose one:\n  ab1000000000\n  ab2000000000\n",
    ])
    expect((await acceptFrom("ab1")).code).toBe(0)
    expect((await acceptFrom("ab1")).code).toBe(0)
    const other = await acceptFrom("ab2")
    expect([other.code, other.err]).toEqual([
      2,
      "error: the results of code ab1000000000 stand for those of raise as it is now, and would no longer; `unaccept raise` gives them up\n",
    ])
    expect((await call(["unaccept", "raise", "--store", store])).code).toBe(0)
    expect((await acceptFrom("ab2")).code).toBe(0)
  })

  it("is refused without a reason, without other code, for several stages, for code that is not there", async () => {
    expect(shown(await cli("accept", "raise"))[2]).toBe(
      "error: --reason is missing: it says why the change is cosmetic\n",
    )
    expect(shown(await cli("accept", "draw", ...reason))[2]).toBe(
      "error: draw has no results of other code in the store\n",
    )
    expect(shown(await cli("accept", "powers", ...reason))[2]).toBe(
      "error: powers names 4 stages; choose one: draw, raise, add, figure-T-1\n",
    )
    expect(shown(await cli("accept", "raise", "--from", "xyz", ...reason))[2]).toBe(
      "error: raise has no results of code xyz; there are:\n  DIGEST, TIME\n",
    )
  })
})

describe("accept --sample", () => {
  const more = 'power: param(whole(0, 9), 2, { doc: "exponent" })'
  const sample = (share: string, ...args: string[]) => cli("accept", "raise", ...reason, "--sample", share, ...args)

  it("refuses what gives other bits, and says where", async () => {
    edits.edit(raise, "product * value", "product * value + 0.5")
    const said = await sample("1")
    const [code, out, err] = shown(said)
    expect([code, err]).toEqual([
      5,
      expect.stringMatching(/error: raise: nothing was accepted, since not every result gives the same bits again\n$/),
    ])
    expect(out).toMatch(/^3 of 3 artifacts run again: 3 different\nfirst divergence: powers\/raise\[seed=\d\]\n/)
    expect(out).toMatch(/cause: code: code DIGEST -> DIGEST/)
    expect((await cli("status", "raise")).code).toBe(3)
  })

  it("fails where the results cannot be made again", async () => {
    edits.edit(raise, more, `${more}, base: Schema.Int`)
    const said = await sample("0.1", "--json")
    expect(said.code).toBe(1)
    const audited = parsed(said.out).filter(({ event }) => event === "audited")
    expect(audited).toEqual([expect.objectContaining({ state: "failed" })])
  })

  it("refuses a share that is none", async () => {
    expect(shown(await sample("2"))).toEqual([2, "", 'error: --sample: expected a number in [0, 1], found "2"\n'])
  })

  it("keeps results when a parameter with a default is added, and how many proved it", async () => {
    edits.edit(raise, more, `${more}, shift: param(whole(0), 0, { doc: "of no use yet" })`)
    const { code, out } = await sample("0.4")
    expect([code, masked(out, root)]).toEqual([
      0,
      "raise: 3 artifacts of code DIGEST, the latest of TIME, may stand for code DIGEST; 2 of 3 run again, the same bits\n",
    ])
    const status = await cli("status", "powers/raise[seed=0]", "--json")
    expect(parsed(status.out)[1]).toMatchObject({ state: "cached", acceptedFrom: { tried: { again: 2, of: 3 } } })
    expect((await cli("status", "raise")).out).toMatch(/: a longer name \(2 of 3 run again, the same bits\)$/m)
    await cli("unaccept", "raise")
  })
})

describe("unaccept", () => {
  it("takes it back, once", async () => {
    rename("multiplier")
    expect(shown(await cli("unaccept", "raise"))).toEqual([0, "raise: only results of code DIGEST count\n", ""])
    expect((await cli("status", "raise")).code).toBe(3)
    expect(shown(await cli("unaccept", "raise"))).toEqual([
      2,
      "",
      "error: raise: nothing was accepted for its code DIGEST\n",
    ])
  })
})
