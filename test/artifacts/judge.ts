/** Judges a run of the engine: by what it had foretold, and event by event by what was to be computed. */
import * as Effect from "effect/Effect"
import type { RunEvent } from "../../artifacts/events.ts"
import type { Manifest } from "../../artifacts/manifest.ts"
import type { Step } from "../../artifacts/plan.ts"
import type { Store } from "../../artifacts/store.ts"
import type { Part } from "./integers.ts"
import type { Expectation } from "./ledger.ts"

/** The engine did something else than it should have. */
export class Difference extends Error {}

export function check(holds: boolean, sentence: () => string): void {
  if (!holds) throw new Difference(sentence())
}

/** What `status` says before a run. */
export class Foretold {
  readonly recipes: Readonly<Record<Step["_tag"], ReadonlySet<string>>>
  /** Up to date, but not all of its objects can be read, and nobody may know yet whether they will be. */
  private readonly hidden = new Set<string>()
  /** Stale because of an object: another node that makes the same object may come first. */
  readonly mendable = new Set<string>()

  constructor(steps: readonly Step[], partAt: (index: number) => Part, expected: Expectation) {
    const recipes = { Cached: new Set<string>(), Stale: new Set<string>(), Blocked: new Set<string>() }
    const isUnsure = steps.some(({ _tag }) => _tag === "Blocked") || expected.isDamaged
    for (const step of steps) {
      const part = partAt(step.node)
      const recipe = expected.recipeOf(part)
      recipes[step._tag].add(recipe)
      const states = expected.outputStates(part)
      if (states.includes("flipped") || (isUnsure && states.includes("evicted"))) this.hidden.add(recipe)
      if (step._tag === "Stale" && (step.lost ?? step.recall)) this.mendable.add(recipe)
    }
    this.recipes = recipes
  }

  compare(computed: ReadonlySet<string>): void {
    const { Stale, Blocked } = this.recipes
    for (const recipe of computed)
      check(Stale.has(recipe) || Blocked.has(recipe) || this.hidden.has(recipe), () => `not foretold: ${recipe}`)
    for (const recipe of Stale)
      check(computed.has(recipe) || this.mendable.has(recipe), () => `foretold, and not computed: ${recipe}`)
  }
}

/** Looks on at a run. Whatever begins has to be needed at that moment; in the end, nothing may be needed. */
export class Watch {
  readonly computed = new Set<string>()
  /** What has begun, and whether all its inputs could be read then. */
  private readonly running = new Map<string, boolean>()
  private readonly expected: Expectation
  private readonly parts: ReadonlyMap<string, Part>

  /** `parts` by the ids of their nodes. */
  constructor(expected: Expectation, parts: ReadonlyMap<string, Part>) {
    this.expected = expected
    this.parts = parts
  }

  see = (event: RunEvent): void => {
    if (event.event === "started") this.begin(this.parts.get(event.node)!)
  }

  /** The store, watched: what it has been given is there before an event says so. */
  watched = (store: Store): Store => ({
    ...store,
    write: (bytes, format) =>
      Effect.tap(store.write(bytes, format), () => Effect.sync(() => this.expected.written(bytes))),
    commit: (manifest) => Effect.tap(store.commit(manifest), () => Effect.sync(() => this.end(manifest))),
  })

  private end({ key, provenance }: Manifest): void {
    const part = this.parts.get(provenance.node)!
    const recipe = this.expected.recipeOf(part)
    check(this.running.delete(recipe), () => `computed without a beginning: ${recipe}`)
    this.computed.add(recipe)
    this.expected.end(part, key)
  }

  private begin(part: Part): void {
    const { expected, running } = this
    const recipe = expected.recipeOf(part)
    check(expected.needed("may").has(recipe), () => `begun in vain: ${recipe}`)
    const states = expected.inputStates(part)
    const isSound = states.every((state) => state === "whole")
    const seems = isSound || states.every((state) => state === "whole" || state === "flipped" || state === "suspect")
    check(seems, () => `begun while its inputs are ${states}: ${recipe}`)
    // What finds a damaged input is begun again.
    check(running.get(recipe) !== true, () => `begun twice: ${recipe}`)
    running.set(recipe, isSound)
    expected.begin(part)
  }

  /** At the end of the run. */
  compare(): void {
    const { expected, running } = this
    // What found a damaged input may turn out to be up to date, once that is mended.
    for (const [recipe, isSound] of running) check(!isSound, () => `begun and not computed: ${recipe}`)
    const left = [...expected.needed("must")]
    check(left.length === 0, () => `needed and not computed: ${left}`)
  }
}
