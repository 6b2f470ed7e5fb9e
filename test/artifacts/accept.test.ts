import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { accept, acceptanceText, acceptedFor, unaccept } from "../../artifacts/accept.ts"

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string]
const acceptance = (from: string) => ({ from, reason: `from ${from[0]}`, time: "2026-01-31T12:00:00.000Z" })

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "accept-"))
})
afterEach(() => rmSync(root, { recursive: true }))

const put = (code: string, from: string, place = root) => Effect.runSync(accept(place, "raise", code, acceptance(from)))
const chain = (code: string, lower: string[] = [], stage = "raise") =>
  Effect.runSync(acceptedFor({ root, lower }, stage, code)).map(({ from }) => from)

describe("what was accepted", () => {
  it("is followed from code to earlier code, the latest first, for its stage alone", () => {
    put(c, b)
    put(b, a)
    expect([chain(c), chain(b), chain(a)]).toEqual([[b, a], [a], []])
    expect(chain(c, [], "draw")).toEqual([])
    expect(Effect.runSync(unaccept(root, "raise", b))).toBe(true)
    expect(chain(c)).toEqual([b])
  })

  it("ends where it would go round", () => {
    put(b, a)
    put(a, b)
    expect(chain(b)).toEqual([a])
  })

  it("is found in a store below", () => {
    const lower = join(root, "lower")
    put(b, a, lower)
    expect([chain(b), chain(b, [lower])]).toEqual([[], [a]])
  })

  it("says how many results proved it", () => {
    const tried = { again: 2, of: 30 }
    Effect.runSync(accept(root, "raise", b, { ...acceptance(a), tried }))
    const [found] = Effect.runSync(acceptedFor({ root, lower: [] }, "raise", b))
    expect(found).toEqual({ ...acceptance(a), tried })
    expect(acceptanceText(found!)).toBe("accepted from code aaaaaaaaaaaa: from a (2 of 30 run again, the same bits)")
  })

  it.each([
    "{",
    "null",
    `{"from":"${a}","reason":"","time":"","tried":{"again":"all"}}`,
    '{"from":"../x","reason":"","time":""}',
    `{"from":"${a}"}`,
  ])("is refused when it says %s", (text) => {
    mkdirSync(join(root, "accepted", "v1", "raise"), { recursive: true })
    writeFileSync(join(root, "accepted", "v1", "raise", `${b}.json`), text)
    const error = Effect.runSync(Effect.flip(acceptedFor({ root, lower: [] }, "raise", b)))
    expect(error.reason).toMatchObject({ _tag: "Corrupt", expected: "a record of accepted code" })
  })
})
