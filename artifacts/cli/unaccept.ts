import * as Effect from "effect/Effect"
import { unaccept } from "../accept.ts"
import { stageOf } from "./accept.ts"
import { storeRoot } from "./find.ts"
import { command, exits, jsonLine, refuse } from "./options.ts"

export default command({
  targets: { count: "one", metavar: "STAGE", doc: "a stage or figure whose earlier results were accepted" },
  flags: {},
  examples: [["unaccept train", "runs train again, as its code has changed"]],
  handler: Effect.fnUntraced(function* (given, host) {
    const target = yield* stageOf(given.targets[0]!, given, host)
    const [stage, code] = [target.stage.name, target.code.digest]
    if (!(yield* unaccept(yield* storeRoot, stage, code)))
      return yield* refuse(`${stage}: nothing was accepted for its code ${code.slice(0, 12)}`)
    if (given.json) jsonLine(host, { event: "unaccepted", stage, code })
    else host.out(`${stage}: only results of code ${code.slice(0, 12)} count`)
    return exits.ok
  }),
})
