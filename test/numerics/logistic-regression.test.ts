import { describe, expect, it } from "vitest"
import {
  accuracy,
  fitLogisticRegression,
  type LogisticModel,
  type LogisticProblem,
  margin,
  predict,
} from "../../stages/numerics/logistic-regression.ts"
import { stream } from "../../stages/numerics/random.ts"
import fixture from "../fixtures/logistic-regression/data.json" with { type: "json" }

/** f of the module's header and its gradient in weights and intercepts, from the definition. */
function penalisedLoss({ x, labels, n, classes, C }: LogisticProblem, { weights, intercepts }: LogisticModel) {
  const first = classes === 2 ? 1 : 0
  const gradient = { weights: weights.slice(), intercepts: new Float64Array(intercepts.length) }
  let loss = 0
  for (let i = 0; i < labels.length; i++) {
    const point = x.subarray(i * n, (i + 1) * n)
    const z = [...intercepts].map((b, r) => point.reduce((sum, value, j) => sum + weights[r * n + j]! * value, b))
    if (classes === 2) z.unshift(0)
    const total = z.reduce((sum, value) => sum + Math.exp(value), 0)
    loss += Math.log(total) - z[labels[i]!]!
    for (let r = 0; r < intercepts.length; r++) {
      const residual = C * (Math.exp(z[r + first]!) / total - (labels[i] === r + first ? 1 : 0))
      gradient.intercepts[r]! += residual
      for (let j = 0; j < n; j++) gradient.weights[r * n + j]! += residual * point[j]!
    }
  }
  return { value: weights.reduce((sum, w) => sum + (w * w) / 2, 0) + C * loss, gradient }
}

function problemOf(f: (typeof fixture)[number]): LogisticProblem {
  return { ...f, x: Float32Array.from(f.x) }
}

/** Clouds about `classes` centres. */
function clouds(classes: number, N: number, n: number, noise: number): LogisticProblem {
  const random = stream(7, "clouds", classes, noise)
  const centres = Float64Array.from({ length: classes * n }, () => random.normal())
  const labels = Int32Array.from({ length: N }, (_, i) => i % classes)
  const x = Float32Array.from({ length: N * n }, (_, at) => {
    return centres[labels[Math.floor(at / n)]! * n + (at % n)]! + noise * random.normal()
  })
  return { x, labels, n, classes, C: 1 }
}

