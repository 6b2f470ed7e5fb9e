import { expect, test } from "vitest"
import { oddsRatio } from "../../stages/numerics/odds-ratio.ts"

test("odds in one group over those in another, each count raised by a half", () => {
  expect(oddsRatio(7, 1, 2, 4)).toBe((7.5 / 1.5) * (4.5 / 2.5))
  expect(oddsRatio(3, 9, 3, 9)).toBe(1)
})

test("is finite and positive where counts are 0, and the inverse for the other group", () => {
  expect(oddsRatio(0, 0, 0, 0)).toBe(1)
  expect(oddsRatio(10, 0, 0, 10)).toBe(21 * 21)
  expect(oddsRatio(0, 10, 10, 0)).toBe(1 / (21 * 21))
})
