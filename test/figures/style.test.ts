import { describe, expect, it } from "vitest"
import { gainColours } from "../../stages/figures/style.ts"

describe("gain colours", () => {
  it("are the papers' for 20 and 250, and distinct for all", () => {
    const colours = gainColours([400, 250, 60, 20, 60, 120])
    expect([...colours.keys()]).toEqual([20, 60, 120, 250, 400])
    expect([colours.get(20), colours.get(250)]).toEqual(["#17a398", "#b8202a"])
    expect(new Set(colours.values()).size).toBe(5)
  })
})