describe("fitLogisticRegression", () => {
  it.each(fixture)("agrees with scikit-learn: $classes classes, C = $C, accuracy $accuracy", (expected) => {
    const problem = problemOf(expected)
    const fit = fitLogisticRegression(problem)
    expect(fit.converged).toBe(true)
    fit.weights.forEach((w, at) => {
      expect(Math.abs(w - expected.weights[at]!)).toBeLessThan(1e-4)
    })
    fit.intercepts.forEach((b, at) => {
      expect(Math.abs(b - expected.intercepts[at]!)).toBeLessThan(1e-4)
    })
    expect([...predict(fit, problem.x)]).toEqual(expected.predictions)
    expect(accuracy(fit, problem.x, problem.labels)).toBeCloseTo(expected.accuracy, 12)
  })

  it.each(fixture)("leaves no slope: $classes classes, C = $C, accuracy $accuracy", (expected) => {
    const problem = problemOf(expected)
    const fit = fitLogisticRegression({ ...problem, tolerance: 1e-8 })
    const { value, gradient } = penalisedLoss(problem, fit)
    expect(fit.converged).toBe(true)
    expect(fit.loss / value).toBeCloseTo(1, 12)
    const bound = 1e-7 * Math.max(1, ...fit.weights.map(Math.abs))
    for (const slope of [...gradient.weights, ...gradient.intercepts]) expect(Math.abs(slope)).toBeLessThan(bound)
  })

  it.each([
    [2, 0.05, 1e4],
    [2, 3, 1e4],
    [5, 0.3, 100],
  ])("converges for %i classes, noise %f, C = %f", (classes, noise, C) => {
    const { converged, gradientNorm, weights, iterations } = fitLogisticRegression({
      ...clouds(classes, 300, 40, noise),
      C,
    })
    expect(converged).toBe(true)
    expect(gradientNorm).toBeLessThan(1e-6 * Math.max(1, ...weights.map(Math.abs)))
    expect(iterations).toBeLessThan(150)
  })

  it("keeps weights and intercepts of many classes balanced", () => {
    const { weights, intercepts } = fitLogisticRegression(clouds(4, 100, 6, 2))
    expect(intercepts.reduce((sum, b) => sum + b, 0)).toBeCloseTo(0, 6)
    for (let j = 0; j < 6; j++) expect([0, 1, 2, 3].reduce((sum, r) => sum + weights[r * 6 + j]!, 0)).toBeCloseTo(0, 6)
  })

  it("of many classes takes few steps, also from weights that the classes share", () => {
    const problem = clouds(10, 1000, 60, 3)
    const fit = fitLogisticRegression(problem)
    expect(fit.converged).toBe(true)
    expect(fit.iterations).toBeLessThan(100)
    const start = { ...fit, weights: fit.weights.map((w, at) => w + Math.sin(at % 60)) }
    const again = fitLogisticRegression({ ...problem, start })
    expect(again.converged).toBe(true)
    expect(again.iterations).toBeLessThan(5)
    expect(again.loss / fit.loss).toBeCloseTo(1, 10)
    expect(again.intercepts.reduce((sum, b) => sum + b, 0)).toBeCloseTo(0, 10)
  })

  it("ends where it ended when it starts there, whatever the problem before", () => {
    const problem = clouds(3, 90, 5, 1)
    const start = fitLogisticRegression(problem)
    fitLogisticRegression(clouds(2, 300, 40, 1))
    const again = fitLogisticRegression({ ...problem, start })
    expect(again.iterations).toBe(0)
    expect(again.loss).toBeCloseTo(start.loss, 10)
    again.weights.forEach((w, at) => {
      expect(w).toBeCloseTo(start.weights[at]!, 12)
    })
  })

  it("tells when it has not converged", () => {
    const fit = fitLogisticRegression({ ...clouds(2, 50, 5, 2), maxIterations: 1 })
    expect(fit).toMatchObject({ converged: false, iterations: 1 })
    expect(fit.gradientNorm).toBeGreaterThan(1e-6)
  })

  it("of points without spread knows the frequencies alone", () => {
    const labels = [1, 1, 1, 0]
    const { weights, intercepts } = fitLogisticRegression({
      x: new Float32Array(8).fill(2),
      labels,
      n: 2,
      classes: 2,
      C: 1,
    })
    expect([...weights]).toEqual([0, 0])
    expect(intercepts[0]).toBeCloseTo(Math.log(3), 6)
  })

  it("refuses what does not fit together", () => {
    const problem = { x: new Float32Array(8), labels: [0, 1, 0, 1], n: 2, classes: 2, C: 1 }
    for (const wrong of [{ n: 3 }, { C: 0 }, { classes: 1 }, { labels: [0, 1, 2, 0] }, { labels: [0, 0.5, 1, 1] }])
      expect(() => fitLogisticRegression({ ...problem, ...wrong })).toThrow(RangeError)
    const start = { classes: 2, weights: new Float64Array(3), intercepts: new Float64Array(1) }
    expect(() => fitLogisticRegression({ ...problem, start })).toThrow(RangeError)
  })
})

describe("margin", () => {
  it("is the least signed distance from a plane", () => {
    const two: LogisticModel = { classes: 2, weights: Float64Array.of(3, 4), intercepts: Float64Array.of(-5) }
    expect(margin(two, Float32Array.of(3, 4, 0, 0), [1, 0])).toBe(1)
    expect(margin(two, Float32Array.of(3, 4, 0, 0), [0, 0])).toBe(-4)
    const three: LogisticModel = {
      classes: 3,
      weights: Float64Array.of(1, 0, -1, 0, 0, 2),
      intercepts: new Float64Array(3),
    }
    // The planes x = 0 and x = 2y.
    expect(margin(three, Float32Array.of(2, 0.5), [0])).toBeCloseTo(1 / Math.sqrt(5), 12)
    const same: LogisticModel = { classes: 2, weights: new Float64Array(2), intercepts: Float64Array.of(1) }
    expect(margin(same, Float32Array.of(3, 4), [1])).toBe(0)
  })
})
