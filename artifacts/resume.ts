/**
 * Runs that go on from shorter ones: of the finished runs of a stage that `resumes`, the furthest whose recipe differs from
 * the one wanted in those parameters alone. It saves work and nothing else: the key is the same, and so are the bits.
 */
import * as Effect from "effect/Effect"
import { type ArtifactKey, artifactKey, type Recipe } from "./key.ts"
import type { Manifest } from "./manifest.ts"
import { decodeParams, type JsonRecord } from "./params.ts"
import type { AnyStage } from "./stage.ts"
import type { Store } from "./store.ts"

export interface Resumptions {
  /** The run to go on from, if there is one whose outputs are all there. */
  readonly find: (stage: AnyStage, recipe: Recipe) => Effect.Effect<Manifest | undefined>
  /** Takes note of a run that has just finished. */
  readonly add: (stage: AnyStage, manifest: Manifest) => void
}

/** Stages in `forced` begin from nothing. */
export function resumptions(store: Store, forced: ReadonlySet<string>): Resumptions {
  const families = new Map<ArtifactKey, Map<ArtifactKey, Manifest>>()
  const listed = new Set<string>()

  const add: Resumptions["add"] = ({ resumes }, manifest) => {
    if (resumes === undefined) return
    const family = familyOf(manifest.recipe, resumes.along)
    const members = families.get(family)
    if (members) members.set(manifest.key, manifest)
    else families.set(family, new Map([[manifest.key, manifest]]))
  }

  const isThere = (stage: AnyStage, { outputs }: Manifest) =>
    Object.keys(stage.outputs).every((port) => outputs[port] !== undefined && store.has(outputs[port]))

  const find: Resumptions["find"] = Effect.fnUntraced(function* (stage, recipe) {
    const { name, resumes } = stage
    if (resumes === undefined || forced.has(name)) return undefined
    if (!listed.has(name)) for (const manifest of yield* earlierRuns(store, name)) add(stage, manifest)
    listed.add(name)
    const wanted = yield* paramsOf(stage, recipe)
    let [furthest, most]: [Manifest | undefined, number] = [undefined, 0]
    for (const manifest of families.get(familyOf(recipe, resumes.along))?.values() ?? []) {
      const params = yield* paramsOf(stage, manifest.recipe)
      const reach = params === undefined ? 0 : resumes.reach(params, wanted)
      if (reach > most && isThere(stage, manifest)) [furthest, most] = [manifest, reach]
    }
    return furthest
  })

  return { find, add }
}

/** The key without these parameters: shared by all runs that differ in them alone. */
function familyOf(recipe: Recipe, along: readonly string[]): ArtifactKey {
  const params = Object.entries(recipe.params as JsonRecord).filter(([name]) => !along.includes(name))
  return artifactKey({ ...recipe, params: Object.fromEntries(params) })
}

/** A store that cannot be listed has nothing to go on from; what is wrong with it is said where it matters. */
const earlierRuns = (store: Store, stage: string) => Effect.orElseSucceed(store.manifests(stage), () => [])

/** Decoded parameters: those at their default are not in the recipe. */
const paramsOf = ({ params }: AnyStage, recipe: Recipe): Effect.Effect<unknown> =>
  Effect.orElseSucceed(decodeParams(params, recipe.params, recipe.stage), () => undefined)
