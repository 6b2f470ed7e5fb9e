/** Smooth convex minimisation. */

/** f: D numbers -> one number, with the means to minimise it. */
export interface Objective {
  /** f(w); writes ∇f(w) to `gradient`. */
  evaluate(w: Float64Array, gradient: Float64Array): number
  /** Steps after which the preconditioner is taken anew. */
  readonly refresh: number
  /** A fixed solver v <- M⁻¹ v, in place, with M symmetric, positive definite and near the Hessian of f at w. */
  preconditioner(w: Float64Array): (v: Float64Array) => void
  /** The test that ends the iteration. */
  converged(w: Float64Array, gradient: Float64Array): boolean
}

/** Where an iteration ended, converged or not. */
export interface Minimum {
  readonly w: Float64Array
  readonly gradient: Float64Array
  readonly value: number
  readonly iterations: number
  readonly converged: boolean
}

/** Sufficient decrease and curvature constants of the Wolfe conditions (Nocedal & Wright, section 3.1). */
const DECREASE = 1e-4
const CURVATURE = 0.9

/** Halvings or doublings of a step before the search is given up: rounding then hides every decrease. */
const MAX_TRIALS = 40

/** Relative rounding error that a sum of many terms in f may have. */
const ROUNDING = 1e-13

/** Change of w and of the gradient over one step, and 1 / (s · y). */
interface Step {
  readonly s: Float64Array
  readonly y: Float64Array
  readonly rho: number
}

/**
 * L-BFGS (Nocedal & Wright, algorithm 7.4) on top of a preconditioner as initial inverse Hessian. Every `refresh` steps the
 * preconditioner is renewed at the point reached and the history dropped: far from the minimum the iteration is as
 * robust as Newton's, near it one preconditioner serves to the end.
 *
 * start: D numbers, not changed. Not reaching `converged` in `maxIterations` steps, or until no step decreases f any
 * more, is told by the result.
 */
export function minimise(objective: Objective, start: Float64Array, maxIterations: number): Minimum {
  let w = start.slice()
  let gradient = new Float64Array(w.length)
  let value = objective.evaluate(w, gradient)
  let solve = (_: Float64Array): void => {}
  let history: Step[] = []
  for (let iterations = 0; ; iterations++) {
    const converged = objective.converged(w, gradient)
    if (converged || iterations === maxIterations) return { w, gradient, value, iterations, converged }
    if (iterations % objective.refresh === 0) {
      solve = objective.preconditioner(w)
      history = []
    }
    const next = search(objective, w, gradient, value, descent(gradient, history, solve))
    if (next === undefined) return { w, gradient, value, iterations, converged }
    const s = difference(next.w, w)
    const y = difference(next.gradient, gradient)
    history.push({ s, y, rho: 1 / dot(s, y) })
    ;({ w, gradient, value } = next)
  }
}

/** -H ∇f by the two-loop recursion. H starts from M⁻¹, scaled once there is a step to (s·y) / (y·M⁻¹y). */
function descent(gradient: Float64Array, history: readonly Step[], solve: (v: Float64Array) => void): Float64Array {
  const p = gradient.map((g) => -g)
  const alphas: number[] = []
  for (const { s, y, rho } of history.toReversed()) {
    const alpha = rho * dot(s, p)
    alphas.push(alpha)
    add(p, -alpha, y)
  }
  solve(p)
  const last = history.at(-1)
  if (last) {
    const My = last.y.slice()
    solve(My)
    const scale = 1 / (last.rho * dot(last.y, My))
    for (let i = 0; i < p.length; i++) p[i]! *= scale
  }
  for (const { s, y, rho } of history) add(p, alphas.pop()! - rho * dot(y, p), s)
  return p
}

/**
 * A step along p that fulfils the weak Wolfe conditions, by bisection of a bracket that starts at [0, ∞) (Lewis &
 * Overton 2013, algorithm 4.6); it ends for every smooth function bounded below. undefined if rounding prevents it.
 */
function search(objective: Objective, w: Float64Array, gradient: Float64Array, value: number, p: Float64Array) {
  const slope = dot(gradient, p)
  if (!(slope < 0)) return undefined
  const slack = ROUNDING * Math.abs(value)
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let step = 1
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const next = { w: w.slice(), gradient: new Float64Array(w.length), value: 0 }
    add(next.w, step, p)
    next.value = objective.evaluate(next.w, next.gradient)
    if (!(next.value <= value + DECREASE * step * slope + slack)) high = step
    else if (dot(next.gradient, p) < CURVATURE * slope) low = step
    else return next
    step = high < Number.POSITIVE_INFINITY ? (low + high) / 2 : 2 * step
  }
  return undefined
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** a += factor b. */
function add(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!)
}
