/** Scripts of random edits. An edit makes sense of its numbers whatever the state is, so any part of a script is one too. */
import { type RandomStream, stream } from "../../stages/numerics/random.ts"
import type { Harm } from "./grounds.ts"
import { type Kind, kinds, outputsOf, type Part, type Project, portsOf, versions, type Wire } from "./integers.ts"

export type Change = "add" | "remove" | "rewire" | "set" | "code"
export type Damage = Harm | "forget"
/** `accept`: to code that differs in nothing, which is said to. */
export type Op = Change | Damage | "accept" | "run"
export type Edit = readonly [op: Op, u: number, v: number, w: number]
export type Script = readonly Edit[]

const mixture: readonly Op[] = [
  ...(["add", "remove", "rewire", "rewire", "set", "set", "set", "code", "code", "accept"] as const),
  ...(["missing", "evicted", "evicted", "flipped", "forget"] as const),
]

const edit = (random: RandomStream, op: Op): Edit => [
  op,
  random.integer(1 << 20),
  random.integer(1 << 20),
  random.integer(1 << 20),
]

/** Script number `index`: a graph, a run, then edits, most with a run of their own, and a run at last. */
export function scriptOf(seed: number, index: number): Script {
  const random = stream(seed, "script", index)
  const script = Array.from({ length: 4 + random.integer(8) }, () => edit(random, "add"))
  script.push(edit(random, "run"))
  for (let left = 4 + random.integer(6); left > 0; left--) {
    script.push(edit(random, mixture[random.integer(mixture.length)]!))
    if (random.integer(4) > 0) script.push(edit(random, "run"))
  }
  script.push(["run", 1, 1, 0])
  return script
}

export const empty: Project = { parts: [], code: Object.fromEntries(kinds.map((kind) => [kind, 0])) as Project["code"] }

const pick = <A>(items: readonly A[], number: number): A => items[number % items.length]!

function wireTo(parts: readonly Part[], number: number): Wire {
  const { number: from, kind } = pick(parts, number)
  return { from, port: pick(outputsOf(kind), number >> 8) }
}

/** As many inputs as the stage takes; `sum` takes some, each once, in one order. */
function inputsFor(kind: Kind, before: readonly Part[], v: number, w: number): readonly Wire[] {
  if (kind !== "sum") return portsOf[kind].map((_, i) => wireTo(before, i === 0 ? v : w))
  return distinct(Array.from({ length: 1 + (w % 4) }, (_, i) => wireTo(before, v + i * (1 + w))))
}

function distinct(wires: readonly Wire[]): readonly Wire[] {
  const named = new Map(wires.map((wire) => [`${wire.from} ${wire.port}`, wire]))
  return [...named.keys()].sort().map((name) => named.get(name)!)
}

/** The project after a change of it. */
export function change(project: Project, [op, u, v, w]: readonly [Change, number, number, number]): Project {
  const { parts, code } = project
  const index = u % Math.max(1, parts.length)
  const part = parts[index]
  const replaced = (by: Partial<Part>): Project => ({ code, parts: parts.with(index, { ...part!, ...by }) })
  switch (op) {
    case "add": {
      const kind = parts.length === 0 ? "count" : pick(kinds, u)
      const number = Math.max(0, ...parts.map(({ number }) => number)) + 1
      return { code, parts: [...parts, { number, kind, a: u % 3, inputs: inputsFor(kind, parts, v, w) }] }
    }
    case "code":
      return { parts, code: { ...code, [pick(kinds, u)]: v % versions } }
    case "set":
      return part === undefined ? project : replaced({ a: v % 3 })
    case "rewire":
      return part === undefined ? project : replaced({ inputs: inputsFor(part.kind, parts.slice(0, index), v, w) })
    case "remove":
      return index === 0 ? project : without(project, index)
  }
}

/** What read the node reads instead what the node read first, or else the first of all. */
function without({ parts, code }: Project, index: number): Project {
  const { number, inputs } = parts[index]!
  const instead = inputs[0] ?? { from: parts[0]!.number, port: "value" }
  const rewired = ({ kind, inputs, ...part }: Part): Part => {
    const wires = inputs.map((wire) => (wire.from === number ? instead : wire))
    return { ...part, kind, inputs: kind === "sum" ? distinct(wires) : wires }
  }
  return { code, parts: parts.toSpliced(index, 1).map(rewired) }
}
