import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import {
  applySetting,
  decodeParams,
  namesFor,
  paramDocs,
  parseSetting,
  parseValue,
  withoutDefaults,
} from "../../artifacts/params.ts"
import type { Json } from "../../artifacts/stage.ts"
import { nonNegative, param, positive, required, whole } from "../../schemas/param.ts"

const schema = Schema.Struct({
  g: required(positive, { doc: "gain", symbol: "g" }),
  n: param(whole(1, 500), 200, { doc: "units", unit: "units" }),
  mode: param(Schema.Literals(["code", "unit"]), "code", { doc: "scale" }),
  epochs: param(Schema.Array(whole(0)), [], { doc: "kept" }),
}).check(Schema.makeFilter(({ g, n }) => (g > n ? `g = ${g} exceeds n = ${n}` : undefined)))
const union = Schema.Union([
  Schema.Struct({ task: Schema.Literal("clusters"), sigma: param(nonNegative, 0.02, { doc: "width" }) }),
  Schema.Struct({ task: Schema.Literal("images"), count: param(whole(1), 10, { doc: "images" }) }),
])

const faults = (params: Json, of: typeof schema | typeof union = schema) =>
  Effect.runSync(Effect.flip(decodeParams(of, params, "node"))).message

describe("parameters", () => {
  it("are decoded with their defaults", () => {
    expect(Effect.runSync(decodeParams(schema, { g: 20 }, ""))).toEqual({ g: 20, n: 200, mode: "code", epochs: [] })
  })

  it("are refused with every fault named", () => {
    expect(faults({ g: 0, n: 3.5, mode: "cod", gian: 1 })).toMatchInlineSnapshot(`
      "node:
        gian: unknown parameter; known: g, n, mode, epochs
        g: expected a number > 0, found 0
        n: expected an integer, found 3.5
        mode: expected "code" | "unit", found "cod""
    `)
    expect(faults({})).toMatchInlineSnapshot(`
      "node:
        g: expected a value, found none"
    `)
    expect(faults({ g: 300 })).toMatchInlineSnapshot(`
      "node:
        g = 300 exceeds n = 200"
    `)
    expect(faults({ task: "images", count: 0, sigma: 1 }, union)).toMatchInlineSnapshot(`
      "node:
        sigma: unknown parameter; known: task, count
        count: expected a whole number >= 1, found 0"
    `)
    expect(faults({ task: "image" }, union)).toMatchInlineSnapshot(`
      "node:
        Expected { readonly "task": "clusters", ... } | { readonly "task": "images", ... }"
    `)
  })

  it("leave their defaults out of a recipe, and nothing else", () => {
    expect(withoutDefaults(schema, { g: 20, n: 200, mode: "code", epochs: [] })).toEqual({ g: 20 })
    expect(withoutDefaults(schema, { g: 20, n: 100, mode: "unit", epochs: [1] })).toEqual({
      g: 20,
      n: 100,
      mode: "unit",
      epochs: [1],
    })
    expect(withoutDefaults(union, { task: "clusters", sigma: 0.02 })).toEqual({ task: "clusters" })
  })

  it("are documented for help", () => {
    expect(paramDocs(schema)).toEqual([
      { name: "g", doc: "g: gain", default: undefined },
      { name: "n", doc: "units [units]", default: 200 },
      { name: "mode", doc: "scale", default: "code" },
      { name: "epochs", doc: "kept", default: [] },
    ])
    expect(namesFor(union, { task: "images" })).toEqual(["task", "count"])
  })
})

describe("settings", () => {
  it.each<[string, Json]>([
    ["0.5", 0.5],
    ["1e-3", 1e-3],
    ["true", true],
    ["mse", "mse"],
    ["20,250", [20, 250]],
    ["0..3", [0, 1, 2, 3]],
    ["20..260:40", [20, 60, 100, 140, 180, 220, 260]],
    ["0.1..0.5:0.1", [0.1, 0.2, 0.3, 0.4, 0.5]],
    ["1..5:3", [1, 4]],
    ["2..-2:-2", [2, 0, -2]],
    ["5..1", []],
    ["1..2:0", "1..2:0"],
    ["0..1e9", "0..1e9"],
    ["0..1:1e-6", "0..1:1e-6"],
    ["0..1e400", "0..1e400"],
    ["[1,2]", [1, 2]],
    ["strong,matched", ["strong", "matched"]],
  ])("read %s", (text, value) => expect(parseValue(text)).toEqual(value))

  it("read a range of a million values", () => {
    const values = parseValue("1..1000000") as readonly Json[]
    expect([values.length, values.at(-1)]).toEqual([1_000_000, 1_000_000])
  })

  it("name a scope and a parameter", () => {
    expect(Effect.runSync(parseSetting("train.learningRate=0.002"))).toEqual({
      scope: "train",
      name: "learningRate",
      value: 0.002,
    })
    expect(Effect.runSync(parseSetting("clusters/train.batch=5")).scope).toBe("clusters/train")
    for (const text of ["train", "learningRate=3", "train.=", ".x=1"])
      expect(Effect.runSync(Effect.flip(parseSetting(text))).message).toContain("expected STAGE.PARAMETER=VALUE")
  })

  it("make a single value a list where a list is wanted", () => {
    expect(applySetting(schema, { g: 1 }, { scope: "", name: "epochs", value: 5 })).toEqual({ g: 1, epochs: [5] })
    expect(applySetting(schema, { g: 1 }, { scope: "", name: "n", value: 5 })).toEqual({ g: 1, n: 5 })
  })
})
