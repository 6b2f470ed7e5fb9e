/** Opens the store of a command line, over the stores below it, which are refused before anything runs. */
import { existsSync, realpathSync, statSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { refuseNewer } from "../inventory.ts"
import { ArtifactStore, type Notice } from "../store.ts"
import { atPlace, type Common, refuse } from "./options.ts"

/** Folder of the store: `--store`, or `$ARTIFACTS`. */
const rootOf = ({ store }: Pick<Common, "store">): string => store ?? process.env.ARTIFACTS ?? ".artifacts"

/** Folders of the stores below: `--lower`, or those in `$ARTIFACTS_LOWER`, separated as in `$PATH`. */
const lowerOf = ({ lower }: Pick<Common, "lower">): readonly string[] =>
  lower.length > 0 ? lower : (process.env.ARTIFACTS_LOWER ?? "").split(delimiter).filter(Boolean)

export const openStore = (given: Pick<Common, "store" | "lower">, notice: Notice) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const root = rootOf(given)
      const lower = new Map<string, string>()
      for (const folder of lowerOf(given)) lower.set(yield* checked(folder, root), folder)
      return ArtifactStore.disk(root, [...lower.values()], notice)
    }),
  )

/** The place of a store that may lie below `root`: the same for each name that it has. */
const checked = Effect.fnUntraced(function* (folder: string, root: string) {
  const refused = (found: string, advice: string) =>
    refuse(`--lower ${folder}: expected the folder of a store, found ${found}; ${advice}`)
  if (!existsSync(folder)) return yield* refused("nothing", "check the path")
  const place = realpathSync(folder)
  if (place === (existsSync(root) ? realpathSync(root) : resolve(root)))
    return yield* refused("the store itself", "what is made goes there; choose another with --store DIR")
  if (!statSync(place).isDirectory()) return yield* refused("a file", "check the path")
  yield* atPlace("--lower DIR", refuseNewer(folder))
  if (!existsSync(join(folder, "manifests"))) return yield* refused("a folder without manifests", "check the path")
  return place
})
