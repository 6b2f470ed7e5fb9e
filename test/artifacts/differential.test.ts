import { afterAll, describe, expect, it } from "vitest"
import { differences } from "./differential.ts"
import { folders } from "./words.ts"

const store = folders("differential")
afterAll(store.clean)

describe("random edits of random graphs", () => {
  it.each([
    { ground: "in memory", scripts: 500, folders: {} },
    { ground: "on disk", scripts: 12, folders: { next: store.next } },
  ])("give what the reference engine gives, and compute what they must, $ground", async ({ scripts, folders }) => {
    const { failures, ...tally } = await differences({ scripts, seed: 1, ...folders })
    expect(failures).toEqual([])
    // Enough of everything has happened.
    expect(tally.scripts).toBe(scripts)
    expect(tally.runs).toBeGreaterThan(5 * scripts)
    expect(tally.computed).toBeGreaterThan(10 * scripts)
    expect(tally.cutOff).toBeGreaterThan(scripts)
    expect(tally.recalled).toBeGreaterThan(scripts / 10)
    expect(tally.unforeseen).toBeGreaterThan(scripts / 50)
  })
})
