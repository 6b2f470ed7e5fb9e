/** A table of states, its frames, and their file, for the tests of framed tables. */
import { encodeFrames } from "../../artifacts/framed-codec.ts"
import type { Source } from "../../artifacts/objects.ts"
import type { Framed, FramedSchema } from "../../schemas/table.ts"
import { statesOf } from "../stages/tables.ts"

export const [count, points, width] = [12, 20, 7]
/** 12 frames of 20 points in 7 dimensions. */
export const large = statesOf(
  Array.from({ length: count }, (_, t) =>
    Array.from({ length: points }, (_, i) =>
      Array.from({ length: width }, (_, j) => Math.sqrt(1 + t * 140 + i * 7 + j)),
    ),
  ),
  Array.from({ length: points }, (_, i) => i % 3),
)
/** Bytes of the rows of each. */
export const frameBytes = points * (5 * 4 + width * 4)

/** The frames of a table, with a word to `note` when one is asked for. */
export const watched = <S extends FramedSchema>(framed: Framed<S>, note: (k: number) => void): Framed<S> => ({
  ...framed,
  frame: (k) => {
    note(k)
    return framed.frame(k)
  },
})

/** The file of a framed table, with at most `most` bytes in a record batch. */
export async function encoded<S extends FramedSchema>(schema: S, value: Framed<S>, most?: number) {
  const parts: Uint8Array[] = []
  for (const pieces of await encodeFrames(schema, value, most)) parts.push(...pieces.map((piece) => piece.slice()))
  return Buffer.concat(parts)
}

export const sourceOf = (bytes: Uint8Array, note: (length: number) => void = () => {}): Source => ({
  bytes: bytes.length,
  read: (into, position) => {
    note(into.length)
    into.set(bytes.subarray(position, position + into.length))
  },
})
