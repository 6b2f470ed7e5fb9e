/** A crate as it should be, places to import it into, and what a refusal must be. */
import { lstatSync, readdirSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { expect } from "vitest"
import { importFrom } from "../../artifacts/crate-import.ts"
import { ArtifactStore, type Store } from "../../artifacts/store.ts"
import { exported, folder } from "./crate-ground.ts"
import { openStore, plant, tree } from "./crates.ts"

for (const name of ["good", "good.tar"]) await exported(name)
/** Files of a crate that is as it should be. */
export const good: ReadonlyMap<string, Buffer> = tree(join(folder, "good"))

let count = 0
/** A folder of its own for each test: `store` is where the store will be, all else must stay as it is. */
export const ground = () => {
  const at = join(folder, `ground-${count++}`)
  plant(at, new Map([["outside/kept", "kept"]]))
  return at
}

export const memoryStore = (): Store =>
  Effect.runSync(
    Effect.provide(
      Effect.map(ArtifactStore, (store) => store),
      ArtifactStore.memory(),
    ),
  )
export const importInto = (store: Store, source: string) => Effect.runPromise(Effect.result(importFrom(store, source)))

/** Imports what `lay` has put at the path it is given; expects a refusal that names `path`, and nothing written anywhere. */
export async function refusal(path: string | undefined, lay: (source: string) => void): Promise<string> {
  const at = ground()
  const source = join(at, "crate")
  lay(source)
  const before = paths(at)
  const result = await importInto(openStore(join(at, "store")), source)
  if (Result.isSuccess(result) || result.failure._tag !== "StoreError") throw new Error("not refused")
  const { message, reason } = result.failure
  expect(reason).toMatchObject({ _tag: "Refused", path: path ?? source })
  expect(message).toContain("; nothing was imported")
  expect(paths(at)).toEqual(before)
  return message
}

/** All that lies below a folder, with size and time, so that whatever is written shows. */
export const paths = (at: string): string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) => {
    const { size, mtimeMs, mode, ino } = lstatSync(join(parentPath, name))
    return `${join(parentPath, name)} ${mode} ${ino} ${size} ${mtimeMs}`
  })

/** Path of a manifest of a stage; of the objects; of a file of the code. */
export const keyed = (stage: string) => [...good.keys()].find((path) => path.startsWith(`manifests/v1/${stage}/`))!
export const objects = () => [...good.keys()].filter((path) => path.startsWith("objects/"))
export const code = (extension: string) =>
  [...good.keys()].find((path) => path.startsWith("bundles/") && path.endsWith(extension))!

export type Files = Map<string, string | Uint8Array>

/** The files of the crate with a change. */
export const changed = (change: (files: Files) => void): Files => {
  const files: Files = new Map(good)
  change(files)
  return files
}
