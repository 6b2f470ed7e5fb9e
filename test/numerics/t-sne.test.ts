import { describe, expect, it } from "vitest"
import { classPurity } from "../../stages/numerics/nearest-neighbours.ts"
import { stream } from "../../stages/numerics/random.ts"
import { Affinities, tsne } from "../../stages/numerics/t-sne.ts"
import fixture from "../fixtures/neighbours/data.json" with { type: "json" }

const { N, n } = fixture
const x = Float32Array.from(fixture.x)
/** The fixture's plane, axis by axis. */
const plane = Float64Array.from({ length: 2 * N }, (_, at) => fixture.y[at < N ? 2 * at : 2 * (at - N) + 1]!)

/** Four clouds of `each` points in 20 dimensions, one after the other. */
function clouds(each: number, seed: number) {
  const random = stream(seed, "t-sne")
  const labels = Int32Array.from({ length: 4 * each }, (_, i) => Math.floor(i / each))
  const x = Float32Array.from({ length: 80 * each }, (_, at) => {
    return (at % 20 === labels[Math.floor(at / 20)] ? 6 : 0) + random.normal()
  })
  return { x, N: 4 * each, n: 20, labels, perplexity: 12, random: () => random.uniform() }
}

describe("Affinities", () => {
  it("give each row its perplexity", () => {
    for (const perplexity of [1.5, 10, 20])
      for (const found of new Affinities(x, N, n, perplexity).perplexities)
        expect(Math.abs(found - perplexity)).toBeLessThan(1e-5)
  })

  it("reach the divergence that scipy finds", () => {
    expect(new Affinities(x, N, n, fixture.perplexity).divergence(plane)).toBeCloseTo(fixture.divergence, 6)
  })

  it.each([N, N - 1])("slope as central differences of the divergence do, for %i points", (N) => {
    const affinities = new Affinities(x.subarray(0, N * n), N, n, 10)
    const y = Float64Array.from({ length: 2 * N }, (_, at) => plane[at]! + (at % 7) / 5)
    const gradient = new Float64Array(2 * N)
    affinities.gradient(y, 1, gradient)
    const h = 1e-5
    for (const at of [0, 1, 17, N - 1, N, 2 * N - 1]) {
      const kept = y[at]!
      y[at] = kept + h
      const above = affinities.divergence(y)
      y[at] = kept - h
      const below = affinities.divergence(y)
      y[at] = kept
      expect(gradient[at]).toBeCloseTo((above - below) / (2 * h), 8)
    }
  })

  it("tell which perplexity a row could not reach: 12 twins are never fewer than 11 neighbours", () => {
    const twins = Float32Array.from({ length: 60 }, (_, i) => Math.max(i - 11, 0))
    const { perplexities } = new Affinities(twins, 60, 1, 5)
    expect(perplexities[3]).toBeCloseTo(11, 6)
    expect(perplexities[40]).toBeCloseTo(5, 6)
    new Affinities(new Float32Array(60), 60, 1, 5).perplexities.forEach((perplexity) => {
      expect(perplexity).toBeCloseTo(59, 9)
    })
  })

  it("refuse fewer points than three times the perplexity", () => {
    expect(() => new Affinities(x, N, n, 20.1)).toThrow("perplexity 20.1 needs 61.3")
    expect(() => new Affinities(x, N + 1, n, 5)).toThrow(RangeError)
  })
})

describe("tsne", () => {
  const data = clouds(40, 9)
  const result = tsne({ ...data, iterations: 250 })

  it("parts four clouds", () => {
    expect(classPurity(result.y, data.N, 2, data.labels)).toBe(1)
    expect(Math.max(...result.perplexities.map((p) => Math.abs(p - 12)))).toBeLessThan(1e-5)
  })

  it("lowers the divergence from record to record once the exaggeration is over", () => {
    expect(result.history.map(({ iteration }) => iteration)).toEqual([50, 100, 150, 200, 250, 300, 350, 400, 450, 500])
    const after = result.history.filter(({ iteration }) => iteration >= 250).map(({ kl }) => kl)
    // Momentum may overshoot between two steps; over fifty it has been averaged out.
    for (let k = 1; k < after.length; k++) expect(after[k]).toBeLessThan(after[k - 1]! * (1 + 1e-4))
    expect(after.at(-1)).toBe(result.kl)
  })

  it("repeats bit for bit", () => {
    expect(tsne({ ...clouds(40, 9), iterations: 60, exaggeratedIterations: 30 }).y).toEqual(
      tsne({ ...clouds(40, 9), iterations: 60, exaggeratedIterations: 30 }).y,
    )
  })

  it("follows a given start, which without exaggeration it hardly moves when it is done", () => {
    const { y, history } = tsne({ ...data, iterations: 50, exaggeration: 1, start: result.y })
    expect(history[0]!.kl).toBeLessThan(result.kl + 1e-3)
    const size = Math.sqrt(y.reduce((sum, value) => sum + value * value, 0))
    const moved = Math.sqrt(y.reduce((sum, value, at) => sum + (value - result.y[at]!) ** 2, 0))
    expect(moved / size).toBeLessThan(0.1)
  })

  it("without exaggeration takes the larger rate, and no steps that would tear the start apart", () => {
    const { N, ...rest } = clouds(80, 9)
    const start = Float64Array.from({ length: 2 * N }, (_, at) => Math.sin(at))
    const { y, history } = tsne({ ...rest, N, exaggeration: 1, start, iterations: 50 })
    expect(history.map(({ iteration }) => iteration)).toEqual([50])
    expect(y).toEqual(tsne({ ...rest, N, exaggeration: 1, start, iterations: 50, learningRate: 80 }).y)
  })

  it("starts from the principal components where nothing else is given", () => {
    const { y } = tsne({ ...data, iterations: 0, exaggeratedIterations: 0 })
    const deviation = Math.sqrt(y.reduce((sum, value, at) => sum + (at % 2 ? 0 : value * value), 0) / (data.N - 1))
    expect(deviation).toBeCloseTo(1e-4, 6)
    expect(
      new Set(tsne({ ...data, x: new Float32Array(data.x.length), iterations: 0, exaggeratedIterations: 0 }).y).size,
    ).toBe(2 * data.N)
    expect(
      tsne({ ...data, x: data.x.subarray(0, data.N), n: 1, iterations: 1, exaggeratedIterations: 0 }).y.every(
        Number.isFinite,
      ),
    ).toBe(true)
  })
})
