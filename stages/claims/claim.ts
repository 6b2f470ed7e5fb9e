/**
 * What every claim is made of: parts, each a quantity with a criterion. A part without data, or without a value, is
 * `not tested`; a claim holds when all its parts do. Thresholds are those of the design, fixed before the seeds 0-29
 * were scored.
 */
import * as Effect from "effect/Effect"
import { type Gathered, type Gathers, type Labels, type Leaf, leaf } from "../../artifacts/leaf.ts"
import { fromRows } from "../../schemas/table.ts"
import { verdict } from "../../schemas/verdict.ts"

export interface Part {
  readonly part: string
  readonly quantity: string
  readonly criterion: string
  /** Undefined or NaN where the realisations do not define it, such as the rank correlation of a constant. */
  readonly value: number | undefined
  /** Realisations behind the value; 0 where there are no data. */
  readonly n: number
  readonly holds: (value: number) => boolean
}

export interface ClaimDefinition<G extends Gathers> {
  readonly id: string
  /** The claim in a sentence. */
  readonly title: string
  readonly study: string
  readonly source: string
  readonly gathers: G
  readonly judge: (inputs: Gathered<G>) => readonly Part[]
}

/** Declares a claim: the default export of a file in `stages/claims`. */
export const claim = <const G extends Gathers>({ judge, ...definition }: ClaimDefinition<G>): Leaf =>
  leaf({
    ...definition,
    kind: "claim",
    output: verdict,
    make: (inputs) =>
      Effect.sync(() =>
        fromRows(
          verdict,
          judge(inputs).map((part) => rowOf(definition.id, part)),
        ),
      ),
  })

function rowOf(claim: string, { holds, value = Number.NaN, ...part }: Part) {
  if (part.n === 0 || Number.isNaN(value)) return { claim, ...part, value: 0, verdict: "not tested" }
  return { claim, ...part, value, verdict: holds(value) ? "holds" : "fails" }
}

/** Labels of a network of the clusters study at its defaults. */
export interface Network {
  readonly d: number
  readonly g: number
  readonly seed: number
  readonly trained: boolean
}

/** Whether a table is of a network at the defaults of the clusters study: variants carry further labels. */
export const isNetwork = (labels: Labels): boolean =>
  Object.keys(labels).length === 4 && ["d", "g", "seed", "trained"].every((name) => name in labels)

/** What `measure` finds for each seed of the networks that `of` describes; seeds for which it finds nothing are left out. */
export function bySeed<T extends { readonly labels: Labels }, A>(
  gathered: readonly T[],
  of: Omit<Network, "seed">,
  measure: (one: T) => A | undefined,
): ReadonlyMap<number, A> {
  const found = new Map<number, A>()
  for (const one of gathered) {
    const labels = one.labels as unknown as Network
    const fits = Object.entries(of).every(([name, value]) => labels[name as keyof Network] === value)
    const value = fits ? measure(one) : undefined
    if (value !== undefined) found.set(labels.seed, value)
  }
  return found
}

/** `f(a, b)` for every seed that both maps have. */
export const pairs = (
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
  f: (a: number, b: number) => number,
): number[] => [...a].flatMap(([seed, value]) => (b.has(seed) ? [f(value, b.get(seed)!)] : []))

/** Values at t = 0 … last, of a row a step; undefined where a step is missing, since part of a curve is another curve. */
export function curveOf<R extends { readonly t: number }>(
  rows: readonly R[],
  last: number,
  valueOf: (row: R) => number,
): readonly number[] | undefined {
  const byStep = new Map(rows.map((row) => [row.t, valueOf(row)]))
  const curve = Array.from({ length: last + 1 }, (_, t) => byStep.get(t))
  return curve.every((value) => value !== undefined) ? curve : undefined
}

/** The curve whose value at each t is `centre` of the values of all curves, which are equally long; undefined of none. */
export const pointwise = (
  curves: readonly (readonly number[])[],
  centre: (values: readonly number[]) => number,
): readonly number[] | undefined => curves[0]?.map((_, t) => centre(curves.map((curve) => curve[t]!)))

/** Step at which the loss reads the output of a network at the defaults. */
export const tEval = 10

/** The two regimes of the paper: at the edge of chaos, and strongly chaotic. */
export const regimes = [
  { g: 20, name: "edge of chaos" },
  { g: 250, name: "strongly chaotic" },
] as const
