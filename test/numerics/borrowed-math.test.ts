import { afterEach, describe, expect, it, vi } from "vitest"
import { withOurMath } from "../../stages/numerics/borrowed-math.ts"
import { exp } from "../../stages/numerics/elementary.ts"

afterEach(() => {
  vi.restoreAllMocks()
})

describe("withOurMath", () => {
  it("lends our functions and gives the engine's back", () => {
    const engine = [Math.exp, Math.log, Math.pow]
    expect(withOurMath(() => Math.exp)).toBe(exp)
    expect(withOurMath(() => [(-3) ** 2, (-2) ** 3, 2 ** -52, 0 ** 0.5])).toEqual([9, -8, 2 ** -52, 0])
    expect(withOurMath(() => 3.7 ** 0.8951)).toBeCloseTo(3.7 ** 0.8951, 14)
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
