import { describe, expect, it } from "vitest"
import { classPurity, eachDistanceRow, kNearest, kNNAccuracy } from "../../stages/numerics/nearest-neighbours.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/neighbours/data.json" with { type: "json" }

const { N, n, labels } = fixture
const x = Float32Array.from(fixture.x)

describe("eachDistanceRow", () => {
  it.each([
    [1, 1, 1],
    [5, 3, 2],
    [70, 7, 33],
  ])("gives the squared distances of %i points of %i coordinates to %i queries", (N, n, Q) => {
    const random = stream(8, "distances", N)
    const x = Float64Array.from({ length: N * n }, () => 1000 + random.normal())
    const queries = Float64Array.from({ length: Q * n }, () => 1000 + random.normal())
    const visited: number[] = []
    eachDistanceRow(x, N, n, queries, (q, row) => {
      visited.push(q)
      expect(row.length).toBe(N)
      row.forEach((square, p) => {
        let sum = 0
        for (let j = 0; j < n; j++) sum += (x[p * n + j]! - queries[q * n + j]!) ** 2
        expect(square).toBeCloseTo(sum, 12)
      })
    })
    expect(visited).toEqual(Array.from({ length: Q }, (_, q) => q))
  })
})

describe("kNearest", () => {
  it("agrees with scikit-learn", () => {
    const { indices, distances } = kNearest(x, N, n, 4)
    expect([...indices]).toEqual(fixture.indices)
    distances.forEach((d, at) => {
      expect(d).toBeCloseTo(fixture.distances[at]!, 12)
    })
  })

  it("counts a point among its own neighbours when it is a query", () => {
    const { indices, distances } = kNearest(x, N, n, 1, x)
    expect([...indices]).toEqual(Array.from({ length: N }, (_, i) => i))
    expect([...distances]).toEqual(Array(N).fill(0))
  })

  it("breaks ties by index, at any place of the list", () => {
    const line = Float32Array.of(0, 1, -1, 1, 0, 2, -1)
    expect([...kNearest(line, 7, 1, 4).indices.subarray(0, 4)]).toEqual([4, 1, 2, 3])
    expect([...kNearest(line, 7, 1, 6, Float32Array.of(0)).indices]).toEqual([0, 4, 1, 2, 3, 6])
    expect([...kNearest(new Float32Array(50), 50, 1, 3).indices.subarray(0, 6)]).toEqual([1, 2, 3, 0, 2, 3])
  })

  it("refuses more neighbours than there are", () => {
    expect(() => kNearest(x, N, n, N)).toThrow(RangeError)
    expect(kNearest(x, N, n, N, x).indices.length).toBe(N * N)
    expect(() => kNearest(x, N, n, 0)).toThrow(RangeError)
    expect(() => kNearest(x, N, n + 1, 1)).toThrow(RangeError)
  })
})

describe("classPurity", () => {
  it("is the mean share of a point's own label", () => {
    // Around 0 and 10: neighbours of the first three are 2 of 2 their own, of the last three too; the labels mix one.
    const line = Float32Array.of(0, 1, 2, 10, 11, 12)
    expect(classPurity(line, 6, 1, [0, 0, 0, 1, 1, 1], 2)).toBe(1)
    expect(classPurity(line, 6, 1, [0, 0, 1, 1, 1, 1], 2)).toBeCloseTo((0.5 + 0.5 + 0 + 3) / 6, 14)
    expect(classPurity(line, 6, 1, [0, 1, 2, 3, 4, 5], 2)).toBe(0)
  })
})

describe("kNNAccuracy", () => {
  it("agrees with scikit-learn", () => {
    const train = { x: x.subarray(0, 40 * n), labels: labels.slice(0, 40) }
    const test = { x: x.subarray(40 * n), labels: labels.slice(40) }
    expect(kNNAccuracy(train, test, n, 5)).toBeCloseTo(fixture.accuracy, 14)
  })

  it("lets the nearest decide between equally common labels", () => {
    const train = { x: Float32Array.of(0, 1, 2, 3), labels: [7, 8, 8, 7] }
    const at = (query: number, label: number) =>
      kNNAccuracy(train, { x: Float32Array.of(query), labels: [label] }, 1, 4)
    expect([at(-1, 7), at(-1, 8), at(1.4, 8), at(1.4, 7)]).toEqual([1, 0, 1, 0])
  })
})
