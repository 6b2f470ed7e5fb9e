import { describe, expect, it } from "vitest"
import { kNearest } from "../../stages/numerics/nearest-neighbours.ts"
import { mutualComponents, ownCounts } from "../../stages/numerics/neighbour-graph.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/neighbour-graph/data.json" with { type: "json" }

const { k, labels } = fixture
const x = Float64Array.from(fixture.x)
const { indices } = kNearest(x, x.length / 2, 2, k)

/** Components of points on a line. */
const onLine = (k: number, ...line: number[]) => [
  ...mutualComponents(kNearest(Float64Array.from(line), line.length, 1, k).indices, k),
]

describe("mutualComponents", () => {
  it("agrees with scikit-learn and scipy", () => {
    expect([...mutualComponents(indices, k)]).toEqual(fixture.component)
  })

  it("numbers them by size, of equal size by the first point", () => {
    expect(onLine(2, 20, 21, 22, 0, 1, 2)).toEqual([0, 0, 0, 1, 1, 1])
    expect(onLine(2, 20, 21, 22, 0, 1, 2, 3)).toEqual([1, 1, 1, 0, 0, 0, 0])
  })

  it("does not join clusters by a stray point, whose neighbours have nearer ones", () => {
    expect(onLine(2, 0, 1, 2, 5.5, 9, 10, 11)).toEqual([0, 0, 0, 2, 1, 1, 1])
  })

  it("joins no two points but by a chain of mutual neighbours, and all that are so joined", () => {
    const component = mutualComponents(indices, k)
    const mutual = (i: number, j: number) =>
      indices.subarray(i * k, (i + 1) * k).includes(j) && indices.subarray(j * k, (j + 1) * k).includes(i)
    const N = component.length
    const reached = new Int32Array(N).fill(-1)
    for (let i = 0; i < N; i++) {
      if (reached[i]! >= 0) continue
      const open = [i]
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (reached[at]! >= 0) continue
        reached[at] = i
        for (let j = 0; j < N; j++) if (j !== at && mutual(at, j)) open.push(j)
      }
    }
    for (let i = 0; i < N; i++)
      for (let j = 0; j < i; j++) expect(reached[i] === reached[j]).toBe(component[i] === component[j])
  })

  it("does not depend on the order of the points", () => {
    const N = x.length / 2
    const order = stream(3, "order").permutation(N)
    const moved = Float64Array.from({ length: 2 * N }, (_, at) => x[2 * order[at >> 1]! + (at % 2)]!)
    const found = mutualComponents(kNearest(moved, N, 2, k).indices, k)
    const sizes = (component: Iterable<number>) => {
      const counts = new Map<number, number>()
      for (const c of component) counts.set(c, (counts.get(c) ?? 0) + 1)
      return counts
    }
    expect(sizes(found)).toEqual(sizes(fixture.component))
    // The three clouds, each of another size, are the same points.
    found.forEach((c, i) => {
      if (c < 3) expect(c).toBe(fixture.component[order[i]!])
    })
  })

  it("refuses rows of another length", () => {
    expect(() => mutualComponents(indices.subarray(1), k)).toThrow(RangeError)
  })
})

describe("ownCounts", () => {
  it("agrees with scikit-learn", () => {
    expect([...ownCounts(indices, k, labels)]).toEqual(fixture.own)
  })
})
