import { describe, expect, it } from "vitest"
import { type Attractor, type AttractorOptions, attractorOf, phaseOf } from "../../stages/numerics/attractors.ts"
import { basinsOf, mirrorOf } from "../../stages/numerics/basins.ts"
import { stream } from "../../stages/numerics/random.ts"
import { orbitOf, periodOf } from "../../stages/numerics/recurrence.ts"
import { freeNetwork, type TangentMap } from "../../stages/numerics/tangent-map.ts"
import fixture from "../fixtures/free-network/data.json" with { type: "json" }
import { cubic, henon, linearMap, logistic, rotation } from "./maps.ts"

const options: AttractorOptions = { orbit: 4096, tolerance: 1e-3, maxPeriod: 512, zeroExponent: 2e-3 }

/** The attractor that an orbit from `start` reaches in 1000 steps. */
function reached(map: TangentMap, start: readonly number[]): Attractor {
  const settled = orbitOf(map, start, 1000).slice(-map.n)
  return attractorOf(map, orbitOf(map, settled, options.orbit), options)
}

describe("attractorOf", () => {
  it("finds a stable fixed point with its multiplier", () => {
    const found = reached(logistic(2.5), [0.3])
    expect(found).toMatchObject({ kind: "fixed-point", period: 1, pca90: 0, dimension: { estimated: false } })
    expect(found.points[0]).toBeCloseTo(0.6, 6)
    // f'(x*) = 2 - r.
    expect(found.radius).toBeCloseTo(0.5, 12)
    expect(found.exponents[0]).toBeCloseTo(-Math.LN2, 12)
    expect(found.residual).toBeLessThan(1e-30)
  })

  it("stays on a fixed point that is not stable, and says so", () => {
    const found = reached(logistic(3.83), [0])
    expect(found).toMatchObject({ kind: "fixed-point", radius: expect.closeTo(3.83, 12) })
  })

  it("finds the window of period 3 with the multiplier of the cycle, in order of time", () => {
    const found = reached(logistic(3.83), [0.3])
    expect(found).toMatchObject({ kind: "cycle", period: 3, pca90: 1 })
    found.points.forEach((x, k) => {
      expect(found.points[(k + 1) % 3]).toBeCloseTo(3.83 * x * (1 - x), 5)
    })
    expect(Math.log(found.radius) / 3).toBeCloseTo(found.exponents[0], 10)
    expect([...found.points].map((x) => phaseOf(found, Float32Array.of(x + 1e-4)))).toEqual([0, 1 / 3, 2 / 3])
  })

  it("finds an invariant circle, one-dimensional and passed at the rate of rotation", () => {
    const omega = Math.PI * (3 - Math.sqrt(5))
    const found = reached(rotation(omega), [0.1, 0.2])
    expect(found).toMatchObject({ kind: "curve", period: 0, radius: 0, pca90: 2 })
    expect(found.exponents).toEqual([expect.closeTo(0, 12), expect.closeTo(-Math.LN2, 12)])
    expect(found.dimension.mle).toBeGreaterThan(0.9)
    expect(found.dimension.mle).toBeLessThan(1.15)
    const phases = [0, 1, 2].map((t) =>
      phaseOf(found, Float32Array.of(Math.cos(t * omega + 0.1), Math.sin(t * omega + 0.1))),
    )
    const turn = (a: number, b: number) => Math.abs(a - b - Math.round(a - b))
    for (const t of [0, 1])
      expect(Math.abs(turn(phases[t + 1]!, phases[t]!) - omega / (2 * Math.PI))).toBeLessThan(0.02)
  })

  it("takes a rotation by a fraction of a turn for a cycle, and one nearly so for a curve", () => {
    expect(reached(rotation((2 * Math.PI) / 7), [0.1, 0.2])).toMatchObject({ kind: "cycle", period: 7 })
    expect(reached(rotation((2 * Math.PI) / 290 + 2e-7), [0.1, 0.2]).kind).toBe("curve")
  })

  it("tells chaos: Hénon's attractor, of dimension 1.26", () => {
    const found = reached(henon, [0.1, 0.1])
    expect(found.kind).toBe("chaos")
    expect(found.exponents[0]).toBeCloseTo(0.42, 1)
    expect(Math.abs(found.dimension.mle - 1.26)).toBeLessThan(0.1)
  })

  it.each(fixture)("tells what numpy's exponents say of a free network: $kind", ({ kind, R, b1, h }) => {
    const map = freeNetwork({ R: Float32Array.from(R), b1: Float32Array.from(b1) }, "tanh")
    expect(reached(map, h).kind).toBe(kind)
  })

  it("tells orbits that grow for ever, tori, and what has not settled", () => {
    expect(reached(linearMap([1.1, 0, 0, 0.5], 2), [1, 1])).toMatchObject({ kind: "unbounded", residual: 0 })
    const [c, s] = [Math.cos(1), Math.sin(1)]
    expect(reached(linearMap([c, -s, s, c], 2), [1, 1]).kind).toBe("neutral")
    // Inwards by .3 % a step, from afar.
    const spiral = linearMap([0.997 * c, -0.997 * s, 0.997 * s, 0.997 * c], 2)
    expect(attractorOf(spiral, orbitOf(spiral, [1e5, 0], options.orbit), options).kind).toBe("unsettled")
  })
})

