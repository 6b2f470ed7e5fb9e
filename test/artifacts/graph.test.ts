import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { every, figure, figureData } from "../../artifacts/figure.ts"
import { buildGraph, type Pipeline, select, study } from "../../artifacts/graph.ts"
import { parseSetting } from "../../artifacts/params.ts"
import { type AnyNode, node, type Ref } from "../../artifacts/stage.ts"
import { fromRows } from "../../schemas/table.ts"
import { numbers, sums } from "./rig/numbers.ts"
import produce from "./rig/produce.ts"
import scale from "./rig/scale.ts"
import { pipeline, toy } from "./rig.ts"

const build = (of: Pipeline, settings: string[] = [], preset = "mini") =>
  Effect.runSync(
    Effect.result(Effect.flatMap(Effect.forEach(settings, parseSetting), (parsed) => buildGraph(of, preset, parsed))),
  )
const graphOf = (of: Pipeline, settings: string[] = []) => {
  const built = build(of, settings)
  if (built._tag === "Failure") throw built.failure
  return built.success
}
const refusal = (of: Pipeline, settings: string[] = [], preset = "mini") => {
  const built = build(of, settings, preset)
  return built._tag === "Failure" ? built.failure.message : "none"
}
const made = (labels: Record<string, number>, start: number) => node(produce, labels, { params: { start }, inputs: {} })
const onlyStudy = (nodes: () => readonly AnyNode[]): Pipeline => ({
  studies: [study({ name: "only", doc: "", params: Schema.Struct({}), presets: { mini: {} }, build: nodes })],
  leaves: [],
})

describe("a graph", () => {
  it("has nodes after their inputs, under readable names", () => {
    const { nodes } = graphOf(pipeline)
    expect(nodes.map(({ id }) => id)).toEqual([
      "toy/produce[i=1]",
      "toy/scale[i=1]",
      "toy/produce[i=2]",
      "toy/scale[i=2]",
      "toy/combine",
    ])
    nodes.forEach(({ inputs }, i) => {
      for (const { from } of Object.values(inputs).flat()) expect(from).toBeLessThan(i)
    })
    expect(nodes[0]!.dependents).toEqual([1])
  })

  it("holds a node that is declared twice once", () => {
    const { nodes } = graphOf(onlyStudy(() => [made({ i: 1 }, 1), made({ i: 1 }, 1)]))
    expect(nodes.length).toBe(1)
  })

  it("refuses two different nodes of one name", () => {
    expect(refusal(onlyStudy(() => [made({ i: 1 }, 1), made({ i: 1 }, 2)]))).toBe(
      "two different nodes are both called only/produce[i=1]; give them labels that tell them apart",
    )
  })

  it("refuses a cycle", () => {
    const first = node(scale, { i: 1 }, { params: {}, inputs: { numbers: made({ i: 0 }, 1).out.numbers } })
    const second = node(scale, { i: 2 }, { params: {}, inputs: { numbers: first.out.numbers } })
    Object.assign(first.inputs as Record<string, Ref>, { numbers: second.out.numbers })
    expect(refusal(onlyStudy(() => [first]))).toBe("only/scale[i=1] depends on itself")
  })

  it("applies settings by stage, by study, and by stage of a study", () => {
    const params = (settings: string[]) => graphOf(pipeline, settings).nodes.map(({ params }) => params)
    expect(params(["produce.count=5"])[0]).toEqual({ start: 1, count: 5 })
    expect(params(["toy/produce.count=5"])[0]).toEqual({ start: 1, count: 5 })
    expect(params(["toy.i=4"])).toEqual([{ start: 4 }, {}, {}])
  })

  it("refuses what it does not know, and says what was meant", () => {
    expect(refusal(pipeline, ["produce.cuont=5"])).toBe('unknown parameter of produce "cuont"; did you mean count?')
    expect(refusal(pipeline, ["prodcue.count=5"])).toBe('unknown stage or study "prodcue"; did you mean produce?')
    expect(refusal(pipeline, ["toy.j=5"])).toBe('unknown parameter of toy "j"; did you mean i?')
    expect(refusal(pipeline, [], "mni")).toBe('unknown preset "mni"; did you mean mini?')
    expect(refusal(pipeline, ["produce.count=0"])).toMatchInlineSnapshot(`
      "toy/produce[i=1]:
        count: expected a whole number in 1..1000, found 0"
    `)
    expect(refusal(pipeline, ["toy.i=[]", "toy.i=-1"])).toMatchInlineSnapshot(`
      "toy:
        i.0: expected a whole number >= 0, found -1"
    `)
  })

  it("selects targets with all they need", () => {
    const graph = graphOf(pipeline)
    const ids = (targets: string[]) =>
      [...Effect.runSync(select(graph, targets))].sort((a, b) => a - b).map((i) => graph.nodes[i]!.id)
    expect(ids(["toy/scale[i=2]"])).toEqual(["toy/produce[i=2]", "toy/scale[i=2]"])
    expect(ids(["produce"])).toEqual(["toy/produce[i=1]", "toy/produce[i=2]"])
    expect(ids([]).length).toBe(5)
    expect(ids(["toy"]).length).toBe(5)
    expect(Effect.runSync(Effect.flip(select(graph, ["scael"]))).message).toBe(
      'unknown target "scael"; did you mean scale?',
    )
  })
})

