/**
 * The description of a crate as RO-Crate 1.1 (https://w3id.org/ro/crate/1.1), profile Process Run Crate 0.5
 * (https://w3id.org/ro/wfrun/process/0.5): each artifact is the result of a CreateAction, whose instrument is the code of
 * its stage, whose objects are its inputs and parameters. A function of the manifests alone: equal selections, equal bytes.
 */
import { readFileSync } from "node:fs"
import type { Format } from "../schemas/table.ts"
import { METADATA, objectPathOf } from "./crate-files.ts"
import { byCodeUnit, type ContentDigest } from "./key.ts"
import { inputDigests, type Manifest } from "./manifest.ts"
import type { Json } from "./stage.ts"

/** One file as the crate describes it. */
export interface Described {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** What it is, for people. */
  readonly name: string
}

/** Files that the root of an RO-Crate lists, by path; undefined when the text is no such description. */
export function listedFiles(text: string): ReadonlyMap<string, Pick<Described, "bytes" | "sha256">> | undefined {
  try {
    const { "@graph": graph } = JSON.parse(text) as { readonly "@graph": readonly Entity[] }
    const byId = new Map(graph.map((entity) => [entity["@id"], entity]))
    const [description, root] = [byId.get(METADATA)!, byId.get("./")!] as unknown as readonly [Description, Root]
    if (description.conformsTo["@id"] !== CRATE) return undefined
    const parts = root.hasPart.map((part) => byId.get(part["@id"]) as unknown as FileEntity)
    return new Map(parts.map((file) => [file["@id"], { bytes: Number(file.contentSize), sha256: file.sha256 }]))
  } catch {
    return undefined
  }
}

type Entity = {
  readonly "@id": string
  readonly "@type": string | readonly string[]
  readonly [property: string]: Json
}
interface Reference {
  readonly "@id": string
  readonly [property: string]: Json
}

/** What of a description is read again: whatever else another program has added to it does not matter. */
interface Description {
  readonly conformsTo: Reference
}
interface Root {
  readonly hasPart: readonly Reference[]
}
interface FileEntity {
  readonly "@id": string
  readonly contentSize: string
  readonly sha256: string
}

const CRATE = "https://w3id.org/ro/crate/1.1"
const PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
const AUTHOR = "#author"

const mediaTypes: Readonly<Record<Format | "json" | "mjs", string>> = {
  arrow: "application/vnd.apache.arrow.file",
  parquet: "application/vnd.apache.parquet",
  svg: "image/svg+xml",
  json: "application/json",
  mjs: "text/javascript",
}

const to = (id: string): Reference => ({ "@id": id })

interface Software {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
}

/** Text of `ro-crate-metadata.json`: of files, and of the runs that made them, both in the order in which they are given. */
export function crateMetadata(
  files: readonly Described[],
  manifests: readonly Manifest[],
  author: string | undefined,
): string {
  const software = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Software
  const parts = new Set(files.map(({ path }) => path))
  const paths = new Map(
    manifests.flatMap(({ outputs }) => Object.values(outputs).map((of) => [of.digest, objectPathOf(of)] as const)),
  )
  const absent = new Set<ContentDigest>()
  const dataOf = (digest: ContentDigest): Reference => {
    const path = paths.get(digest)
    if (path !== undefined && parts.has(path)) return to(path)
    absent.add(digest)
    return to(absentId(digest))
  }
  const runs = manifests.flatMap((manifest) => {
    const parameters = parameterEntities(manifest)
    const inputs = [...new Set(inputDigests(manifest))]
    const object = [...inputs.map(dataOf), ...parameters.map((parameter) => to(parameter["@id"]))]
    const result = Object.values(manifest.outputs).map(({ digest }) => dataOf(digest))
    const agent = author === undefined ? {} : { agent: to(AUTHOR) }
    return [instrument(manifest, software, parts), ...parameters, { ...action(manifest), object, result, ...agent }]
  })
  const all = [
    ...rootEntities(files, manifests, software, author),
    ...files.map(fileEntity),
    ...runs,
    ...[...absent].map(absentEntity),
  ]
  const graph = [...new Map(all.map((entity) => [entity["@id"], entity])).values()]
  const context = [`${CRATE}/context`, "https://w3id.org/ro/terms/workflow-run/context"]
  return `${JSON.stringify({ "@context": context, "@graph": graph }, null, 2)}\n`
}