describe("periodOf", () => {
  it("is the smallest period, 0 for none, and asks for four returns", () => {
    const wave = (p: number, states: number) => Float64Array.from({ length: states }, (_, t) => t % p)
    expect([1, 2, 6, 100].map((p) => periodOf(wave(p, 1001), 1, 512, 1e-3))).toEqual([1, 2, 6, 100])
    expect(periodOf(wave(126, 1001), 1, 512, 1e-3)).toBe(0)
    expect(periodOf(wave(6, 1001), 1, 5, 1e-3)).toBe(0)
  })
})

describe("basinsOf", () => {
  /** Sorts the ends of orbits from N random states in [-1, 1]ⁿ, or from those given. */
  function sorted(map: TangentMap, N: number, starts?: readonly (readonly number[])[]) {
    const length = 16
    const random = new Float64Array(N * map.n)
    stream(1, "starts").fillUniform(random, -1, 1)
    const start = (i: number) => starts?.[i] ?? random.subarray(i * map.n, (i + 1) * map.n)
    const values = new Float32Array(N * length * map.n)
    for (let i = 0; i < N; i++)
      values.set(orbitOf(map, start(i), 1000 + length).subarray(-length * map.n), i * length * map.n)
    const sorting = basinsOf(map, { values, length }, options)
    for (;;) {
      const next = sorting.next()
      if (next.done) return next.value
      expect(next.value > 0 && next.value <= 1).toBe(true)
    }
  }
  const network = (...R: number[]) =>
    freeNetwork({ R: Float32Array.from(R), b1: new Float32Array(Math.sqrt(R.length)) }, "tanh")

  it("tells four fixed points apart by the quadrant, with their mirrors", () => {
    const starts = [0, 1, 2, 3, 3, 2, 1, 0].map((q) => [q & 1 ? 0.5 : -0.5, q & 2 ? 0.3 : -0.3])
    const { attractors, of } = sorted(network(2, 0, 0, 2), 8, starts)
    expect([...of]).toEqual([0, 1, 2, 3, 3, 2, 1, 0])
    expect(attractors.map(({ kind }) => kind)).toEqual(new Array(4).fill("fixed-point"))
    expect([0, 1, 2, 3].map((a) => mirrorOf(attractors, a, 2, options))).toEqual([3, 2, 1, 0])
    expect(mirrorOf(attractors.slice(0, 2), 0, 2, options)).toBe(-1)
  })

  it.each([
    ["a cycle, whatever the phase", logistic(3.83), 40, "cycle"],
    ["a circle", rotation(1), 40, "curve"],
    ["a circle that is filled slowly, near a resonance", rotation((2 * Math.PI) / 60 + 1e-7), 40, "curve"],
    ["Hénon's attractor", henon, 40, "chaos"],
  ] as const)("sees that all ends lie on one attractor: %s", (_, map, N, kind) => {
    const starts = Array.from({ length: N }, (_, i) => [0.2 + 0.01 * i, 0.1].slice(0, map.n))
    const { attractors, of } = sorted(map, N, starts)
    expect(attractors.map((found) => found.kind)).toEqual([kind])
    expect([...of]).toEqual(new Array(N).fill(0))
  })

  it("sees one chaotic attractor in many dimensions, and the fixed point at its centre", () => {
    const n = 60
    const R = new Float32Array(n * n)
    stream(0, "R").fillNormal(R, 0, 2 / Math.sqrt(n))
    const map = freeNetwork({ R, b1: new Float32Array(n) }, "tanh")
    const { attractors, of } = sorted(map, 30, [new Array<number>(n).fill(0)])
    expect(attractors.map(({ kind }) => kind)).toEqual(["fixed-point", "chaos"])
    expect([...of]).toEqual([0, ...new Array<number>(29).fill(1)])
    expect([0, 1].map((a) => mirrorOf(attractors, a, n, options))).toEqual([0, 1])
    expect(attractors[0]!.radius).toBeGreaterThan(1)
  })

  it("sees one chaotic attractor where it is slow, so that each orbit is a line through it", () => {
    const n = 100
    const R = new Float32Array(n * n)
    stream(0, "R").fillNormal(R, 0, 0.25 / Math.sqrt(n))
    for (let i = 0; i < n; i++) R[i * n + i]! += 0.99
    const { attractors } = sorted(freeNetwork({ R, b1: new Float32Array(n) }, "tanh"), 12)
    expect(attractors.map(({ kind }) => kind)).toEqual(["chaos"])
    expect(attractors[0]!.exponents[0]).toBeLessThan(0.05)
    // Two neighbours of one pass would be equally far, which TwoNN takes for many dimensions.
    const { twoNN, mle, estimated } = attractors[0]!.dimension
    expect([estimated, twoNN < 2 * mle]).toEqual([true, true])
  })

  it("keeps a chaotic attractor and its mirror image apart", () => {
    const starts = Array.from({ length: 20 }, (_, i) => [(i % 2 ? 1 : -1) * (0.5 + 0.01 * i)])
    const { attractors, of } = sorted(cubic(2.5), 20, starts)
    expect(attractors.map(({ kind }) => kind)).toEqual(["chaos", "chaos"])
    expect([...of]).toEqual(starts.map((_, i) => i % 2))
    expect([0, 1].map((a) => mirrorOf(attractors, a, 1, options))).toEqual([1, 0])
  })

  it("gathers what grows for ever", () => {
    const { attractors, of } = sorted(linearMap([3, 0, 0, 3], 2), 5)
    expect(attractors.map(({ kind }) => kind)).toEqual(["unbounded"])
    expect([...of]).toEqual([0, 0, 0, 0, 0])
    expect(phaseOf(attractors[0]!, Float32Array.of(1, 1))).toBe(0)
  })
})
