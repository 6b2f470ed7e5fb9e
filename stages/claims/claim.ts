/**
 * What every claim is made of: parts, each a quantity with a criterion. A part without data is `not tested`; a claim
 * holds when all its parts do. Thresholds are those of the design, fixed before the seeds 0-29 were scored.
 */
import * as Effect from "effect/Effect"
import { type Gathered, type Gathers, type Labels, type Leaf, leaf } from "../../artifacts/leaf.ts"
import { fromRows } from "../../schemas/table.ts"
import { verdict } from "../../schemas/verdict.ts"

export interface Part {
  readonly part: string
  readonly quantity: string
  readonly criterion: string
  /** Undefined where there are no data. */
  readonly value: number | undefined
  /** Realisations behind the value. */
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

const rowOf = (claim: string, { holds, value, ...part }: Part) => ({
  claim,
  ...part,
  value: value ?? 0,
  verdict: value === undefined || part.n === 0 ? "not tested" : holds(value) ? "holds" : "fails",
})

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

/** One number for each seed, before and after training, for one d and g; seeds without a number are left out. */
export function bySeed<T extends { readonly labels: Labels }>(
  gathered: readonly T[],
  of: Partial<Network>,
  measure: (one: T) => number | undefined,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
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

/** The two regimes of the paper: at the edge of chaos, and strongly chaotic. */
export const regimes = [
  { g: 20, name: "edge of chaos" },
  { g: 250, name: "strongly chaotic" },
] as const
