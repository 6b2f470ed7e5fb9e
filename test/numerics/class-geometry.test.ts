import { describe, expect, it } from "vitest"
import { classDistances, discriminantSeparation, silhouette } from "../../stages/numerics/class-geometry.ts"
import { intrinsicDimension } from "../../stages/numerics/intrinsic-dimension.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/class-geometry/data.json" with { type: "json" }

const cases = fixture.map(({ x, ...rest }) => ({ ...rest, x: Float32Array.from(x) }))
/** The first two coordinates. */
const planeOf = ({ x, N, n }: { x: Float32Array; N: number; n: number }) =>
  Float64Array.from({ length: 2 * N }, (_, at) => x[Math.floor(at / 2) * n + (at % 2)]!)

describe("class geometry", () => {
  it.each(cases)("agrees with scikit-learn: $N points of $n coordinates", (cloud) => {
    const { x, labels, n } = cloud
    const distances = classDistances({ x, labels }, n)
    for (const name of ["within", "between", "gap"] as const) expect(distances[name]).toBeCloseTo(cloud[name], 12)
    expect(silhouette({ x, labels }, n)).toBeCloseTo(cloud.silhouette, 12)
    expect(discriminantSeparation(planeOf(cloud), labels)).toBeCloseTo(cloud.separation, 12)
    const { twoNN, mle } = intrinsicDimension(x, cloud.N, n, cloud.k)
    expect(twoNN).toBeCloseTo(cloud.twoNN, 10)
    expect(mle).toBeCloseTo(cloud.mle, 10)
  })

  it("does not depend on the order of the points", () => {
    const { x, labels, N, n } = cases[1]!
    const order = stream(0, "order").permutation(N)
    const shuffled = {
      x: Float32Array.from(x, (_, at) => x[order[Math.floor(at / n)]! * n + (at % n)]!),
      labels: Array.from(order, (i) => labels[i]!),
    }
    const all = (cloud: { x: Float32Array; labels: number[] }) => ({
      ...classDistances(cloud, n),
      silhouette: silhouette(cloud, n),
      separation: discriminantSeparation(planeOf({ ...cloud, N, n }), cloud.labels),
      ...intrinsicDimension(cloud.x, N, n, 10),
    })
    const expected = Object.entries(all({ x, labels }))
    for (const [name, value] of Object.entries(all(shuffled)))
      expect(value).toEqual(
        typeof value === "number" ? expect.closeTo(expected.find(([key]) => key === name)![1] as number, 10) : value,
      )
  })

  it("takes its extremes where classes are points, and where they are alike", () => {
    const labels = [0, 0, 1, 1]
    const apart = Float64Array.of(0, 0, 0, 0, 3, 4, 3, 4)
    expect(classDistances({ x: apart, labels }, 2)).toEqual({ within: 0, between: 5, gap: 5 })
    expect(silhouette({ x: apart, labels }, 2)).toBe(1)
    expect(discriminantSeparation(apart, labels)).toBeCloseTo(1, 14)
    const alike = Float64Array.of(0, 0, 1, 2, 0, 0, 1, 2)
    expect(silhouette({ x: alike, labels }, 2)).toBe(-0.5)
    expect(discriminantSeparation(alike, labels)).toBe(0)
    const one = Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1)
    expect(classDistances({ x: one, labels }, 2)).toEqual({ within: 0, between: 0, gap: 0 })
    expect([silhouette({ x: one, labels }, 2), discriminantSeparation(one, labels)]).toEqual([0, 0])
  })

  it("has no value but 0 for a single class or for classes of one point", () => {
    const x = Float64Array.of(0, 0, 1, 2, 5, 1)
    expect(classDistances({ x, labels: [3, 3, 3] }, 2)).toMatchObject({ between: 0, gap: 0 })
    expect(silhouette({ x, labels: [3, 3, 3] }, 2)).toBe(0)
    expect(discriminantSeparation(x, [3, 3, 3])).toBe(0)
    expect(classDistances({ x, labels: [0, 1, 2] }, 2).within).toBe(0)
    expect(silhouette({ x, labels: [0, 1, 2] }, 2)).toBe(0)
  })
})

describe("intrinsicDimension", () => {
  /** N points even in the unit k-ball, in the first k of n coordinates. */
  const ball = (k: number, N: number, n: number) => {
    const x = new Float32Array(N * n)
    const random = stream(0, "ball", k)
    const point = new Float64Array(k)
    for (let i = 0; i < N; ) {
      random.fillUniform(point, -1, 1)
      if (point.reduce((sum, u) => sum + u * u, 0) <= 1) x.set(point, i++ * n)
    }
    return x
  }

  it.each([1, 2, 3, 5])("is k on a k-ball: %i", (k) => {
    const N = 1500
    const { twoNN, mle, estimated } = intrinsicDimension(ball(k, N, 8), N, 8, 10)
    expect(estimated).toBe(true)
    // Standard error of the ratio estimate: d / √N; both err low near the surface.
    expect(Math.abs(twoNN / k - 1)).toBeLessThan(0.1)
    expect(Math.abs(mle / k - 1)).toBeLessThan(0.1)
  })

  it("drops duplicates and counts them: each point twice changes nothing", () => {
    const x = ball(2, 200, 2)
    const once = intrinsicDimension(x, 200, 2, 10)
    const twice = intrinsicDimension(Float32Array.from([...x, ...x]), 400, 2, 10)
    expect(twice).toEqual({ ...once, duplicates: 200 })
    expect(once.duplicates).toBe(0)
  })

  it("is not estimated from few distinct points, or from distances all alike", () => {
    const none = { twoNN: 0, mle: 0, estimated: false }
    expect(intrinsicDimension(ball(2, 19, 2), 19, 2, 5)).toEqual({ ...none, duplicates: 0 })
    expect(intrinsicDimension(ball(2, 30, 2), 30, 2, 30)).toEqual({ ...none, duplicates: 0 })
    expect(intrinsicDimension(new Float32Array(100), 50, 2, 5)).toEqual({ ...none, duplicates: 49 })
    const corners = Float32Array.from({ length: 900 }, (_, at) => (at % 31 === 0 ? 1 : 0))
    expect(intrinsicDimension(corners, 30, 30, 5)).toEqual({ ...none, duplicates: 0 })
    expect(() => intrinsicDimension(corners, 30, 30, 1)).toThrow(RangeError)
  })
})
