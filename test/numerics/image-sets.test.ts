import { describe, expect, it } from "vitest"
import { type ImageFiles, imagePoints, imageSets } from "../../stages/numerics/image-sets.ts"

/** An IDX file: big-endian words, then bytes. */
function file(words: readonly number[], data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length + data.length)
  const view = new DataView(bytes.buffer)
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word)
  bytes.set(data, 4 * words.length)
  return bytes
}

const images = file([0x803, 3, 1, 2], [0, 255, 51, 102, 1, 2])
const labels = file([0x801, 3], [7, 0, 9])

describe("images as points", () => {
  it("are pixels / 255 with their labels, the first so many", () => {
    const { label, width, values } = imagePoints(images, labels, 2) as Exclude<ReturnType<typeof imagePoints>, string>
    expect([...label]).toEqual([7, 0])
    expect(width).toBe(2)
    expect(values).toEqual(Float32Array.of(0, 1, 0.2, 0.4))
  })

  it.each([
    [
      "swapped",
      file([0x801, 8], [1, 2, 3, 4, 5, 6, 7, 8]),
      images,
      "images: expected a file of images, found a file of labels",
    ],
    ["labels twice over", images, images, "labels: expected a file of labels, found a file of images"],
    ["something else", file([0x802, 3, 1, 2], []), labels, "images: expected a file of images, found something else"],
    ["truncated", images.subarray(0, 20), labels, "images: expected 22 bytes, found 20"],
    ["truncated in the header", images, labels.subarray(0, 7), "labels: expected 8 bytes, found 7"],
    ["with bytes left over", images, file([0x801, 2], [1, 2, 3]), "labels: expected 10 bytes, found 11"],
    ["of different counts", images, file([0x801, 2], [1, 2]), "3 images, but 2 labels"],
  ])("are refused in words: %s", (_, first, second, message) => {
    expect(imagePoints(first, second, 1)).toBe(message)
  })

  it("are refused when there are too few", () => {
    expect(imagePoints(images, labels, 4)).toBe("expected 4 images or more, found 3")
  })
})

it("the known files are those of 60,000 and 10,000 images, no two alike", () => {
  const sets: ImageFiles[] = Object.values(imageSets)
  for (const { trainingImages, trainingLabels, testImages, testLabels } of sets) {
    const sizes = [trainingImages, trainingLabels, testImages, testLabels].map(({ bytes }) => bytes)
    expect(sizes).toEqual([16 + 60000 * 784, 8 + 60000, 16 + 10000 * 784, 8 + 10000])
  }
  const sums = sets.flatMap((files) => Object.values(files).map(({ md5 }) => md5))
  expect(new Set(sums).size).toBe(8)
})
