/** Maps whose dynamics are known in closed form or from the literature. */
import type { TangentMap } from "../../stages/numerics/tangent-map.ts"

/** x ← f(x) on the line. */
const onLine = (f: (x: number) => number, slope: (x: number) => number): TangentMap => ({
  n: 1,
  advance(h, V) {
    const x = h[0]!
    h[0] = f(x)
    for (let i = 0; i < V.length; i++) V[i]! *= slope(x)
  },
})

export const logistic = (r: number): TangentMap =>
  onLine(
    (x) => r * x * (1 - x),
    (x) => r * (1 - 2 * x),
  )

/** Odd: its attractors are symmetric or come in pairs. */
export const cubic = (a: number): TangentMap =>
  onLine(
    (x) => a * x - x * x * x,
    (x) => a - 3 * x * x,
  )

/** Hénon's map with a = 1.4, b = .3: λ1 = .419, λ1 + λ2 = ln .3. */
export const henon: TangentMap = {
  n: 2,
  advance(h, V) {
    const x = h[0]!
    h[0] = 1 - 1.4 * x * x + h[1]!
    h[1] = 0.3 * x
    for (let i = 0; i < V.length; i += 2) {
      const u = V[i]!
      V[i] = -2.8 * x * u + V[i + 1]!
      V[i + 1] = 0.3 * u
    }
  },
}

/** Turns the plane by `omega` and draws it to the unit circle, r ← (5 - r²) r / 4: λ1 = 0, λ2 = ln ½. */
export function rotation(omega: number): TangentMap {
  const [c, s] = [Math.cos(omega), Math.sin(omega)]
  const turn = (v: Float64Array, i: number, x: number, y: number) => {
    v[i] = c * x - s * y
    v[i + 1] = s * x + c * y
  }
  return {
    n: 2,
    advance(h, V) {
      const [x, y] = [h[0]!, h[1]!]
      const scale = (5 - x * x - y * y) / 4
      turn(h, 0, scale * x, scale * y)
      for (let i = 0; i < V.length; i += 2) {
        const inward = (x * V[i]! + y * V[i + 1]!) / 2
        turn(V, i, scale * V[i]! - inward * x, scale * V[i + 1]! - inward * y)
      }
    },
  }
}

/** h ← A h, A n × n, row-major. */
export function linearMap(A: readonly number[], n: number): TangentMap {
  const times = (v: Float64Array) => {
    const product = v.map((_, i) => v.reduce((sum, x, j) => sum + A[i * n + j]! * x, 0))
    v.set(product)
  }
  return {
    n,
    advance(h, V) {
      times(h)
      for (let i = 0; i < V.length; i += n) times(V.subarray(i, i + n))
    },
  }
}
