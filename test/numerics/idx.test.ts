import { describe, expect, it } from "vitest"
import { parseImages, parseLabels } from "../../stages/numerics/idx.ts"

/** Big-endian words, then bytes, placed off the start of their buffer as a file in a shared pool would be. */
function file(words: readonly number[], data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(3 + 4 * words.length + data.length)
  const view = new DataView(bytes.buffer)
  words.forEach((word, i) => {
    view.setUint32(3 + 4 * i, word)
  })
  bytes.set(data, 3 + 4 * words.length)
  return bytes.subarray(3)
}

const images = file([0x803, 2, 1, 3], [1, 2, 3, 4, 5, 255])
const labels = file([0x801, 3], [7, 0, 9])

describe("images", () => {
  it("are read with their sizes", () => {
    expect(parseImages(images)).toEqual({ count: 2, rows: 1, columns: 3, pixels: Uint8Array.of(1, 2, 3, 4, 5, 255) })
    expect(parseImages(file([0x803, 0, 28, 28], []))).toMatchObject({ count: 0, pixels: new Uint8Array(0) })
  })

  it("cut at any byte are an error that says what is missing", () => {
    for (let length = 0; length < images.length; length++)
      expect(parseImages(images.subarray(0, length))).toEqual({
        error: "truncated",
        expected: length < 16 ? 16 : images.length,
        found: length,
      })
  })

  it("with bytes left over, or the wrong magic number, are an error", () => {
    expect(parseImages(file([0x803, 1, 1, 1], [1, 2]))).toEqual({ error: "excess", expected: 17, found: 18 })
    expect(parseImages(file([0x801, 1, 1, 1], [1]))).toEqual({ error: "magic", expected: 0x803, found: 0x801 })
    expect(parseImages(file([0xffffffff, 1, 1, 1], [1]))).toMatchObject({ error: "magic", found: 0xffffffff })
  })

  it("with an absurd header are truncated, not allocated", () => {
    const huge = 0xffffffff
    expect(parseImages(file([0x803, huge, huge, huge], [1]))).toMatchObject({ error: "truncated", found: 17 })
  })
})

describe("labels", () => {
  it("are read", () => {
    expect(parseLabels(labels)).toEqual(Uint8Array.of(7, 0, 9))
  })

  it("report damage", () => {
    expect(parseLabels(labels.subarray(0, 10))).toEqual({ error: "truncated", expected: 11, found: 10 })
    expect(parseLabels(images)).toEqual({ error: "magic", expected: 0x801, found: 0x803 })
  })
})
