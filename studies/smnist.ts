/** The studies of Horoi, Lajoie & Wolf 2020 as a graph. */
import * as Schema from "effect/Schema"
import { study } from "../artifacts/graph.ts"
import { type AnyNode, type Labels, node, type Ref } from "../artifacts/stage.ts"
import type { embedding } from "../schemas/embedding.ts"
import { list, param, whole, within } from "../schemas/param.ts"
import type { points } from "../schemas/points.ts"
import type { weights } from "../schemas/weights.ts"
import clusterEmbedding from "../stages/cluster-embedding.ts"
import embedStates from "../stages/embed-states.ts"
import findAttractors from "../stages/find-attractors.ts"
import fitProbes from "../stages/fit-probes.ts"
import generateInputs from "../stages/generate-inputs.ts"
import initNetwork from "../stages/init-network.ts"
import measureAttractor from "../stages/measure-attractor.ts"
import measureBlanks from "../stages/measure-blanks.ts"
import measureDimension from "../stages/measure-dimension.ts"
import measureEigenvalues from "../stages/measure-eigenvalues.ts"
import measureInformation from "../stages/measure-information.ts"
import measureLearning from "../stages/measure-learning.ts"
import measureLyapunov from "../stages/measure-lyapunov.ts"
import measurePeriods from "../stages/measure-periods.ts"
import readOut from "../stages/read-out.ts"
import recordStates from "../stages/record-states.ts"
import showRows from "../stages/show-rows.ts"
import train from "../stages/train.ts"
import { range } from "./range.ts"

/**
 * Learning rates of the two profiles. `matched` reaches the published accuracy, .93 to .95: it was chosen on the pilot seed
 * 1000 alone, where 5e-5 gives .9387 after 30 epochs and 1e-4 gives .9594. `strong` is the usual rate.
 */
const imageProfiles = { matched: { learningRate: 5e-5 }, strong: { learningRate: 1e-3 } } as const

/** A vanilla network reads MNIST row by row (Horoi, Lajoie & Wolf 2020). */
export const smnist = study({
  name: "smnist",
  doc: "a network without recurrent bias reads MNIST row by row",
  params: Schema.Struct({
    profiles: param(list(Schema.Literals(["matched", "strong"])), ["matched", "strong"], { doc: "parameter sets" }),
    seeds: param(list(whole(0)), range(0, 9), { doc: "realisations of networks" }),
    n: param(whole(1), 200, { doc: "number of units", symbol: "n" }),
    epochs: param(whole(1), 30, { doc: "epochs of training" }),
    dataset: param(Schema.Literals(["mnist", "fashion-mnist"]), "mnist", { doc: "images that are read" }),
    shards: param(whole(1), 1, { doc: "equal parts of a training batch, which threads may share", symbol: "S" }),
    trainingPoints: param(whole(1), 60000, { doc: "training images" }),
    testPoints: param(whole(1), 10000, { doc: "test images" }),
    recorded: param(whole(0), 0, { doc: "test images whose states are kept; 0 for all" }),
    probed: param(whole(0), 5000, { doc: "test images that the probes use; 0 for all" }),
    embedded: param(whole(0), 5000, { doc: "test images that are embedded, of the first seed; 0 for all" }),
    embeddedByTsne: param(whole(0), 2000, {
      doc: "test images that t-SNE alone embeds, of the other seeds and of the images' own rows; 0 for all",
    }),
    blankSteps: param(whole(0), 500, { doc: "blank rows after the image", symbol: "k" }),
    extended: param(Schema.Boolean, true, {
      doc: "whether the longer analyses run: exponents, attractors, eigenvalues",
    }),
    ends: param(whole(1), 1000, { doc: "test images whose attractors are sought" }),
    perplexity: param(within(1, 1000), 30, { doc: "t-sne of the images that are not blank" }),
    pixelTimes: param(list(whole(0)), [3, 9, 15, 27], { doc: "steps at which the images themselves are looked at" }),
  }),
  presets: {
    mini: {
      profiles: ["strong"],
      seeds: [0],
      n: 40,
      epochs: 1,
      trainingPoints: 3000,
      testPoints: 500,
      probed: 200,
      embedded: 100,
      embeddedByTsne: 100,
      blankSteps: 10,
      ends: 50,
      perplexity: 15,
      pixelTimes: [3, 9],
    },
    quick: {
      profiles: ["strong"],
      seeds: [0],
      epochs: 4,
      recorded: 2000,
      probed: 1000,
      embedded: 500,
      blankSteps: 100,
      extended: false,
    },
    paper: {},
  },
  build: (p) => {
    const { dataset, trainingPoints, testPoints, shards, profiles, seeds } = p
    const shown = { task: "images", dataset, trainingPoints, testPoints } as const
    const task = node(generateInputs, {}, { params: shown, inputs: {} })
    const { training, evaluation, test } = task.out
    const networks = seeds.flatMap((seed) => {
      const { weights } = node(initNetwork, { seed }, { params: { scheme: "uniform", n: p.n, seed }, inputs: {} }).out
      const trained = profiles.flatMap((profile) => {
        const learnt = node(
          train,
          { profile, seed },
          {
            params: {
              ...training28,
              ...imageProfiles[profile],
              epochs: p.epochs,
              keepEpochs: range(1, p.epochs),
              shards,
              seed,
            },
            inputs: { weights, training, heldOut: test },
          },
        )
        const shownEpochs = [0, 1, 2, 3, 5, 10, 20, 30].filter((epoch) => epoch <= p.epochs)
        const learning = node(
          measureLearning,
          { profile, seed, of: "training" },
          {
            params: { epochs: shownEpochs, points: 10000, steps: rows },
            inputs: { weights: learnt.out.weights, points: training },
          },
        )
        return [
          learnt,
          learning,
          ...ofTrained(p, { profile, seed, trained: true }, { weights: learnt.out.weights, evaluation }),
        ]
      })
      return [...trained, ...ofStates(p, { seed, trained: false }, { weights, evaluation }).nodes]
    })
    return [...networks, ...(p.extended ? ofPixels(p, evaluation) : [])]
  },
})

