/**
 * Six stages that reckon with small integers, each in three versions of its code, and graphs of them that are plain data:
 * for random edits. Remainders give equal output for different input; version 1 of a stage differs from 0 in nothing.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Code } from "../../artifacts/code.ts"
import { buildGraph, type Graph, study } from "../../artifacts/graph.ts"
import { sha256 } from "../../artifacts/key.ts"
import { type AnyStage, many, type Node, node, type Outputs, type Ports, stage } from "../../artifacts/stage.ts"
import { param, whole } from "../../schemas/param.ts"
import { document } from "../../schemas/table.ts"
import type { Rig } from "./rig.ts"

export type Values = Readonly<Record<string, number>>

export interface Given {
  /** Number of the node it comes from. */
  readonly label: number
  readonly value: number
}

/** Outputs of a stage from its parameter, its inputs in the order of their ports, and whether its code is version 2. */
type Rule = (a: number, inputs: readonly Given[], odd: number) => Values

const rules = {
  count: (a, _, odd) => ({ value: a + odd }),
  add: (a, [x], odd) => ({ value: (x!.value + a + odd) % 1000 }),
  remainder: (a, [x], odd) => ({ value: (x!.value + odd) % (a + 2) }),
  mix: (a, [x, y], odd) => ({ value: (x!.value + 2 * y!.value + a + odd) % 1000 }),
  split: (a, [x], odd) => ({ quotient: Math.floor(x!.value / (a + 2)), rest: (x!.value + odd) % (a + 2) }),
  sum: (a, all, odd) => ({ value: all.reduce((sum, { label, value }) => sum + label * value, a + odd) % 1000 }),
} satisfies Readonly<Record<string, Rule>>

export type Kind = keyof typeof rules
export const kinds = Object.keys(rules) as readonly Kind[]
export const versions = 3

/** Names of the input ports; the stage `sum` has one, which takes any number of inputs. */
export const portsOf: Readonly<Record<Kind, readonly string[]>> = {
  count: [],
  add: ["x"],
  remainder: ["x"],
  mix: ["x", "y"],
  split: ["x"],
  sum: ["all"],
}
export const outputsOf = (kind: Kind): readonly string[] => (kind === "split" ? ["quotient", "rest"] : ["value"])

export const compute = (kind: Kind, version: number, a: number, inputs: readonly Given[]): Values =>
  (rules[kind] as Rule)(a, inputs, version === 2 ? 1 : 0)

export interface Wire {
  /** Number of the node. */
  readonly from: number
  readonly port: string
}

export interface Part {
  /** Its label, for as long as it lives. */
  readonly number: number
  readonly kind: Kind
  readonly a: number
  readonly inputs: readonly Wire[]
}

export interface Project {
  /** Each after all that it reads. */
  readonly parts: readonly Part[]
  readonly code: Readonly<Record<Kind, number>>
}

const integer = document("integer", "an integer in decimal digits")
type Port = string | readonly { readonly labels: { readonly i?: unknown }; readonly value: string }[]

function stageOf(kind: Kind, version: number): AnyStage {
  const given = (of: Port): readonly Given[] =>
    typeof of === "string"
      ? [{ label: 0, value: Number(of) }]
      : of.map(({ labels, value }) => ({ label: Number(labels.i), value: Number(value) }))
  const input = kind === "sum" ? many(integer) : integer
  return stage<typeof params, Ports, Outputs>({
    name: kind,
    doc: kind,
    source: import.meta.url,
    params,
    inputs: Object.fromEntries(portsOf[kind].map((port) => [port, input])),
    outputs: Object.fromEntries(outputsOf(kind).map((port) => [port, integer])),
    run: ({ params: { a }, inputs }) =>
      Effect.sync(() => {
        const all = portsOf[kind].flatMap((port) => given(inputs[port] as Port))
        const outputs = Object.entries(compute(kind, version, a, all))
        return Object.fromEntries(outputs.map(([port, value]) => [port, String(value)]))
      }) as never,
  })
}

const params = Schema.Struct({ a: param(whole(0, 2), 1, { doc: "a number" }) })
const stages = Object.fromEntries(
  kinds.map((kind) => [kind, Array.from({ length: versions }, (_, version) => stageOf(kind, version))]),
) as unknown as Readonly<Record<Kind, readonly AnyStage[]>>

export const codeAt = (kind: Kind, version: number): string => sha256(`${kind} ${version}`)
export const idOf = ({ kind, number }: Part): string => `random/${kind}[i=${number}]`

/** The graph as the engine takes it. */
export async function rigOf({ parts, code }: Project): Promise<Rig> {
  const build = () => {
    const made = new Map<number, Node>()
    for (const { number, kind, a, inputs } of parts) {
      const refs = inputs.map(({ from, port }) => made.get(from)!.out[port]!)
      const wired =
        kind === "sum" ? { all: refs } : Object.fromEntries(portsOf[kind].map((port, i) => [port, refs[i]!]))
      made.set(number, node(stages[kind][code[kind]]!, { i: number }, { params: { a }, inputs: wired as never }))
    }
    return [...made.values()]
  }
  const random = study({ name: "random", doc: "any graph", params: Schema.Struct({}), presets: { any: {} }, build })
  const graph: Graph = await Effect.runPromise(buildGraph({ studies: [random], leaves: [] }, "any"))
  const codeOf = (kind: Kind): Code => ({ digest: codeAt(kind, code[kind]), bundle: "", packages: {} })
  return { graph, codes: new Map(kinds.map((kind) => [kind, codeOf(kind)])) }
}
