import { createHash } from "node:crypto"
import { expect, it } from "vitest"
import { sha256 } from "../../stages/numerics/sha256.ts"

const hex = (words: Uint32Array): string => [...words].map((word) => word.toString(16).padStart(8, "0")).join("")

it("gives the standard's digest of abc", () => {
  expect(hex(sha256(new TextEncoder().encode("abc")))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  )
})

it("agrees with node:crypto at every length around the block boundaries", () => {
  for (let length = 0; length < 200; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 0xff)
    expect(hex(sha256(message))).toBe(createHash("sha256").update(message).digest("hex"))
  }
})
