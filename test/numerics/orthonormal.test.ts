import { expect, it } from "vitest"
import { orthonormal } from "../../stages/numerics/orthonormal.ts"
import { stream } from "../../stages/numerics/random.ts"

it.each([
  [1, 1],
  [5, 0],
  [7, 3],
  [60, 60],
])("has orthonormal columns (%i x %i)", (n, d) => {
  const q = orthonormal(n, d, stream(1))
  expect(q).toHaveLength(n * d)
  for (let j = 0; j < d; j++)
    for (let k = 0; k <= j; k++) {
      let overlap = 0
      for (let i = 0; i < n; i++) overlap += q[i * d + j]! * q[i * d + k]!
      expect(Math.abs(overlap - (j === k ? 1 : 0))).toBeLessThan(2e-15)
    }
})

it("is uniform: entries of a Haar matrix have mean 0, variance 1/n and no preferred sign or corner", () => {
  const [n, d, repeats] = [4, 3, 4000]
  const random = stream(1, "haar")
  const sum = new Float64Array(n * d)
  const squares = new Float64Array(n * d)
  for (let r = 0; r < repeats; r++)
    orthonormal(n, d, random).forEach((x, i) => {
      sum[i]! += x
      squares[i]! += x * x
    })
  for (let i = 0; i < n * d; i++) {
    // Four standard errors; the variance of a squared entry is 2(n-1)/(n²(n+2)).
    expect(Math.abs(sum[i]! / repeats)).toBeLessThan(4 * Math.sqrt(1 / n / repeats))
    expect(Math.abs(squares[i]! / repeats - 1 / n)).toBeLessThan(
      4 * Math.sqrt((2 * (n - 1)) / (n * n * (n + 2)) / repeats),
    )
  }
})

it("refuses more columns than rows", () => {
  for (const [n, d] of [
    [3, 4],
    [3, -1],
    [2.5, 2],
  ] as const)
    expect(() => orthonormal(n, d, stream(1))).toThrow(RangeError)
})