describe("a figure", () => {
  type Picks = (labels: { i?: number }) => boolean
  const drawn = (where?: Picks, needed?: Picks) =>
    figure({
      id: "T-1",
      title: "toy",
      study: "toy",
      source: import.meta.url,
      gathers: { scaled: every(numbers, where as never, needed as never) },
      draw: () => Effect.succeed({ figure: "<svg/>", data: fromRows(figureData, []) }),
    })

  it("gathers every table of its schema in its study, in the order of their labels", () => {
    const { nodes } = graphOf({ studies: [toy], leaves: [drawn()] })
    const last = nodes.at(-1)!
    expect(last.id).toBe("figure-T-1")
    const sources = Object.values(last.inputs).flat()
    expect(sources.map(({ from }) => nodes[from]!.id)).toEqual([
      "toy/produce[i=1]",
      "toy/scale[i=1]",
      "toy/produce[i=2]",
      "toy/scale[i=2]",
    ])
  })

  it("takes only tables whose labels fit, and is left out when there are none", () => {
    const one = graphOf({ studies: [toy], leaves: [drawn(({ i }) => i === 2)] }).nodes.at(-1)!
    expect(one.inputs.scaled).toHaveLength(2)
    expect(graphOf({ studies: [toy], leaves: [drawn(() => false)] }).nodes.some(({ id }) => id === "figure-T-1")).toBe(
      false,
    )
  })

  it("that compares is left out when what it compares with is missing, and takes all when it is there", () => {
    const needing = (i: number) =>
      graphOf({
        studies: [toy],
        leaves: [
          drawn(
            () => true,
            (labels) => labels.i === i,
          ),
        ],
      })
    expect(needing(2).nodes.at(-1)!.inputs.scaled).toHaveLength(4)
    expect(needing(3).nodes.some(({ id }) => id === "figure-T-1")).toBe(false)
  })
})

// Wrong wiring does not compile; `tsc` checks these lines.
export const wrong = () => {
  const source = made({ i: 1 }, 1)
  // @ts-expect-error a misspelt parameter
  node(produce, {}, { params: { strat: 1 }, inputs: {} })
  // @ts-expect-error a parameter of another type
  node(produce, {}, { params: { start: "1" }, inputs: {} })
  // @ts-expect-error a missing input
  node(scale, {}, { params: {}, inputs: {} })
  // @ts-expect-error an output that the stage does not have
  source.out.sums
  const total = { node: source, port: "sums", schema: sums } satisfies Ref
  // @ts-expect-error another table
  node(scale, {}, { params: {}, inputs: { numbers: total } })
}
