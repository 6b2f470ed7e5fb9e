/** A study as large as one likes, of a stage that does nothing, and a store in which all of it is cached. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { codeOf } from "../../artifacts/code.ts"
import { encodeValue } from "../../artifacts/codec.ts"
import { writeFirst } from "../../artifacts/files.ts"
import { buildGraph, type Graph, study } from "../../artifacts/graph.ts"
import { contentDigest } from "../../artifacts/key.ts"
import { type Manifest, manifestText, type OutputRecord } from "../../artifacts/manifest.ts"
import { planner } from "../../artifacts/plan.ts"
import { provenanceOf } from "../../artifacts/provenance.ts"
import { type Node, node } from "../../artifacts/stage.ts"
import { manifestFolder, objectPath } from "../../artifacts/store.ts"
import { fromRows } from "../../schemas/table.ts"
import { openStore } from "../artifacts/crates.ts"
import { numbers } from "../artifacts/rig/numbers.ts"
import trivial from "./trivial.ts"

type Trivial = Node<typeof trivial.outputs>
const nodeAt = (index: number, from: readonly Trivial[] = []): Trivial =>
  node(trivial, { index }, { params: { index }, inputs: { from: from.map(({ out }) => out.numbers) } })

/** Ten nodes wired as a realisation is: a chain of four, and six that depend on its last. */
function realisation(first: number): readonly Trivial[] {
  let last = nodeAt(first)
  for (let i = 1; i < 4; i++) last = nodeAt(first + i, [last])
  return Array.from({ length: 6 }, (_, i) => nodeAt(first + 4 + i, [last]))
}

/** So many realisations, and one node that gathers a table of each, as a figure does. */
function sweep(realisations: number): readonly Trivial[] {
  const ends = Array.from({ length: realisations }, (_, i) => realisation(10 * i))
  const gathered = ends.map(([one]) => one!)
  return [...ends.flat(), nodeAt(10 * realisations, gathered)]
}

const graphOf = (build: () => readonly Trivial[]): Promise<Graph> => {
  const params = Schema.Struct({})
  const bench = study({ name: "bench", doc: "nodes that do nothing", params, presets: { all: {} }, build })
  return Effect.runPromise(buildGraph({ studies: [bench], leaves: [] }, "all"))
}

/** A graph of `nodes` nodes and the one that gathers. */
export const sweepGraph = (nodes: number): Promise<Graph> => graphOf(() => sweep(nodes / 10))

/** A graph of nodes that depend on nothing. */
export const flatGraph = (nodes: number): Promise<Graph> =>
  graphOf(() => Array.from({ length: nodes }, (_, i) => nodeAt(i)))

export const codes = () => Effect.runPromise(codeOf([trivial]))

/** Fills a store as a run of the graph would, without waiting for the disk and with a hundred objects in all. */
export async function fill(root: string, graph: Graph): Promise<void> {
  const put = (path: string, content: Uint8Array) =>
    Effect.runPromise(writeFirst(join(root, "tmp"), path, content, 0o444, false))
  const objects: OutputRecord[] = []
  for (let x = 0; x < 100; x++) {
    const { bytes, rows } = await encodeValue(numbers, fromRows(numbers, [{ x }]))
    const { format, name: schema } = numbers
    const object = { digest: contentDigest(bytes), bytes: bytes.length, rows, format, schema }
    await put(objectPath(root, object), bytes)
    objects.push(object)
  }
  const planned = planner(graph, await codes(), openStore(root))
  const provenance = provenanceOf("", {}, 1)
  const done = new Map<number, Manifest>()
  for (const [index, { id, labels }] of graph.nodes.entries()) {
    const step = await Effect.runPromise(planned.resolve(index, done))
    if (step._tag !== "Stale") throw new RangeError(`${id} is ${step._tag} in a store that should be new`)
    const { key, recipe } = step
    const outputs = { numbers: objects[Number(labels.index) % objects.length]! }
    const manifest: Manifest = { format: 1, key, recipe, outputs, provenance: { ...provenance, node: id, labels } }
    await put(join(manifestFolder(root, trivial.name), `${key}.json`), Buffer.from(manifestText(manifest)))
    done.set(index, manifest)
  }
}
