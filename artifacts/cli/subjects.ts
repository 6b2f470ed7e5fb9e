/** What there is to audit: nodes that are cached, one artifact by its key, or all that came from another machine. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type Material, recordsOf, type Subject } from "../audit.ts"
import { type Code, keep } from "../code.ts"
import { readBundle } from "../code-bundles.ts"
import { importFrom } from "../crate-import.ts"
import { inputDigests, type Manifest } from "../manifest.ts"
import { loadStage } from "../perform.ts"
import { manifestOf, plan } from "../plan.ts"
import { ArtifactStore, allManifests, placesOf } from "../store.ts"
import { type Common, exits, type Host, refuse } from "./options.ts"
import { openGraph, type Prepared, prepare } from "./prepare.ts"

export interface Found extends Omit<Material, "chosen"> {
  /** Folders of the stores that have the objects. */
  readonly places: readonly string[]
}

/** Nodes of the graph, those that are up to date as subjects. */
export const cachedSubjects = Effect.fnUntraced(function* (prepared: Prepared) {
  const { graph, codes, store, planner, selected } = prepared
  const steps = yield* plan(planner, selected)
  const subjects = steps.flatMap((step): readonly Subject[] => {
    const manifest = manifestOf(step)
    const { id: node, stage } = graph.nodes[step.node]!
    const accepted = step._tag === "Cached" ? step.accepted : undefined
    return manifest ? [{ node, manifest, stage, code: codes.get(stage.name)!, drift: [], accepted }] : []
  })
  const records = recordsOf(subjects.map(({ manifest }) => manifest))
  return { subjects, records, places: placesOf(store) } satisfies Found
})

/** The artifact whose key begins so, of any age, with the code that made it where the store kept that. */
export const keyedSubject = Effect.fnUntraced(function* (prefix: string, given: Common, host: Host) {
  const store = yield* ArtifactStore
  const manifests = yield* allManifests(store)
  const [manifest, ...others] = manifests.filter(({ key }) => key.startsWith(prefix))
  if (manifest === undefined) return yield* refuse(`no artifact has a key that begins with ${prefix}`)
  if (others.length > 0) {
    const lines = [manifest, ...others].map(({ key, provenance }) => `\n  ${key} ${provenance.node}`)
    return yield* refuse(`${prefix} begins ${lines.length} keys; choose one:${lines.join("")}`)
  }
  const { stages: known, codes } = yield* stagesNow(given, host)
  const { stage: name, code: digest } = manifest.recipe
  const kept = yield* readBundle(store, digest)
  const now = codes.get(name)
  if (kept === undefined && now === undefined)
    return yield* refuse(`${name} is no stage of this pipeline, and its code is not kept`, exits.outdated)
  const bundle = kept === undefined ? now!.bundle : yield* keep(digest, kept.text)
  const subject: Subject = {
    node: manifest.provenance.node,
    manifest,
    stage: kept === undefined ? known.get(name)! : yield* Effect.promise(() => loadStage(bundle)),
    code: kept === undefined ? now! : { digest, bundle },
    drift: kept === undefined ? [] : driftOf(kept.packages, codes),
  }
  return { subjects: [subject], records: recordsOf(manifests), places: placesOf(store) } satisfies Found
})

/** Packages that have other versions now than in `packages`. */
function driftOf(packages: Code["packages"], codes: ReadonlyMap<string, Code>): readonly string[] {
  const now = Object.assign({}, ...[...codes.values()].map((code) => code.packages)) as Code["packages"]
  const name = (place: string) => place.replace(/^.*node_modules\//, "")
  return Object.entries(packages)
    .filter(([place, version]) => place in now && now[place] !== version)
    .map(([place, version]) => `${name(place)} ${version.slice(0, 12)} -> ${now[place]!.slice(0, 12)}`)
}

/** Stages of the pipeline by name, with their code. */
const stagesNow = Effect.fnUntraced(function* (given: Common, host: Host) {
  const { graph, codes } = yield* prepare(yield* openGraph(given, [], host))
  return { stages: new Map(graph.nodes.map(({ stage }) => [stage.name, stage])), codes }
})

/**
 * All that a crate holds, imported into a store in `scratch`. It is run with the code of this pipeline: what is imported is
 * never run.
 */
export const importedSubjects = Effect.fnUntraced(function* (
  crate: string,
  scratch: string,
  given: Common,
  host: Host,
) {
  const root = join(scratch, "imported")
  const { imported } = yield* Effect.flatMap(ArtifactStore, (store) => importFrom(store, crate)).pipe(
    Effect.provide(ArtifactStore.disk(root)),
  )
  const { stages, codes } = yield* stagesNow(given, host)
  const strangers = imported.filter(({ recipe }) => !stages.has(recipe.stage))
  const subjects = sourcesFirst(imported).flatMap((manifest): readonly Subject[] => {
    const [stage, code] = [stages.get(manifest.recipe.stage), codes.get(manifest.recipe.stage)]
    return stage && code ? [{ node: manifest.provenance.node, manifest, stage, code, drift: [] }] : []
  })
  return { subjects, records: recordsOf(imported), places: [root], strangers }
})

/** Manifests in an order in which some maker of each input comes before what reads it. */
function sourcesFirst(manifests: readonly Manifest[]): readonly Manifest[] {
  const outputsOf = ({ outputs }: Manifest) => Object.values(outputs).map(({ digest }) => digest)
  const missing = new Set(manifests.flatMap(outputsOf))
  const ordered: Manifest[] = []
  let left = manifests
  for (let before = -1; ordered.length > before; ) {
    before = ordered.length
    const ready = left.filter((manifest) => !inputDigests(manifest).some((digest) => missing.has(digest)))
    left = left.filter((manifest) => !ready.includes(manifest))
    ordered.push(...ready)
    for (const digest of ready.flatMap(outputsOf)) missing.delete(digest)
  }
  return [...ordered, ...left]
}
