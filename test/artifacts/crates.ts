/** Stores with the toy study in them, and crates to put into them or to spoil. */
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import type { Manifest } from "../../artifacts/manifest.ts"
import { plan, planner } from "../../artifacts/plan.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import type { Rig } from "./rig.ts"

export const openStore = (root: string): Store =>
  Effect.runSync(
    Effect.provide(
      Effect.map(ArtifactStore, (store) => store),
      ArtifactStore.disk(root),
    ),
  )

/** Manifests of all nodes that are up to date. */
export async function upToDate(store: Store, { graph, codes }: Rig): Promise<Manifest[]> {
  const steps = await Effect.runPromise(plan(planner(graph, codes, store), new Set(graph.nodes.keys())))
  return steps.flatMap((step) => (step._tag === "Cached" ? [step.manifest] : []))
}

/** Every file below a folder by its path. */
export function tree(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = names.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort()
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]))
}

/** Writes files into a folder. */
export function plant(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

/** What an entry of an archive is made of by hand, so that it can be anything. */
export interface RawEntry {
  readonly path: string
  readonly content?: string | Uint8Array
  /** Type flag; "0" is a regular file. */
  readonly type?: string
  readonly link?: string
  readonly prefix?: string
  /** The size field as written, when it is not that of the content. */
  readonly size?: string
}

/** An archive, whole or not, of whatever entries. */
export function rawTar(entries: readonly RawEntry[], end = 1024): Buffer {
  const blocks = entries.flatMap(({ path, content = "", type = "0", link = "", prefix = "", size }) => {
    const body = Buffer.from(content)
    const header = Buffer.alloc(512)
    header.write(path, 0, 100)
    header.write("0000777", 100)
    header.write(size ?? body.length.toString(8).padStart(11, "0"), 124, 12, "latin1")
    header.write(type, 156)
    header.write(link, 157, 100)
    header.write("ustar\x0000", 257)
    header.write(prefix, 345, 155)
    header.fill(" ", 148, 156)
    header.write(
      header
        .reduce((a, b) => a + b, 0)
        .toString(8)
        .padStart(6, "0"),
      148,
    )
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(end)])
}

/** Files with a description that lists them as they are now. */
export function relisted(files: ReadonlyMap<string, string | Uint8Array>): Map<string, string | Uint8Array> {
  const parts = [...files].filter(([path]) => path !== "ro-crate-metadata.json")
  const graph = [
    { "@id": "ro-crate-metadata.json", conformsTo: { "@id": "https://w3id.org/ro/crate/1.1" } },
    { "@id": "./", hasPart: parts.map(([path]) => ({ "@id": path })) },
    ...parts.map(([path, content]) => ({
      "@id": path,
      contentSize: String(Buffer.byteLength(content)),
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
  ]
  return new Map(parts).set("ro-crate-metadata.json", JSON.stringify({ "@graph": graph }))
}

/** An entity of the description of a crate. */
export interface Entity {
  readonly "@id": string
  readonly "@type": string | string[]
  readonly [property: string]: unknown
}

/** The description of the crate in a folder. */
export const describedIn = (path: string) =>
  JSON.parse(readFileSync(join(path, "ro-crate-metadata.json"), "utf8")) as { "@context": unknown; "@graph": Entity[] }

/** Its entities by their ids. */
export const graphOf = (path: string) => new Map(describedIn(path)["@graph"].map((entity) => [entity["@id"], entity]))
