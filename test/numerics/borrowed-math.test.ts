import { afterEach, describe, expect, it, vi } from "vitest"
import { withOurMath } from "../../stages/numerics/borrowed-math.ts"
import { exp, pow } from "../../stages/numerics/elementary.ts"

afterEach(() => {
  vi.restoreAllMocks()
})

describe("withOurMath", () => {
  it("lends our functions and gives the engine's back", () => {
    const engine = [Math.exp, Math.log, Math.pow]
    expect(withOurMath(() => [Math.exp, Math.pow])).toEqual([exp, pow])
    expect(() =>
      withOurMath(() => {
        throw new Error("in the middle")
      }),
    ).toThrow("in the middle")
    expect([Math.exp, Math.log, Math.pow]).toEqual(engine)
  })

  it("hides how the engine computes", () => {
    vi.spyOn(Math, "exp").mockReturnValue(0)
    expect(withOurMath(() => Math.exp(1))).toBeCloseTo(Math.E, 15)
  })
})
