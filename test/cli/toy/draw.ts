import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../../../artifacts/stage.ts"
import { param, seed, whole } from "../../../schemas/param.ts"
import { fromRows } from "../../../schemas/table.ts"
import { numbers } from "./tables.ts"

export default stage({
  name: "draw",
  doc: "draws numbers",
  source: import.meta.url,
  params: Schema.Struct({
    seed,
    count: param(whole(1, 1000), 3, { doc: "how many numbers", symbol: "n" }),
    file: param(Schema.String, "", { doc: "a file that must be readable; none when empty" }),
  }),
  inputs: {},
  outputs: { numbers },
  preflight: ({ file }) =>
    Effect.suspend(() => {
      try {
        if (file !== "") readFileSync(file)
        return Effect.void
      } catch {
        return Effect.fail(
          new StageError({ message: `cannot read ${file}`, advice: "choose another with --set draw.file=PATH" }),
        )
      }
    }),
  run: ({ params }) =>
    Effect.sync(() => ({
      numbers: fromRows(
        numbers,
        Array.from({ length: params.count }, (_, i) => ({
          i,
          x: params.seed + i / 4,
          name: i % 2 === 0 ? "even" : "odd",
        })),
      ),
    })),
})
