/**
 * Speed of the analysis of states, on one core: moments, components, probes, neighbours, embeddings.
 * Run: `npx tsx test/bench/analysis.ts`. Medians in milliseconds.
 */

import { fileURLToPath } from "node:url"
import { Matrix } from "ml-matrix"
import { PCA } from "ml-pca"
import { covariance } from "../../stages/numerics/covariance.ts"
import { correctedEffectiveDimension } from "../../stages/numerics/effective-dimension.ts"
import { trustworthiness } from "../../stages/numerics/embedding-quality.ts"
import { fitLogisticRegression } from "../../stages/numerics/logistic-regression.ts"
import { kNearest } from "../../stages/numerics/nearest-neighbours.ts"
import { principalComponents, spectrum } from "../../stages/numerics/principal-components.ts"
import { stream } from "../../stages/numerics/random.ts"
import { tsne } from "../../stages/numerics/t-sne.ts"
import { umap } from "../../stages/numerics/umap.ts"

const n = 200

/** States like those of a network between two classes or among ten: tanh of noise of deviation .7 around centres. */
function statesOf(N: number, classes: number) {
  const random = stream(1, "analysis", N, classes)
  const centres = Float64Array.from({ length: classes * n }, () => 0.3 * random.normal())
  const labels = Int32Array.from({ length: N }, (_, i) => i % classes)
  const x = Float32Array.from({ length: N * n }, (_, at) => {
    return Math.tanh(centres[labels[Math.floor(at / n)]! * n + (at % n)]! + 0.7 * random.normal())
  })
  return { x, labels, N, n, classes }
}

/** Median milliseconds of `repeats` calls, after one that is not counted where there are several. */
function median(repeats: number, call: () => void): number {
  if (repeats > 1) call()
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now()
    call()
    return performance.now() - start
  })
  return times.sort((a, b) => a - b)[repeats >> 1]!
}

export default async function bench(): Promise<{ name: string; value: number; unit: string }[]> {
  const small = statesOf(600, 2)
  const middle = statesOf(1000, 10)
  const large = statesOf(5000, 10)
  const huge = statesOf(10_000, 10)
  const C = covariance(small.x, small.N, n)
  const uniform = (): (() => number) => {
    const random = stream(2, "analysis")
    return () => random.uniform()
  }
  const plane = Float64Array.from({ length: 2 * large.N }, (_, at) => large.x[(at >> 1) * n + (at & 1)]!)
  const measures: [string, number, () => void][] = [
    ["covariance of 600 x 200", 21, () => covariance(small.x, small.N, n)],
    ["covariance of 10,000 x 200", 7, () => covariance(huge.x, huge.N, n)],
    ["corrected dimension of 600 x 200", 21, () => correctedEffectiveDimension(small.x, small.N, n, C)],
    ["spectrum of 200 x 200", 21, () => spectrum(C, n)],
    ["2 principal components of 200 x 200", 21, () => principalComponents(C, n, 2)],
    [
      "principal components of 200 x 200 by ml-pca",
      7,
      () => new PCA(Matrix.from1DArray(n, n, Array.from(C)), { isCovarianceMatrix: true }),
    ],
    ["logistic regression, 600 x 200, 2 classes, C 1", 21, () => fitLogisticRegression({ ...small, C: 1 })],
    ["logistic regression, 600 x 200, 2 classes, C 1e4", 21, () => fitLogisticRegression({ ...small, C: 1e4 })],
    ["logistic regression, 5000 x 200, 10 classes, C 1", 3, () => fitLogisticRegression({ ...large, C: 1 })],
    ["15 neighbours of 1000 x 200", 7, () => kNearest(middle.x, middle.N, n, 15)],
    ["15 neighbours of 10,000 x 200", 1, () => kNearest(huge.x, huge.N, n, 15)],
    ["trustworthiness of 5000 points", 1, () => trustworthiness({ ...large, y: plane }, 15)],
    [
      "t-SNE of 1000 x 200, 1000 steps",
      1,
      () => tsne({ ...middle, perplexity: 30, iterations: 750, random: uniform() }),
    ],
    ["t-SNE of 5000 x 200, 750 steps", 1, () => tsne({ ...large, perplexity: 30, random: uniform() })],
    ["UMAP of 1000 x 200", 1, () => umap({ ...middle, random: uniform() })],
  ]
  return measures.map(([name, repeats, call]) => ({ name, value: median(repeats, call), unit: "ms" }))
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { name, value, unit } of await bench()) console.log(`${name.padEnd(50)} ${value.toFixed(1)} ${unit}`)
