import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3mse.ts"
import { curve, parts, read, seeds } from "./networks.ts"

const edge = { d: 2, g: 20, loss: "mse" }
const strong = { d: 2, g: 250, loss: "mse" }
/** From ED 2 to `top`, and further up after t = 11. */
const rise = (top: number) => [2, 2, 2, 3, 3, 3, 3, 3, top, 3, 3, 3, 30]

describe("A-3mse", () => {
  it("holds with a median accuracy of .95 at the edge of chaos, and reports expansion and strong chaos", async () => {
    const tables = [
      ...seeds([0.5, 0.95, 0.96], read, edge),
      ...seeds([1, 0.98, 0.9], read, strong),
      ...seeds([rise(4), rise(5), rise(8)], curve, edge),
    ]
    expect(await parts(claim, tables)).toEqual({
      "g = 20, accuracy": "0.95 of 3, holds",
      "g = 20, expansion": "2.5 of 3, reported",
      "g = 250, accuracy": "0.98 of 3, reported",
    })
  })

  it("fails below, however good strong chaos is", async () => {
    expect(await parts(claim, [read(0.949, edge), read(1, strong)])).toMatchObject({
      "g = 20, accuracy": "0.949 of 1, fails",
    })
  })

  it("is not tested without such networks: the baseline and other variants are none", async () => {
    const others = [{ loss: "cross-entropy" }, { d: 200 }, { trained: false }, { clusters: 120 }]
    const tables = [
      ...others.map((labels) => read(1, { ...edge, ...labels })),
      read(1, { d: 2 }),
      curve(rise(9), { d: 2 }),
    ]
    expect(Object.values(await parts(claim, tables))).toEqual(Array(3).fill("0 of 0, not tested"))
  })
})
