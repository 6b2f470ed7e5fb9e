import { readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { sha256 } from "../../artifacts/key.ts"
import { exported, manifests } from "./crate-ground.ts"
import { describedIn, type Entity, graphOf, tree } from "./crates.ts"

const typesOf = (entity: Entity) => [entity["@type"]].flat()

describe("the description of a crate", () => {
  let path: string
  let graph: Map<string, Entity>
  beforeAll(async () => {
    path = (await exported("described", { author: "Ada Example" })).path
    graph = graphOf(path)
  })

  it("is an RO-Crate 1.1 with the profile of a process run", () => {
    const { "@context": context, "@graph": entities } = describedIn(path)
    expect(context).toEqual(["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"])
    expect(graph.size).toBe(entities.length)
    expect(graph.get("ro-crate-metadata.json")).toEqual({
      "@id": "ro-crate-metadata.json",
      "@type": "CreativeWork",
      about: { "@id": "./" },
      conformsTo: { "@id": "https://w3id.org/ro/crate/1.1" },
    })
    const root = graph.get("./")!
    expect(root).toMatchObject({
      "@type": "Dataset",
      conformsTo: { "@id": "https://w3id.org/ro/wfrun/process/0.5" },
      license: { "@id": "https://spdx.org/licenses/MIT" },
      author: { "@id": "#author" },
    })
    for (const text of [root.name, root.description]) expect(text).toMatch(/\w{3}/)
    expect(new Date(root.datePublished as string).toISOString()).toBe(root.datePublished)
    expect(graph.get("#author")).toMatchObject({ "@type": "Person", name: "Ada Example" })
  })

  it("resolves every reference, and holds no entity that nothing refers to", () => {
    const referred = new Set<string>()
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) for (const item of value) walk(item)
      else if (typeof value === "object" && value !== null) {
        expect(Object.keys(value)).toEqual(["@id"])
        referred.add((value as Entity)["@id"])
      }
    }
    for (const { "@id": id, "@type": type, ...properties } of graph.values()) {
      expect({ id, type }).toEqual({ id: expect.any(String), type: expect.anything() })
      for (const value of Object.values(properties)) walk(value)
    }
    const outside = [...referred].filter((id) => !graph.has(id))
    expect(outside).toEqual(["https://w3id.org/ro/crate/1.1"])
    expect([...graph.keys()].filter((id) => !referred.has(id))).toEqual(["ro-crate-metadata.json"])
  })

  it("lists every file with its size and digest", () => {
    const files = tree(path)
    files.delete("ro-crate-metadata.json")
    expect((graph.get("./")!.hasPart as Entity[]).map((part) => part["@id"])).toEqual([...files.keys()])
    for (const [path, content] of files) {
      const entity = graph.get(path)!
      expect(typesOf(entity)).toContain("File")
      expect(entity).toMatchObject({ contentSize: String(content.length), sha256: sha256(content) })
      expect(entity.encodingFormat).toBe(mediaTypes[path.split(".").at(-1)!])
    }
    expect([...graph.values()].filter((entity) => typesOf(entity).includes("File")).length).toBe(files.size)
  })

  const mediaTypes: Record<string, string> = {
    parquet: "application/vnd.apache.parquet",
    json: "application/json",
    mjs: "text/javascript",
  }

  it("tells of each artifact what made it, from what, when and by whom", () => {
    expect((graph.get("./")!.mentions as Entity[]).length).toBe(5)
    for (const { key, recipe, outputs, provenance } of manifests) {
      const action = graph.get(`#${recipe.stage}-${key}`)!
      expect(action).toMatchObject({
        "@type": "CreateAction",
        name: provenance.node,
        agent: { "@id": "#author" },
        endTime: provenance.finished,
        actionStatus: "http://schema.org/CompletedActionStatus",
      })
      expect(Date.parse(action.endTime as string) - Date.parse(action.startTime as string)).toBe(
        Math.round(1000 * provenance.seconds),
      )
      const digests = (of: unknown) => (of as Entity[]).map((one) => graph.get(one["@id"])!.sha256).filter(Boolean)
      expect(digests(action.result)).toEqual(Object.values(outputs).map(({ digest }) => digest))
      const inputs = Object.values(recipe.inputs).flatMap((of) =>
        typeof of === "string" ? of : of.map((one) => one.digest),
      )
      expect(digests(action.object)).toEqual(inputs)
      const instrument = graph.get((action.instrument as Entity)["@id"])!
      expect(instrument).toMatchObject({
        "@type": "SoftwareApplication",
        name: `rnn-geometry: ${recipe.stage}`,
        softwareVersion: "0.1.0",
        license: { "@id": "https://spdx.org/licenses/MIT" },
        hasPart: ["mjs", "json"].map((extension) => ({ "@id": `bundles/v1/${recipe.code}.${extension}` })),
      })
    }
  })

  it("gives the parameters of each run", () => {
    const [made] = manifests.filter(({ provenance }) => provenance.node === "toy/produce[i=2]")
    const values = (graph.get(`#produce-${made!.key}`)!.object as Entity[]).map((one) => graph.get(one["@id"]))
    expect(values).toMatchObject([
      { "@type": "PropertyValue", name: "count", value: 5 },
      { "@type": "PropertyValue", name: "start", value: 2 },
    ])
  })

  it("leaves the author out when there is none", async () => {
    const { path } = await exported("nobody")
    expect(readFileSync(join(path, "ro-crate-metadata.json"), "utf8")).not.toMatch(/author|agent|Person/)
  })
})
