import { basename, join } from "node:path"
import * as Effect from "effect/Effect"
import { codeOf } from "../code.ts"
import type { Graph } from "../graph.ts"
import { firstDifference, type Manifest } from "../manifest.ts"
import { type Planner, planner } from "../plan.ts"
import { ArtifactStore, manifestFolder, quarantine, type Store } from "../store.ts"
import { type Finding, type VerifyReport, type VerifyStep, verify } from "../verify.ts"
import { standingRoot } from "./find.ts"
import { type Common, command, type ExitCode, exits, type Host, jsonLine, toggle } from "./options.ts"
import { groupBy, openGraph } from "./prepare.ts"
import run from "./run.ts"
import { bytesText, countText, secondsText } from "./table.ts"

export default command({
  targets: { count: "none" },
  flags: { repair: toggle("sets aside what is damaged, and computes again what is lost") },
  examples: [
    ["verify", "hashes every object and checks every manifest"],
    ["verify --repair", "and mends what is damaged, in every preset unless one is given"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const root = yield* standingRoot
    const store = yield* ArtifactStore
    const variants = given.repair ? yield* variantsOf(given, host) : []
    const onStep = (step: VerifyStep) => showStep(step, given.json, host)
    const report = yield* verify(root, { repair: given.repair, onStep })
    if (!given.repair || report.damaged === 0) {
      sayResult(report, "`verify --repair` mends what can be mended", given.json, host)
      return report.damaged === 0 ? exits.ok : exits.damaged
    }
    const exit = yield* recompute(variants, store, keysIn(report), given, host)
    if (exit === exits.ok || exit === exits.mismatch) yield* setAside(store, report.lost, given.json, host)
    const mended = yield* verify(root)
    sayResult(mended, "this could not be mended; `verify` lists it", given.json, host)
    return mended.damaged === 0 ? exit : exits.damaged
  }),
})

/** Findings of a kind that are listed; --json lists them all. */
const few = 10

function showStep({ findings, ...step }: VerifyStep, json: boolean, host: Host): void {
  if (json) {
    jsonLine(host, { event: "step", ...step, damaged: findings.filter(({ damage }) => damage).length })
    for (const finding of findings) jsonLine(host, { event: "finding", step: step.name, ...finding })
    return
  }
  const size = step.bytes > 0 ? `, ${bytesText(step.bytes)}` : ""
  host.out(`${step.name}: ${step.checked} checked${size} in ${secondsText(step.seconds)}`)
  for (const [kind, of] of groupBy(findings, (finding) => finding.kind)) {
    for (const { path, detail } of of.slice(0, few)) host.out(`  ${kind} ${path}: ${detail}`)
    if (of.length > few) host.out(`  and ${of.length - few} more of them`)
  }
}

function sayResult({ damaged, newer }: VerifyReport, advice: string, json: boolean, host: Host): void {
  if (json) jsonLine(host, { event: "verified", damaged, newer })
  else if (damaged > 0) host.out(`damaged: ${countText(damaged, "finding")}; ${advice}`)
  else if (newer === 0) host.out("the store is whole")
  else
    host.out(`nothing is damaged of what was checked; not checked: ${countText(newer, "manifest")} of a newer version`)
}

/** Keys of the artifacts that cannot be served: an output is lost, or the manifest itself. */
const keysIn = ({ lost, steps }: VerifyReport): ReadonlySet<string> => {
  const manifests = steps.flatMap(({ findings }) => findings).filter(isDamagedManifest)
  return new Set([...lost.map(({ key }) => key), ...manifests.map(({ path }) => basename(path, ".json"))])
}

const isDamagedManifest = ({ kind }: Finding): boolean => kind === "damaged manifest"

interface Variant {
  readonly preset: string | undefined
  readonly graph: Graph
}

/** The graphs in which to look for what is lost: as set on the command line, or else every preset. */
const variantsOf = Effect.fnUntraced(function* (given: Common, host: Host) {
  const { studies } = yield* Effect.promise(host.pipeline)
  const plain = given.preset === undefined && given.set.length + given.sweep.length === 0 && given.seeds === undefined
  const presets = plain ? [...new Set(studies.flatMap(({ presets }) => Object.keys(presets)))] : [given.preset]
  return yield* Effect.forEach(presets, (preset) =>
    Effect.map(openGraph({ ...given, preset }, [], host), ({ graph }) => ({ preset, graph })),
  )
})

/** Runs the nodes with these keys. */
const recompute = Effect.fnUntraced(function* (
  variants: readonly Variant[],
  store: Store,
  keys: ReadonlySet<string>,
  given: Common,
  host: Host,
) {
  const stages = new Set(variants.flatMap(({ graph }) => graph.nodes.map(({ stage }) => stage)))
  const codes = yield* codeOf([...stages])
  const options = { jobs: undefined, force: [], "keep-going": true, "dry-run": false }
  let worst: ExitCode = exits.ok
  for (const { preset, graph } of variants) {
    let before = ""
    // Below a node whose manifest was damaged, keys are known once it has run: then there may be more to find.
    for (;;) {
      const targets = yield* lostNodes(graph, planner(graph, codes, store), store, keys)
      if (targets.length === 0 || targets.join() === before) break
      before = targets.join()
      const exit = yield* run.handler({ ...given, ...options, preset, targets }, host)
      worst = Math.max(worst, exit) as ExitCode
    }
  }
  return worst
})

/** Ids of the stale nodes with these keys. What is lost still tells by its manifest what depends on it. */
const lostNodes = Effect.fnUntraced(function* (
  graph: Graph,
  { resolve }: Planner,
  store: Store,
  keys: ReadonlySet<string>,
) {
  const done = new Map<number, Manifest>()
  const lost: string[] = []
  for (const [i, { id, stage }] of graph.nodes.entries()) {
    const step = yield* resolve(i, done)
    if (step._tag === "Blocked") continue
    const manifest = step._tag === "Cached" ? step.manifest : yield* store.lookup(stage.name, step.key)
    if (manifest !== undefined) done.set(i, manifest)
    if (step._tag === "Stale" && keys.has(step.key)) lost.push(id)
  }
  return lost
})

/**
 * Moves the manifests of what is still lost to quarantine: no node of the pipeline has their parameters and code any more,
 * or it gave other bytes. A later run that needs one starts afresh.
 */
const setAside = Effect.fnUntraced(function* (store: Store, lost: readonly Manifest[], json: boolean, host: Host) {
  const root = store.root!
  const hopeless = lost.filter(({ outputs }) => Object.values(outputs).some((of) => store.state(of) === "missing"))
  for (const manifest of hopeless) {
    const { key, recipe, provenance } = manifest
    const standing = yield* store.lookup(recipe.stage, key)
    // Nothing was left of it, and what was just computed stands in its place.
    if (standing === undefined || firstDifference(standing, manifest) !== undefined) continue
    yield* quarantine(root, join(manifestFolder(root, recipe.stage), `${key}.json`), `${recipe.stage}-${key}.json`)
    if (json) jsonLine(host, { event: "set aside", node: provenance.node, stage: recipe.stage, key })
    else host.out(`set aside the record of ${provenance.node}: no run gives the same any more`)
  }
})
