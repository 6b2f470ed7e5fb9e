import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { artifactKey, type ContentDigest, encode, type Recipe } from "../../artifacts/key.ts"
import type { Json } from "../../artifacts/stage.ts"

const digest = "ab".repeat(32) as ContentDigest
const recipe: Recipe = {
  stage: "train",
  code: "cd".repeat(32),
  params: { learningRate: 0.002, keepEpochs: [0, 40], schedule: "plateau" },
  inputs: { weights: digest, all: [{ labels: { d: 200, trained: true }, digest }] },
  runtime: { v8: "11.3" },
}

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>
/** JSON text with sorted keys: equal exactly when two values are, independent of the encoding under test. */
const canonical = (value: Json): string =>
  JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : Object.is(v, -0)
        ? 0
        : v,
  )

describe("keys", () => {
  it("are pinned: a change here loses every artifact there is", () => {
    expect(artifactKey(recipe)).toMatchInlineSnapshot(
      `"7db297d6c056659c3aae936f5ba9a3326f43ad30307c86fbda64616cd8429498"`,
    )
    expect(artifactKey({ ...recipe, params: {}, inputs: {}, runtime: {} })).toMatchInlineSnapshot(
      `"e0236aa9d707f5455716d2abc6049b81b7db94cd32389e0a539ae496ca260834"`,
    )
  })

  it("change with every field of the recipe", () => {
    const others: Recipe[] = [
      { ...recipe, stage: "trail" },
      { ...recipe, code: "ce".repeat(32) },
      { ...recipe, params: { ...(recipe.params as object), learningRate: 0.001 } },
      { ...recipe, inputs: { weights: digest } },
      { ...recipe, inputs: { ...recipe.inputs, all: [{ labels: { d: 2, trained: true }, digest }] } },
      { ...recipe, runtime: {} },
    ]
    expect(new Set([recipe, ...others].map(artifactKey)).size).toBe(others.length + 1)
  })
})

describe("the encoding", () => {
  it("is equal exactly for equal values", () => {
    fc.assert(
      fc.property(json, json, (a, b) => (encode(a) === encode(b)) === (canonical(a) === canonical(b))),
      { numRuns: 2000 },
    )
  })

  it("does not depend on the order of keys", () => {
    const shuffle = (value: Json): Json => {
      if (value === null || typeof value !== "object") return value
      if (Array.isArray(value)) return value.map(shuffle)
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([k, v]) => [k, shuffle(v as Json)]),
      )
    }
    fc.assert(fc.property(json, (value) => encode(shuffle(value)) === encode(value)))
  })

  it("is prefix-free: no value's text begins another's", () => {
    fc.assert(fc.property(json, json, (a, b) => encode(a) === encode(b) || !encode(a).startsWith(encode(b))))
  })

  it.each<[string, Json, Json]>([
    ["a number and its text", 1, "1"],
    ["an empty list and an empty record", [], {}],
    ["null and absence", { a: null }, {}],
    ["nesting", [[1], 2], [[1, 2]]],
    ["separators inside text", ["a", "b"], ["a,b"]],
    ["a key moved into its value", { a: "b:s1:c" }, { "a:b": "c" }],
    ["large numbers", 1e21, 1e22],
    ["neighbouring numbers", 0.1, 0.1 + 2 ** -56],
    ["composed and decomposed letters", "\u00e9", "e\u0301"],
    ["false and null", false, null],
  ])("tells apart %s", (_, a, b) => expect(encode(a)).not.toBe(encode(b)))

  it("holds 0 and -0 for one number", () => expect(encode(-0)).toBe(encode(0)))

  it.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["infinity", [Number.POSITIVE_INFINITY]],
    ["a lone surrogate", "\ud800"],
    ["a lone surrogate in a key", { "\udc00": 1 }],
    ["undefined", { a: undefined }],
    ["a big integer", 1n],
  ])("refuses %s", (_, value) => expect(() => encode(value as Json)).toThrow(RangeError))
})
