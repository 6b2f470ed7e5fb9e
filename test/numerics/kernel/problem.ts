import type { Shape, Trainer, Weights } from "../../../stages/numerics/kernel/network.ts"
import { mapParameters, type Parameters } from "../../../stages/numerics/kernel/reference.ts"

/** Numbers uniform in (-1, 1) from a linear congruential generator. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 31 - 1
  }
}

export const randomArray = (length: number, size: number, next: () => number): Float32Array =>
  Float32Array.from({ length }, () => size * next())

export function randomWeights({ n, d, classes }: Pick<Shape, "n" | "d" | "classes">, seed: number): Weights {
  const next = uniform(seed)
  return {
    R: randomArray(n * n, 2 / Math.sqrt(n), next),
    U: randomArray(n * d, 1, next),
    W: randomArray(classes * n, 1, next),
    b1: randomArray(n, 0.3, next),
    b2: randomArray(classes, 0.3, next),
  }
}

/** Gives a trainer weights, input and labels. */
export function load(trainer: Trainer, shape: Shape, seed: number): Weights {
  const weights = randomWeights(shape, seed)
  trainer.load(weights)
  trainer.x.set(randomArray(trainer.x.length, 1, uniform(seed + 1)))
  trainer.labels.set(Int32Array.from(trainer.labels, (_, b) => (b * 7 + seed) % shape.classes))
  return weights
}

export const toFloat64 = (weights: Weights): Parameters => mapParameters(weights, (values) => Float64Array.from(values))

/** Every kind of problem: loss × activation × number of input steps × which of U, b1, b2 are trained; odd sizes. */
export function everyShape(): Shape[] {
  const shapes: Shape[] = []
  const sizes = [
    { n: 7, d: 3, classes: 3, steps: 5, batch: 4 },
    { n: 13, d: 5, classes: 2, steps: 4, batch: 7 },
  ]
  for (const size of sizes)
    for (const loss of ["cross-entropy", "mse"] as const)
      for (const activation of ["tanh", "identity"] as const)
        for (const inputSteps of [1, 3, size.steps])
          for (const mask of [0, 1, 2, 3, 4, 5, 6, 7])
            shapes.push({
              ...size,
              loss,
              activation,
              inputSteps,
              train: { U: (mask & 1) > 0, b1: (mask & 2) > 0, b2: (mask & 4) > 0 },
            })
  return shapes
}

export const parameterNames = ["R", "U", "W", "b1", "b2"] as const

type AnyParameters = { readonly [name in keyof Weights]: ArrayLike<number> }

/** Largest over the parameters of |a - b| / |b|, norms of the whole arrays; absolute where b is 0. */
export function relativeError(a: AnyParameters, b: AnyParameters): number {
  return Math.max(
    ...parameterNames.map((name) => {
      let difference = 0
      let size = 0
      for (let i = 0; i < b[name].length; i++) {
        difference += (a[name][i]! - b[name][i]!) ** 2
        size += b[name][i]! ** 2
      }
      return Math.sqrt(size === 0 ? difference : difference / size)
    }),
  )
}
