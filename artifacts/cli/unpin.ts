import * as Effect from "effect/Effect"
import { unknown } from "../graph.ts"
import { pins, unpin } from "../pins.ts"
import { storeRoot } from "./find.ts"
import { command, exits, jsonLine, refuse } from "./options.ts"

export default command({
  targets: { count: "one", metavar: "NAME", doc: "name of the pin; `pin` lists them" },
  flags: {},
  examples: [["unpin submitted", "gc may remove what this pin kept"]],
  handler: Effect.fnUntraced(function* (given, host) {
    const name = given.targets[0]!
    const root = yield* storeRoot
    const known = (yield* pins(root)).map((pin) => pin.name)
    if (known.length === 0) return yield* refuse("nothing is pinned")
    if (!known.includes(name)) return yield* unknown("pin", name, known)
    yield* unpin(root, name)
    if (given.json) jsonLine(host, { event: "unpinned", name })
    else host.out(`${name} keeps nothing any more`)
    return exits.ok
  }),
})
