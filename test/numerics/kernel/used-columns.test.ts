import { expect, it } from "vitest"
import { usedColumns } from "../../../stages/numerics/kernel/used-columns.ts"

it("is the narrowest run that holds what is not zero, step by step", () => {
  const x = Float32Array.from(
    [
      // Two samples of three steps of four columns.
      [0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, Number.NaN],
    ].flat(),
  )
  const size = { batch: 2, steps: 3, d: 4 }
  expect(usedColumns(x, size, 0)).toEqual({ from: 4, to: 4 })
  expect(usedColumns(x, size, 1)).toEqual({ from: 1, to: 3 })
  expect(usedColumns(x, size, 2)).toEqual({ from: 0, to: 4 })
})
