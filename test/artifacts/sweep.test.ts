import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { every, figure, figureData } from "../../artifacts/figure.ts"
import { buildGraph, type Pipeline, study } from "../../artifacts/graph.ts"
import { node } from "../../artifacts/stage.ts"
import { parseSweeps } from "../../artifacts/sweep.ts"
import { param, whole } from "../../schemas/param.ts"
import { fromRows } from "../../schemas/table.ts"
import { numbers } from "./rig/numbers.ts"
import produce from "./rig/produce.ts"
import scale from "./rig/scale.ts"
import { pipeline } from "./rig.ts"

const graphOf = (of: Pipeline, ...sweeps: string[]) =>
  Effect.runSync(Effect.flatMap(parseSweeps(sweeps), (parsed) => buildGraph(of, "mini", [], parsed)))
const idsOf = (of: Pipeline, ...sweeps: string[]) => graphOf(of, ...sweeps).nodes.map(({ id }) => id)

const counted = study({
  name: "counted",
  doc: "one number that is no list",
  params: Schema.Struct({ count: param(whole(1), 3, { doc: "how many" }) }),
  presets: { mini: {} },
  build: ({ count }) => {
    const made = node(produce, {}, { params: { start: 0, count }, inputs: {} })
    return [node(scale, {}, { params: {}, inputs: { numbers: made.out.numbers } })]
  },
})

describe("a graph with sweeps", () => {
  it("labels what takes the value and what comes after it, in nodes and in the links between them", () => {
    const { nodes } = graphOf(pipeline, "scale.absolute=true")
    expect(nodes.slice(5).map(({ id }) => id)).toEqual([
      "toy/scale[i=1,absolute=true]",
      "toy/scale[i=2,absolute=true]",
      "toy/combine[absolute=true]",
    ])
    expect(nodes[5]!.inputs.numbers).toMatchObject({ from: 0, labels: { i: 1 } })
    expect(nodes[7]!.inputs.all).toMatchObject([
      { labels: { i: 1, absolute: true } },
      { labels: { i: 2, absolute: true } },
    ])
    expect(nodes[5]!.params).toEqual({ absolute: true })
    expect(nodes[1]!.params).toEqual({})
  })

  it("repeats a study for each value of its parameter", () => {
    const both = { studies: [counted, ...pipeline.studies], leaves: [] }
    expect(idsOf(both, "counted.count=4,5").filter((id) => id.includes("count="))).toEqual([
      "counted/produce[count=4]",
      "counted/scale[count=4]",
      "counted/produce[count=5]",
      "counted/scale[count=5]",
    ])
    expect(idsOf(both, "counted.count=4").filter((id) => id.startsWith("toy/"))).toEqual(idsOf(pipeline))
  })

  it("takes the values of a study's list together", () => {
    expect(idsOf(pipeline, "toy.i=3,4")).toEqual([
      "toy/produce[i=3]",
      "toy/scale[i=3]",
      "toy/produce[i=4]",
      "toy/scale[i=4]",
      "toy/combine",
    ])
  })

  it("tells parameters of one name apart by their stages, in a stage of one study too", () => {
    const ids = idsOf(pipeline, "produce.count=4", "toy/scale.absolute=true")
    expect(ids).toContain("toy/scale[i=1,count=4,absolute=true]")
    const [one, other] = Effect.runSync(parseSweeps(["produce.count=1", "counted.count=2"]))
    expect([one!.values[0]!.label, other!.values[0]!.label]).toEqual(["produce.count", "counted.count"])
  })

  it("leaves a figure as it is whose tables have other labels", () => {
    const drawn = figure({
      id: "T-1",
      title: "toy",
      study: "toy",
      source: import.meta.url,
      gathers: { scaled: every(numbers, (labels) => Object.keys(labels).join() === "i") },
      draw: () => Effect.succeed({ figure: "<svg/>", data: fromRows(figureData, []) }),
    })
    const of = { ...pipeline, leaves: [drawn] }
    const inputs = (...sweeps: string[]) => graphOf(of, ...sweeps).nodes.at(-1)!.inputs
    expect(inputs("produce.count=4,5")).toEqual(inputs())
    expect(graphOf(of, "produce.count=4").nodes.filter(({ id }) => id === "figure-T-1").length).toBe(1)
  })
})
