/** Two small studies: numbers drawn, raised and added, with a figure; and stages that only wait. */
import * as Schema from "effect/Schema"
import { type Pipeline, study } from "../../../artifacts/graph.ts"
import { node } from "../../../artifacts/stage.ts"
import { param, whole } from "../../../schemas/param.ts"
import add from "./add.ts"
import bars from "./bars.ts"
import draw from "./draw.ts"
import raise from "./raise.ts"
import wait from "./wait.ts"

const powers = study({
  name: "powers",
  doc: "sums of powers",
  params: Schema.Struct({ seeds: param(Schema.Array(whole(0)), [0], { doc: "seeds" }) }),
  presets: { mini: {}, quick: { seeds: [0, 1, 2] }, paper: { seeds: [0, 1, 2, 3, 4] } },
  build: ({ seeds }) => {
    const raised = seeds.map((seed) => {
      const drawn = node(draw, { seed }, { params: { seed }, inputs: {} })
      return node(raise, { seed }, { params: {}, inputs: { numbers: drawn.out.numbers } })
    })
    return [node(add, {}, { params: {}, inputs: { all: raised.map(({ out }) => out.numbers) } })]
  },
})

const waits = study({
  name: "waits",
  doc: "stages that take their time",
  params: Schema.Struct({ ms: param(Schema.Array(whole(0)), [0], { doc: "how long each waits", unit: "ms" }) }),
  presets: { mini: {}, quick: {}, paper: { ms: [0, 1] } },
  build: ({ ms }) => ms.map((ms, turn) => node(wait, { turn }, { params: { turn, ms }, inputs: {} })),
})

export const pipeline: Pipeline = { studies: [powers, waits], leaves: [bars] }
