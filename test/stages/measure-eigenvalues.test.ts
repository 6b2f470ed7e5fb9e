import { expect, test } from "vitest"
import { toRows } from "../../schemas/table.ts"
import measureEigenvalues from "../../stages/measure-eigenvalues.ts"
import { run } from "./rig.ts"
import { randomNetwork, weightsOf } from "./tables.ts"

test("all eigenvalues of every saved epoch, the largest first", async () => {
  const R = Float32Array.of(0, -2, 0, 2, 0, 0, 0, 0, 0.5)
  const first = { ...randomNetwork({ n: 3, d: 1, classes: 2, epoch: 0 }), R }
  const last = { ...first, epoch: 9, R: R.map((entry) => 2 * entry) }
  const rows = toRows((await run(measureEigenvalues, {}, { weights: weightsOf(first, last) })).eigenvalues)
  expect(rows.map(({ epoch, index, re, im, modulus, argument }) => [epoch, index, re, im, modulus, argument])).toEqual(
    [
      [0, 0, 0, 2, 2, Math.PI / 2],
      [0, 1, 0, -2, 2, -Math.PI / 2],
      [0, 2, 0.5, 0, 0.5, 0],
      [9, 0, 0, 4, 4, Math.PI / 2],
      [9, 1, 0, -4, 4, -Math.PI / 2],
      [9, 2, 1, 0, 1, 0],
    ].map((row) => row.map((cell) => expect.closeTo(cell, 12))),
  )
  for (const { residual } of rows) expect(residual).toBeLessThan(1e-15)
})
