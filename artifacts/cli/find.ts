/** Finds the artifact that a person names: by node, by what has one node, or by the first digits of its digest. */
import * as Effect from "effect/Effect"
import { unknown } from "../graph.ts"
import type { Manifest, OutputRecord } from "../manifest.ts"
import type { AnyStage } from "../stage.ts"
import { ArtifactStore } from "../store.ts"
import { artifactsOf } from "./ls.ts"
import { type Common, exits, type Host, Refusal } from "./options.ts"
import { oneNode, openGraph, prepare } from "./prepare.ts"

/** One output of one finished run of a stage. */
export interface Artifact {
  readonly stage: AnyStage
  readonly port: string
  readonly output: OutputRecord
  readonly manifest: Manifest
}

export const refuse = (message: string, exit: Refusal["exit"] = exits.usage) => new Refusal({ message, exit })

export const findArtifact = (target: string, port: string | undefined, given: Common, host: Host) =>
  /^[0-9a-f]{6,64}$/.test(target) ? byDigest(target, given, host) : byName(target, port, given, host)

const byName = Effect.fnUntraced(function* (target: string, wantedPort: string | undefined, given: Common, host: Host) {
  const opened = yield* openGraph(given, [target], host)
  const index = yield* oneNode(opened, target)
  const { id, stage } = opened.graph.nodes[index]!
  const prepared = yield* prepare({ ...opened, wanted: new Set([index]) })
  const artifacts = yield* artifactsOf(prepared)
  const ports = Object.keys(stage.outputs)
  if (wantedPort !== undefined && !ports.includes(wantedPort))
    return yield* unknown(`output of ${id}`, wantedPort, ports)
  if (artifacts.length === 0)
    return yield* refuse(`${id} is not up to date; \`run\` computes it, \`why\` tells what changed`, exits.outdated)
  if (artifacts.length > 1 && wantedPort === undefined)
    return yield* refuse(`${id} has several outputs; choose one with --port: ${ports.join(", ")}`)
  const { port, output, manifest } = artifacts.find((of) => of.port === (wantedPort ?? of.port))!
  return { stage, port, output, manifest } satisfies Artifact
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