/** Rows of an image. */
const rows = 28

/** Of training, whatever the profile. */
const training28 = {
  steps: rows,
  trainInput: true,
  recurrentBias: false,
  optimizer: "adam",
  schedule: "none",
  draw: "each",
  batch: 100,
} as const

/** Steps t at which states are kept: after each row, and after 1, 2, 5, 10, 20, 50 and 100 blank rows. */
const times = [...range(0, 27), 28, 29, 32, 37, 47, 77, 127]
/** Steps that are embedded, after 4, 10, 16 and 28 rows. */
const embeddedTimes = [3, 9, 15, 27]

interface Sizes {
  readonly epochs: number
  readonly recorded: number
  readonly probed: number
  readonly seeds: readonly number[]
  readonly embedded: number
  readonly embeddedByTsne: number
  readonly blankSteps: number
  readonly ends: number
  readonly perplexity: number
  readonly pixelTimes: readonly number[]
  readonly extended: boolean
}

interface Network {
  readonly weights: Ref<typeof weights>
  readonly evaluation: Ref<typeof points>
}

const probing = (p: Sizes, seed: number) =>
  ({ holdout: "point", onTraining: false, tolerance: 1e-3, points: p.probed, seed }) as const

/** What is measured of the states of any network. */
function ofStates(p: Sizes, labels: Labels & { readonly seed: number }, { weights, evaluation }: Network) {
  const recorded = node(recordStates, labels, {
    params: { times, points: p.recorded },
    inputs: { weights, points: evaluation },
  })
  const inputs = { states: recorded.out.states }
  return {
    inputs,
    nodes: [
      node(measureDimension, labels, { params: { snapshotTimes: embeddedTimes }, inputs }),
      node(fitProbes, labels, { params: probing(p, labels.seed), inputs }),
    ],
  }
}

const tsneScope = (p: Sizes) => ({ points: p.embeddedByTsne, methods: ["t-sne"] }) as const

/** What is measured of a trained network: its states, its readout, and its dynamics without input. */
function ofTrained(p: Sizes, labels: Labels & { readonly seed: number }, of: Network): AnyNode[] {
  const { weights, evaluation } = of
  const { seed } = labels
  const { inputs, nodes } = ofStates(p, labels, of)
  const readout = node(readOut, labels, {
    params: { blankSteps: p.blankSteps, truncations: true },
    inputs: { weights, points: evaluation },
  })
  // All pairs of points are looked at: what the pictures need of one network would take hours of all.
  const scope = seed === p.seeds[0] ? { points: p.embedded } : tsneScope(p)
  const embedded = { times: embeddedTimes, ...scope, seed } as const
  const layout = node(embedStates, labels, { params: embedded, inputs })
  const shown = [
    ...nodes,
    readout,
    node(measureBlanks, labels, { params: {}, inputs: { ...inputs, points: evaluation } }),
    layout,
    clustersOf(layout, labels),
  ]
  if (!p.extended) return shown

  const free = { weights, ...inputs }
  const eigenvalues = node(measureEigenvalues, labels, { params: {}, inputs: { weights } })
  const found = node(findAttractors, labels, { params: { points: p.ends }, inputs: free })
  const ends = { attractors: found.out.attractors, members: found.out.members }
  // Most images are blank at first, and their states exactly zero: the embedding once more without them.
  const seen = { ...embedded, exclude: "zero", perplexity: p.perplexity } as const
  const period = { from: Math.min(50, Math.floor(p.blankSteps / 10)), to: p.blankSteps, points: Math.min(p.ends, 100) }
  const overTraining = {
    epochs: [0, 1, 3, 10, 20, 30].filter((e) => e <= p.epochs),
    exponents: 2,
    steps: 1000,
    conditions: 4,
  }
  const without = { ...labels, exclude: "zero" }
  return [
    ...shown,
    clustersOf(node(embedStates, without, { params: seen, inputs }), without),
    node(measureLyapunov, labels, { params: { seed }, inputs: free }),
    node(measureLyapunov, { ...labels, over: "training" }, { params: { ...overTraining, seed }, inputs: free }),
    node(measureAttractor, labels, { params: { seed }, inputs: { ...free, ...ends } }),
    node(measureInformation, labels, { params: { seed }, inputs: ends }),
    node(measurePeriods, labels, {
      params: period,
      inputs: { ...free, readout: readout.out.readout, eigenvalues: eigenvalues.out.eigenvalues },
    }),
  ]
}

/** Controls: the rows of the images themselves, as far as they have been shown. */
function ofPixels(p: Sizes, evaluation: Network["evaluation"]): AnyNode[] {
  const labels = { trained: false, of: "pixels" }
  const shown = node(showRows, labels, {
    params: { times: p.pixelTimes, points: p.recorded },
    inputs: { points: evaluation },
  })
  const inputs = { states: shown.out.states }
  return [
    node(measureDimension, labels, { params: { snapshotTimes: p.pixelTimes.slice(-1) }, inputs }),
    node(fitProbes, labels, { params: probing(p, 0), inputs }),
    clustersOf(
      node(embedStates, labels, { params: { times: p.pixelTimes, ...tsneScope(p), seed: 0 }, inputs }),
      labels,
    ),
  ]
}

const clustersOf = ({ out }: { readonly out: { readonly embedding: Ref<typeof embedding> } }, labels: Labels) =>
  node(clusterEmbedding, labels, { params: {}, inputs: { embedding: out.embedding } })