/** The description itself, the crate as a whole, its profile, licence and author. */
function rootEntities(
  files: readonly Described[],
  manifests: readonly Manifest[],
  software: Software,
  author: string | undefined,
): readonly Entity[] {
  const times = manifests.map(({ provenance }) => provenance.finished).sort(byCodeUnit)
  const root = {
    "@id": "./",
    "@type": "Dataset",
    conformsTo: to(PROFILE),
    name: `Artifacts of ${software.name}`,
    description: `${manifests.length} artifacts and how each was made. ${software.description}.`,
    // Not the time of the export: equal selections are equal bytes.
    datePublished: times.at(-1) ?? "1970-01-01",
    license: to(licenseId(software)),
    hasPart: files.map(({ path }) => to(path)),
    mentions: manifests.map((manifest) => to(actionId(manifest))),
  }
  return [
    { "@id": METADATA, "@type": "CreativeWork", about: to("./"), conformsTo: to(CRATE) },
    author === undefined ? root : { ...root, author: to(AUTHOR) },
    { "@id": PROFILE, "@type": "CreativeWork", name: "Process Run Crate", version: "0.5" },
    { "@id": licenseId(software), "@type": "CreativeWork", name: software.license },
    ...(author === undefined ? [] : [{ "@id": AUTHOR, "@type": "Person", name: author }]),
  ]
}

const licenseId = ({ license }: Software): string => `https://spdx.org/licenses/${license}`

const absentId = (digest: ContentDigest): string => `#sha256-${digest}`

const absentEntity = (digest: ContentDigest): Entity => ({
  "@id": absentId(digest),
  "@type": "CreativeWork",
  name: "data that are not in this crate",
  identifier: `sha256:${digest}`,
})

const actionId = ({ key, recipe }: Manifest): string => `#${recipe.stage}-${key}`

const fileEntity = ({ path, bytes, sha256, name }: Described): Entity => ({
  "@id": path,
  "@type": path.endsWith(".mjs") ? ["File", "SoftwareSourceCode"] : "File",
  name,
  encodingFormat: mediaTypes[path.slice(path.lastIndexOf(".") + 1) as keyof typeof mediaTypes],
  contentSize: String(bytes),
  sha256,
})

/** Parameters that are not at their default, and what the stage leaned on of the machine. */
function parameterEntities(manifest: Manifest): readonly Entity[] {
  const entity = (kind: string, [name, value]: [string, Json]): Entity => ({
    "@id": `${actionId(manifest)}/${kind}/${encodeURIComponent(name)}`,
    "@type": "PropertyValue",
    name,
    value: typeof value === "object" ? JSON.stringify(value) : value,
  })
  const { params, runtime } = manifest.recipe
  const sorted = (of: object) => Object.entries(of as Record<string, Json>).sort(([a], [b]) => byCodeUnit(a, b))
  return [
    ...sorted(params as object).map((of) => entity("params", of)),
    ...sorted(runtime).map((of) => entity("runtime", of)),
  ]
}

/** The code of a stage: one application for each digest, so that runs of the same code share it. */
function instrument({ recipe: { stage, code } }: Manifest, software: Software, parts: ReadonlySet<string>): Entity {
  const kept = ["mjs", "json"].map((extension) => `bundles/v1/${code}.${extension}`).filter((path) => parts.has(path))
  return {
    "@id": codeId(stage, code),
    "@type": "SoftwareApplication",
    name: `${software.name}: ${stage}`,
    softwareVersion: software.version,
    identifier: `sha256:${code}`,
    license: to(licenseId(software)),
    ...(kept.length === 0 ? {} : { hasPart: kept.map(to) }),
  }
}

const codeId = (stage: string, code: string): string => `#${stage}-code-${code}`

function action(manifest: Manifest): Entity {
  const { key, recipe, outputs, provenance } = manifest
  const { node, seconds, finished, commit, machine } = provenance
  const started = new Date(Date.parse(finished) - Math.round(1000 * seconds)).toISOString()
  const rows = Object.entries(outputs).map(([port, of]) => `${port}: ${of.rows} rows`)
  return {
    "@id": actionId(manifest),
    "@type": "CreateAction",
    name: node,
    description:
      `Key ${key}; ${rows.join(", ")}; Node.js ${machine.node} on ${machine.platform}, ${machine.cpu}` +
      `${commit === undefined ? "" : `; commit ${commit}`}.`,
    startTime: started,
    endTime: finished,
    actionStatus: "http://schema.org/CompletedActionStatus",
    instrument: to(codeId(recipe.stage, recipe.code)),
  }
}
