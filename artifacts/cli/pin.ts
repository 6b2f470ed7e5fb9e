import * as Effect from "effect/Effect"
import type { ArtifactKey } from "../key.ts"
import { isPinName, type Pin, pin, pins } from "../pins.ts"
import { ArtifactStore, type Store } from "../store.ts"
import { finished, storeRoot } from "./find.ts"
import { command, exits, type Host, jsonLine, refuse } from "./options.ts"
import { bytesText, countText, tableLines } from "./table.ts"

export default command({
  targets: {
    count: "any",
    metavar: "NAME TARGET",
    doc: "a name of your choice, and what to keep, with all that it comes from; nothing lists the pins",
  },
  flags: {},
  examples: [
    ["pin submitted clusters --preset paper", "whatever gc is told, these artifacts stay"],
    ["pin", "lists what is pinned"],
  ],
  handler: Effect.fnUntraced(function* (given, host) {
    const [name, ...targets] = given.targets
    if (name === undefined) {
      yield* list(given.json, host)
      return exits.ok
    }
    if (!isPinName(name))
      return yield* refuse(`${JSON.stringify(name)} cannot name a pin: expected letters, digits, _, . and -`)
    const { manifests } = yield* finished(targets, { text: name, means: "NAME" }, given, host)
    const artifacts = [...new Set(manifests.map(({ recipe, key }) => `${recipe.stage}/${key}`))]
    yield* pin(yield* storeRoot, { name, artifacts })
    if (given.json) jsonLine(host, { event: "pinned", name, artifacts })
    else host.out(`${name} keeps ${countText(artifacts.length, "artifact")}; \`unpin ${name}\` gives them up`)
    return exits.ok
  }),
})

const list = Effect.fnUntraced(function* (json: boolean, host: Host) {
  const store = yield* ArtifactStore
  const all = yield* Effect.forEach(yield* pins(store.root!), (pin) => sizeOf(store, pin))
  if (json) for (const pin of all) jsonLine(host, { event: "pin", ...pin })
  else if (all.length === 0) host.out("nothing is pinned")
  else {
    const headings = ["artifacts", "size", "lost"].map((title) => ({ title, right: true }))
    const rows = all.map(({ name, artifacts, bytes, lost }) => [
      name,
      String(artifacts.length),
      bytesText(bytes),
      String(lost.length),
    ])
    for (const line of tableLines([{ title: "pin" }, ...headings], rows)) host.out(line)
  }
})

/** Adds the bytes of what a pin keeps, each object once, and the artifacts that are not in the store any more. */
const sizeOf = Effect.fnUntraced(function* (store: Store, { name, artifacts }: Pin) {
  const objects = new Map<string, number>()
  const lost: string[] = []
  for (const artifact of artifacts) {
    const [stage, key] = artifact.split("/") as [string, ArtifactKey]
    const manifest = yield* store.lookup(stage, key)
    if (manifest === undefined) lost.push(artifact)
    for (const { digest, bytes } of Object.values(manifest?.outputs ?? {})) objects.set(digest, bytes)
  }
  return { name, artifacts, bytes: [...objects.values()].reduce((a, b) => a + b, 0), lost }
})
