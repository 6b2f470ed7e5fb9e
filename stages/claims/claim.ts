/**
 * What every claim is made of: parts, each a quantity with a criterion, or one that is reported without. A part without
 * data, or without a value, is `not tested`; a claim holds when all its parts with a criterion do. The thresholds were
 * fixed on pilot seeds before others were scored: of the clusters study on 1000-1004, before 0-29 (docs/paper-a.md); of
 * the smnist study on 1000, before 0-9 (docs/papers-b-c.md).
 */
import * as Effect from "effect/Effect"
import { type Gathered, type Gathers, type Labels, type Leaf, leaf } from "../../artifacts/leaf.ts"
import { fromRows } from "../../schemas/table.ts"
import { verdict } from "../../schemas/verdict.ts"
import type { NetworkLabels } from "../leaves/clusters.ts"
import { median } from "../numerics/quantiles.ts"

/** A quantity that is told beside the others, and decides nothing. */
export interface Reported {
  readonly part: string
  readonly quantity: string
  /** Undefined or NaN where the realisations do not define it, such as the rank correlation of a constant. */
  readonly value: number | undefined
  /** Realisations behind the value; 0 where there are no data. */
  readonly n: number
}

/** What a value must satisfy, in words and as a predicate. */
export interface Criterion {
  readonly criterion: string
  readonly holds: (value: number) => boolean
}

export interface Tested extends Reported, Criterion {}

export type Part = Tested | Reported

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
    outputs: { claim: verdict },
    make: (inputs) =>
      Effect.sync(() => {
        const rows = judge(inputs).map((part) => rowOf(definition.id, part))
        return { claim: fromRows(verdict, rows) }
      }),
  })

function rowOf(claim: string, part: Part) {
  const { quantity, n, value = Number.NaN } = part
  const bar = "holds" in part ? part : undefined
  const told = { claim, part: part.part, quantity, criterion: bar?.criterion ?? "reported", n }
  if (n === 0 || Number.isNaN(value)) return { ...told, value: 0, verdict: "not tested" }
  return { ...told, value, verdict: bar === undefined ? "reported" : bar.holds(value) ? "holds" : "fails" }
}

export const atLeast = (bound: number): Criterion => ({ criterion: `>= ${bound}`, holds: (value) => value >= bound })
export const atMost = (bound: number): Criterion => ({ criterion: `<= ${bound}`, holds: (value) => value <= bound })
export const above = (bound: number): Criterion => ({ criterion: `> ${bound}`, holds: (value) => value > bound })
export const below = (bound: number): Criterion => ({ criterion: `< ${bound}`, holds: (value) => value < bound })
export const equalTo = (bound: number): Criterion => ({ criterion: `= ${bound}`, holds: (value) => value === bound })
/** In [from, to]. */
export const within = (from: number, to: number): Criterion => ({
  criterion: `in [${from}, ${to}]`,
  holds: (value) => value >= from && value <= to,
})

/** Share of the realisations that a claim about most of them asks for: 27 and 24 of 30. */
export const nearlyAll = 0.9
export const most = 0.8

/** Share of the realisations that satisfy a condition, with their number; no value where there are none. */
export const shareOf = <A>(realisations: readonly A[], satisfies: (one: A) => boolean) => ({
  value: realisations.filter(satisfies).length / realisations.length,
  n: realisations.length,
})

/** A number by its median over the networks, reported. */
export const medianOf = (part: string, quantity: string, found: readonly number[]): Reported => ({
  part,
  quantity: `median over seeds of ${quantity}`,
  value: median(found),
  n: found.length,
})

/** What `measure` finds for each seed of what `of` describes; seeds for which it finds nothing are left out. */
export function bySeed<T extends { readonly labels: Labels }, A>(
  gathered: readonly T[],
  of: Labels | Partial<NetworkLabels>,
  measure: (one: T) => A | undefined,
): ReadonlyMap<number, A> {
  const found = new Map<number, A>()
  for (const one of gathered) {
    const fits = Object.entries(of).every(([name, value]) => one.labels[name] === value)
    const value = fits ? measure(one) : undefined
    if (value !== undefined) found.set(Number(one.labels.seed), value)
  }
  return found
}

/** `f(a, b)` for every seed that both maps have. */
export const pairs = <A, B, C>(
  a: ReadonlyMap<number, A>,
  b: ReadonlyMap<number, B>,
  f: (a: A, b: B) => C,
): readonly C[] => [...a].flatMap(([seed, value]) => (b.has(seed) ? [f(value, b.get(seed)!)] : []))

/**
 * ED after / before. An ED of 0 is that of states which all coincide: then nothing is told apart any more, which is no
 * compression of a representation but its end, and counts against it as ∞.
 */
export const compression = (after: number, before: number): number =>
  after > 0 ? after / before : Number.POSITIVE_INFINITY

/** ED of the one / of the other; where the states of the other all coincide (ED 0), nothing exceeds it: 0. */
export const excess = (one: number, other: number): number => (other > 0 ? one / other : 0)

/** Values at t = 0 … last, of a row a step; undefined where a step is missing, since part of a curve is another curve. */
export function curveOf<R extends { readonly t: number }, A>(
  rows: readonly R[],
  last: number,
  valueOf: (row: R) => A,
): readonly A[] | undefined {
  const byStep = new Map(rows.map((row) => [row.t, valueOf(row)]))
  const steps = Array.from({ length: last + 1 }, (_, t) => t)
  return steps.every((t) => byStep.has(t)) ? steps.map((t) => byStep.get(t)!) : undefined
}

/** The curve whose value at each t is `centre` of the values of all curves, which are equally long; undefined of none. */
export const pointwise = (
  curves: readonly (readonly number[])[],
  centre: (values: readonly number[]) => number,
): readonly number[] | undefined => curves[0]?.map((_, t) => centre(curves.map((curve) => curve[t]!)))

/** Gains of the two regimes of the paper: at the edge of chaos, and strongly chaotic. */
export const regimes = [{ g: 20 }, { g: 250 }] as const
export const [edgeOfChaos, strongChaos] = regimes
