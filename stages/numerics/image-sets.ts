/** Data sets of labelled images in IDX files: what their files hold, and images as points. */
import { type IdxError, parseImages, parseLabels } from "./idx.ts"

/** A file whose contents are known beforehand. One with a name in `.gz` is packed; size and sum are those of what is in it. */
export interface KnownFile {
  readonly file: string
  readonly bytes: number
  readonly md5: string
}

/** The four files of a data set. */
export interface ImageFiles {
  readonly trainingImages: KnownFile
  readonly trainingLabels: KnownFile
  readonly testImages: KnownFile
  readonly testLabels: KnownFile
}

/** 60,000 training and 10,000 test images of 28 × 28 in 10 classes, all of them. */
export const imageSets = {
  /** Digits. Source: LeCun, Cortes & Burges, The MNIST database; as published, unpacked. */
  mnist: {
    trainingImages: { file: "train-images-idx3-ubyte", bytes: 47040016, md5: "6bbc9ace898e44ae57da46a324031adb" },
    trainingLabels: { file: "train-labels-idx1-ubyte", bytes: 60008, md5: "a25bea736e30d166cdddb491f175f624" },
    testImages: { file: "t10k-images-idx3-ubyte", bytes: 7840016, md5: "2646ac647ad5339dbf082846283269ea" },
    testLabels: { file: "t10k-labels-idx1-ubyte", bytes: 10008, md5: "27ae3e4e09519cfbb04c329615203637" },
  },
  /**
   * Articles of clothing. Source: Xiao, Rasul & Vollgraf 2017, arXiv 1708.07747. Packed, since those who hand it on pack it
   * in different ways.
   */
  "fashion-mnist": {
    trainingImages: { file: "train-images-idx3-ubyte.gz", bytes: 47040016, md5: "f4a8712d7a061bf5bd6d2ca38dc4d50a" },
    trainingLabels: { file: "train-labels-idx1-ubyte.gz", bytes: 60008, md5: "9018921c3c673c538a1fc5bad174d6f9" },
    testImages: { file: "t10k-images-idx3-ubyte.gz", bytes: 7840016, md5: "8181f5470baa50b63fa0f6fddb340f0a" },
    testLabels: { file: "t10k-labels-idx1-ubyte.gz", bytes: 10008, md5: "15d484375f8d13e6eb1aabb0c3f46965" },
  },
} satisfies Record<string, ImageFiles>

/** Images as points: `values` has `width` pixels / 255 a point, row by row. */
export interface ImagePoints {
  readonly label: Int32Array
  readonly width: number
  readonly values: Float32Array
}

/**
 * The first `count` images of a pair of IDX files, pixels / 255: no other scaling, so that blank means 0. What is wrong with
 * the files, in words, when they are no such pair.
 */
export function imagePoints(images: Uint8Array, labels: Uint8Array, count: number): ImagePoints | string {
  const pictures = parseImages(images)
  if ("error" in pictures) return `images: ${inWords(pictures)}`
  const classes = parseLabels(labels)
  if ("error" in classes) return `labels: ${inWords(classes)}`
  if (pictures.count !== classes.length) return `${pictures.count} images, but ${classes.length} labels`
  if (pictures.count < count) return `expected ${count} images or more, found ${pictures.count}`
  const label = Int32Array.from(classes.subarray(0, count))
  const width = pictures.rows * pictures.columns
  const values = new Float32Array(count * width)
  for (let i = 0; i < values.length; i++) values[i] = pictures.pixels[i]! / 255
  return { label, width, values }
}

const kinds = new Map([
  [0x801, "a file of labels"],
  [0x803, "a file of images"],
])

function inWords({ error, expected, found }: IdxError): string {
  if (error === "magic") return `expected ${kinds.get(expected)}, found ${kinds.get(found) ?? "something else"}`
  return `expected ${expected} bytes, found ${found}`
}
