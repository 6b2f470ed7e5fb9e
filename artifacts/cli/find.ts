/** Finds the artifacts that a person names: by node, by what has one node, or by the first digits of a digest. */
import { statSync } from "node:fs"
import * as Effect from "effect/Effect"
import { io } from "../files.ts"
import { named, unknown } from "../graph.ts"
import type { Manifest, OutputRecord } from "../manifest.ts"
import { plan } from "../plan.ts"
import { ifThere } from "../portable-files.ts"
import type { AnyStage } from "../stage.ts"
import { ArtifactStore } from "../store.ts"
import { artifactsOf } from "./ls.ts"
import { type Common, exits, type Host, refuse } from "./options.ts"
import { leafOf, oneNode, openGraph, prepare } from "./prepare.ts"
import { countText } from "./table.ts"

/** One output of one finished run of a stage. */
export interface Artifact {
  readonly stage: AnyStage
  readonly port: string
  readonly output: OutputRecord
  readonly manifest: Manifest
  /** The node that was asked for; none when it was a digest, whose node may have other parameters or code now. */
  readonly node?: string
}

/** Whether a word is the first digits of a key or a digest: fewer than six may be the name of something. */
export const isHexPrefix = (word: string): boolean => /^[0-9a-f]{6,64}$/.test(word)

export const findArtifact = (target: string, port: string | undefined, given: Common, host: Host) =>
  isHexPrefix(target) ? byDigest(target, given, host) : byName(target, port, given, host)

/** What the one node that `target` names has computed, when that is up to date. */
export const current = Effect.fnUntraced(function* (target: string, given: Common, host: Host) {
  const opened = yield* openGraph(given, [target], host)
  const index = yield* oneNode(opened, target)
  const node = opened.graph.nodes[index]!
  const { id, stage } = node
  const [artifact] = yield* artifactsOf(yield* prepare({ ...opened, wanted: new Set([index]) }))
  // Of a leaf, the output of its kind is meant when none is named: the others go with it.
  const main: string | undefined = leafOf(opened.graph, node)?.kind
  if (artifact !== undefined) return { id, stage, main, manifest: artifact.manifest }
  return yield* refuse(`${id} is not up to date; \`run\` computes it, \`why\` tells what changed`, exits.outdated)
})

/** Id of the node that an artifact is up to date for; undefined when it is for none. */
export const nodeOf = Effect.fnUntraced(
  function* ({ node, manifest }: Artifact, given: Common, host: Host) {
    if (node !== undefined) return node
    const { id, manifest: now } = yield* current(manifest.provenance.node, given, host)
    return now.key === manifest.key ? id : undefined
  },
  Effect.orElseSucceed(() => undefined),
)

const byName = Effect.fnUntraced(function* (target: string, wanted: string | undefined, given: Common, host: Host) {
  const { id, stage, main, manifest } = yield* current(target, given, host)
  const port = yield* portOf(id, Object.keys(stage.outputs), wanted, main)
  return { stage, port, output: manifest.outputs[port]!, manifest, node: id } satisfies Artifact
})

/** The output that is meant of a node or a stage: the one that is wanted, else the main one, else the only one. */
export const portOf = Effect.fnUntraced(function* (
  name: string,
  ports: readonly string[],
  wanted: string | undefined,
  main?: string,
) {
  if (wanted !== undefined && !ports.includes(wanted)) return yield* unknown(`output of ${name}`, wanted, ports)
  const port = wanted ?? main
  if (port === undefined && ports.length > 1)
    return yield* refuse(`${name} has several outputs; choose one with --port: ${ports.join(", ")}`)
  return port ?? ports[0]!
})

/** An artifact of any run of the pipeline's stages, up to date or not. */
const byDigest = Effect.fnUntraced(function* (prefix: string, given: Common, host: Host) {
  const { graph } = yield* openGraph(given, [], host)
  const store = yield* ArtifactStore
  const found = new Map<string, Artifact>()
  for (const stage of new Set(graph.nodes.map((node) => node.stage)))
    for (const manifest of yield* store.manifests(stage.name))
      for (const [port, output] of Object.entries(manifest.outputs))
        if (output.digest.startsWith(prefix) && port in stage.outputs && !found.has(output.digest))
          found.set(output.digest, { stage, port, output, manifest })
  const [first] = found.values()
  if (first === undefined)
    return yield* refuse(`no artifact has a digest that begins with ${prefix}; \`ls\` lists them`)
  const list = [...found.values()].map(({ output, manifest }) => `\n  ${output.digest} ${manifest.provenance.node}`)
  if (found.size > 1) return yield* refuse(`${prefix} begins ${found.size} digests; choose one:${list.join("")}`)
  return first
})

/** Folder of the store: the command line opens no store without one. */
export const storeRoot = Effect.gen(function* () {
  return (yield* ArtifactStore).root!
})

/** The same, for commands that judge what lies there: of a mistyped path, they would say that all is well. */
export const standingRoot = Effect.gen(function* () {
  const root = yield* storeRoot
  const stat = yield* io("stat", root, () => ifThere(() => statSync(root)))
  if (stat?.isDirectory()) return root
  const found = stat === undefined ? "nothing" : "a file"
  return yield* refuse(`--store ${root}: expected the folder of a store, found ${found}; check the path`)
})

/**
 * The manifests of the targets and of all that they come from, and the code at hand; refused when one is not up to date. No
 * targets mean everything, unless `word`, which stands alone then, is a target itself: what it says was forgotten.
 */
export const finished = Effect.fnUntraced(function* (
  targets: readonly string[],
  word: { readonly text: string; readonly means: string },
  given: Common,
  host: Host,
) {
  const opened = yield* openGraph(given, targets, host)
  if (targets.length === 0 && (yield* Effect.isSuccess(named(opened.graph, [word.text]))))
    return yield* refuse(`${word.text} is a target; ${word.means} is missing`)
  const { codes, planner, selected } = yield* prepare(opened)
  const steps = yield* plan(planner, selected)
  const manifests = steps.flatMap((step) => (step._tag === "Cached" ? [step.manifest] : []))
  const outdated = steps.length - manifests.length
  if (outdated > 0) {
    const which = `${outdated} of ${countText(steps.length, "node")}`
    const message = `${which} not up to date; \`run\` computes what is missing, \`status\` tells what that is`
    return yield* refuse(message, exits.outdated)
  }
  return { manifests, codes }
})
