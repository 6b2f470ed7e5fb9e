/**
 * What a store must hold after all that happened, and from that, which nodes a run has to compute. Recipes and objects are
 * known by their values here, so this shares no key, no digest and no order of work with the engine.
 */
import type { ArtifactKey } from "../../artifacts/key.ts"
import type { Harm } from "./grounds.ts"
import type { Kind, Part, Project, Values } from "./integers.ts"
import { evaluate } from "./reference.ts"

/** `suspect`: was flipped, and somebody who may have found out has begun to read it. */
export type ObjectState = "whole" | "suspect" | Harm

export interface Recorded {
  readonly kind: Kind
  readonly key: ArtifactKey
}

export class Ledger {
  /** Finished runs by recipe. */
  readonly records = new Map<string, Recorded>()
  /** Objects by their text. */
  readonly objects = new Map<string, ObjectState>()
  /** `kind version` to the version whose results stand for its own. */
  readonly accepted = new Map<string, number>()

  with(state: ObjectState): readonly string[] {
    return [...this.objects.keys()].filter((text) => this.objects.get(text) === state)
  }
}

/** One run, judged while it happens: what is still to be computed, by the values that the reference engine gives. */
export class Expectation {
  /** Outputs of each node, by its number. */
  readonly values: ReadonlyMap<number, Values>
  private readonly ran = new Set<string>()
  private readonly ledger: Ledger
  private readonly project: Project
  private readonly parts: readonly Part[]
  private readonly forced: ReadonlySet<string>

  /** Of the nodes `selected`. */
  constructor(ledger: Ledger, project: Project, selected: ReadonlySet<number>, forced: ReadonlySet<string>) {
    this.ledger = ledger
    this.project = project
    this.parts = project.parts.filter(({ number }) => selected.has(number))
    this.forced = forced
    this.values = new Map(this.parts.map(({ number }) => [number, evaluate(project, number)]))
  }

  /** Whether there is damage that shows only when it is read. */
  get isDamaged(): boolean {
    return this.ledger.with("flipped").length > 0
  }

  /** Two nodes with one recipe are one computation. */
  recipeOf({ kind, a, inputs }: Part, version = this.project.code[kind]): string {
    // The labels of an input are in the recipe where they reach the stage.
    const given = inputs.map((wire) => `${kind === "sum" ? `${wire.from}:` : ""}${this.textOf(wire)}`)
    return `${kind} v${version} a=${a} of ${given}`
  }

  /** States of the objects that a node reads. */
  inputStates = ({ inputs }: Part): readonly (ObjectState | undefined)[] =>
    inputs.map((wire) => this.ledger.objects.get(this.textOf(wire)))

  outputStates = (part: Part): readonly (ObjectState | undefined)[] =>
    this.textsOf(part).map((text) => this.ledger.objects.get(text))

  /**
   * Recipes to be computed: of each node that is not up to date, and of each whose output such a node reads and cannot.
   * `may`: those too that are seen to be damaged only if nobody mends them first.
   */
  needed(may: "may" | "must"): ReadonlySet<string> {
    const needed = new Set<string>()
    const wanted = new Set<number>()
    for (const part of [...this.parts].reverse()) {
      if (!this.isStale(part, may === "may" ? ["missing", "suspect"] : ["missing"]) && !wanted.has(part.number))
        continue
      needed.add(this.recipeOf(part))
      for (const wire of part.inputs) if (this.ledger.objects.get(this.textOf(wire)) !== "whole") wanted.add(wire.from)
    }
    return needed
  }

  /** A node has begun: what is damaged of its inputs is so no longer in secret. */
  begin({ inputs }: Part): void {
    for (const text of inputs.map((wire) => this.textOf(wire)))
      if (this.ledger.objects.get(text) === "flipped") this.ledger.objects.set(text, "suspect")
  }

  written(bytes: Uint8Array): void {
    this.ledger.objects.set(Buffer.from(bytes).toString(), "whole")
  }

  /** A node was computed. */
  end(part: Part, key: ArtifactKey): void {
    const recipe = this.recipeOf(part)
    this.ran.add(recipe)
    this.ledger.records.set(recipe, { kind: part.kind, key })
  }

  private isStale(part: Part, lost: readonly string[]): boolean {
    const recipe = this.recipeOf(part)
    if (this.forced.has(part.kind) && !this.ran.has(recipe)) return true
    const found = this.standing(part.kind).some((version) => this.ledger.records.has(this.recipeOf(part, version)))
    return !found || this.outputStates(part).some((state) => lost.includes(state!))
  }

  /** Versions of the code whose results stand: that of now, and what was accepted. */
  private standing(kind: Kind): readonly number[] {
    const found = [this.project.code[kind]]
    for (const version of found) {
      const from = this.ledger.accepted.get(`${kind} ${version}`)
      if (from !== undefined && !found.includes(from)) found.push(from)
    }
    return found
  }

  private textOf({ from, port }: Part["inputs"][number]): string {
    return String(this.values.get(from)![port])
  }

  private textsOf({ number }: Part): readonly string[] {
    return Object.values(this.values.get(number)!).map(String)
  }
}
