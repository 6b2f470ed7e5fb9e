/** Pins: artifacts that a person wants kept, by a name. A file each, a line for each artifact. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { StoreError } from "./errors.ts"
import { readBytes, remove, writeWhole } from "./files.ts"
import { filesOf } from "./inventory.ts"

export interface Pin {
  readonly name: string
  /** `stage/key` of each artifact. */
  readonly artifacts: readonly string[]
}

/** Whether a pin may be called so: its name is that of a file. */
export const isPinName = (name: string): boolean => /^\w[\w.-]*$/.test(name)

const pinPath = (root: string, name: string): string => {
  if (!isPinName(name)) throw new RangeError(`not a name for a pin: ${JSON.stringify(name)}`)
  return join(root, "pins", name)
}

/** Keeps artifacts from every gc, until {@link unpin}. A pin of that name is replaced. */
export const pin = (root: string, { name, artifacts }: Pin): Effect.Effect<void, StoreError> =>
  writeWhole(join(root, "tmp"), pinPath(root, name), Buffer.from(artifacts.map((line) => `${line}\n`).join("")), 0o644)

/** False when there was no such pin. */
export const unpin = (root: string, name: string): Effect.Effect<boolean, StoreError> => remove(pinPath(root, name))

export const pins = Effect.fnUntraced(function* (root: string): Effect.fn.Return<readonly Pin[], StoreError> {
  const { found } = yield* filesOf(root, "pins")
  return yield* Effect.forEach(found, ({ name, path }) =>
    Effect.map(readBytes(path), (bytes) => ({ name, artifacts: bytes.toString("utf8").split("\n").filter(Boolean) })),
  )
})
