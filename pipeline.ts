/**
 * The studies as graphs. Each stage is one file in stages/, each table one file in schemas/; a figure is found by its
 * file in stages/figures/. `npx tsx pipeline.ts --help` says what can be done with them.
 */
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Schema from "effect/Schema"
import { runCli } from "./artifacts/cli/main.ts"
import { type Pipeline, study } from "./artifacts/graph.ts"
import type { Leaf } from "./artifacts/leaf.ts"
import { node } from "./artifacts/stage.ts"
import { param, positive, whole } from "./schemas/param.ts"
import embedStates from "./stages/embed-states.ts"
import findAttractors from "./stages/find-attractors.ts"
import fitProbes from "./stages/fit-probes.ts"
import generateInputs from "./stages/generate-inputs.ts"
import initNetwork from "./stages/init-network.ts"
import measureDimension from "./stages/measure-dimension.ts"
import measureEigenvalues from "./stages/measure-eigenvalues.ts"
import measureGeometry from "./stages/measure-geometry.ts"
import measureLyapunov from "./stages/measure-lyapunov.ts"
import readOut from "./stages/read-out.ts"
import recordStates from "./stages/record-states.ts"
import train from "./stages/train.ts"

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const list = <S extends Schema.Top>(item: S) =>
  Schema.Array(item).check(Schema.makeFilter((items) => (items.length > 0 ? undefined : "expected one value or more")))

/** Parameter sets of Farrell et al. 2019: as the paper says, and as the authors' two public versions of their code do. */
const clusterProfiles = {
  paper: { tEval: 10, evaluationPoints: 600, heldOutShare: 0.2, network: {}, train: {} },
  "code-2020": {
    tEval: 8,
    evaluationPoints: 600,
    heldOutShare: 0.2,
    network: {},
    train: { learningRate: 1e-4, decay: 0.99, momentum: 0.9, updatesPerEpoch: 100 },
  },
  "code-2021": {
    tEval: 9,
    evaluationPoints: 500,
    heldOutShare: 11 / 60,
    network: { rescaleSpectralRadius: true },
    train: { evenDraws: false, skipZeroLoss: true },
  },
} as const

/** A network at the edge of chaos, or strongly chaotic, learns to sort Gaussian clusters (Farrell et al. 2019). */
const clusters = study({
  name: "clusters",
  doc: "a network at the edge of chaos (g = 20) or strongly chaotic (g = 250) learns to sort Gaussian clusters",
  params: Schema.Struct({
    d: param(list(whole(1)), [200, 2], { doc: "dimensions of the inputs", symbol: "d" }),
    g: param(list(positive), [20, 250], { doc: "gains of the initial networks", symbol: "g" }),
    seeds: param(list(whole(0)), range(0, 29), { doc: "realisations of inputs and networks" }),
    profile: param(Schema.Literals(["paper", "code-2020", "code-2021"]), "paper", { doc: "parameter set" }),
    n: param(whole(1), 200, { doc: "number of units", symbol: "n" }),
    clusters: param(whole(1), 60, { doc: "number of clusters" }),
    pointsPerCluster: param(whole(1), 10, { doc: "evaluation points of a cluster, under the profile paper" }),
    epochs: param(whole(0), 0, { doc: "epochs of training; 0: 40 from d = 100 on, 80 below" }),
    embedded: param(whole(0), 600, { doc: "points that are embedded; 0 for all" }),
    extended: param(Schema.Boolean, true, {
      doc: "whether the longer analyses run: class geometry, exponents, attractors, eigenvalues",
    }),
  }),
  presets: {
    mini: { d: [10, 2], seeds: [0], n: 40, clusters: 12, pointsPerCluster: 10, epochs: 6, embedded: 0 },
    quick: { seeds: [0, 1, 2], embedded: 300, extended: false },
    paper: {},
  },
  build: ({ d: dimensions, g: gains, seeds, n, epochs, ...p }) => {
    const { tEval, heldOutShare, ...profile } = clusterProfiles[p.profile]
    const evaluationPoints = p.profile === "code-2021" ? profile.evaluationPoints : p.clusters * p.pointsPerCluster
    const times = [...range(0, 15), 20, 25, 30]
    const snapshotTimes = [...range(0, 10), 15, 20, 25, 30]
    // Networks of another profile are told apart from the baseline, so that no figure mixes them.
    const variant = p.profile === "paper" ? {} : { profile: p.profile }

    return dimensions.flatMap((d) =>
      gains.flatMap((g) =>
        seeds.flatMap((seed) => {
          const task = node(
            generateInputs,
            { d, seed, ...variant },
            { params: { task: "clusters", d, clusters: p.clusters, evaluationPoints, seed }, inputs: {} },
          )
          const network = node(
            initNetwork,
            { d, g, seed, ...variant },
            { params: { scheme: "perturbed-identity", n, d, g, seed, ...profile.network }, inputs: {} },
          )
          const trained = node(
            train,
            { d, g, seed, ...variant },
            {
              params: { steps: tEval + 1, epochs: epochs || (d >= 100 ? 40 : 80), seed, ...profile.train },
              inputs: { weights: network.out.weights, training: task.out.training, heldOut: task.out.training },
            },
          )
          const measured = [network, trained].flatMap(({ out: { weights } }) => {
            const labels = { d, g, seed, trained: weights === trained.out.weights, ...variant }
            const points = task.out.evaluation
            const states = node(recordStates, labels, { params: { times }, inputs: { weights, points } })
            const inputs = { states: states.out.states }
            const free = { weights, states: states.out.states }
            const extended = [
              node(measureGeometry, labels, { params: {}, inputs }),
              node(measureLyapunov, labels, { params: { seed }, inputs: free }),
              node(findAttractors, labels, { params: {}, inputs: free }),
              node(measureEigenvalues, labels, { params: {}, inputs: { weights } }),
            ]
            return [
              node(readOut, labels, { params: { blankSteps: 30 }, inputs: { weights, points: task.out.test } }),
              node(measureDimension, labels, { params: { snapshotTimes }, inputs }),
              ...(p.extended ? extended : []),
              node(fitProbes, labels, { params: { holdout: "cluster", heldOutShare, seed }, inputs }),
              ...(labels.trained
                ? [node(embedStates, labels, { params: { times: [tEval], points: p.embedded, seed }, inputs })]
                : []),
            ]
          })
          return [trained, ...measured]
        }),
      ),
    )
  },
})

/** Learning rates of the two profiles: `matched` reaches the published accuracy, `strong` is the usual rate. */
const imageProfiles = { matched: { learningRate: 1e-4 }, strong: { learningRate: 1e-3 } } as const

/** A vanilla network reads MNIST row by row (Horoi, Lajoie & Wolf 2020). */
const smnist = study({
  name: "smnist",
  doc: "a network without recurrent bias reads MNIST row by row",
  params: Schema.Struct({
    profiles: param(list(Schema.Literals(["matched", "strong"])), ["matched", "strong"], { doc: "parameter sets" }),
    seeds: param(list(whole(0)), range(0, 9), { doc: "realisations of networks" }),
    n: param(whole(1), 200, { doc: "number of units", symbol: "n" }),
    epochs: param(whole(1), 30, { doc: "epochs of training" }),
    trainingPoints: param(whole(1), 60000, { doc: "training images" }),
    testPoints: param(whole(1), 10000, { doc: "test images" }),
    recorded: param(whole(0), 0, { doc: "test images whose states are kept; 0 for all" }),
    probed: param(whole(0), 5000, { doc: "test images that the probes use; 0 for all" }),
    embedded: param(whole(0), 5000, { doc: "test images that are embedded; 0 for all" }),
    blankSteps: param(whole(0), 500, { doc: "blank rows after the image", symbol: "k" }),
    extended: param(Schema.Boolean, true, {
      doc: "whether the longer analyses run: exponents, attractors, eigenvalues",
    }),
    ends: param(whole(1), 1000, { doc: "test images whose attractors are sought" }),
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
      blankSteps: 10,
      ends: 50,
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
  build: ({ profiles, seeds, n, epochs, ...p }) => {
    const { trainingPoints, testPoints, recorded, blankSteps } = p
    const task = node(generateInputs, {}, { params: { task: "images", trainingPoints, testPoints }, inputs: {} })
    return profiles.flatMap((profile) =>
      seeds.flatMap((seed) => {
        const network = node(initNetwork, { seed }, { params: { scheme: "uniform", n, seed }, inputs: {} })
        const trained = node(
          train,
          { profile, seed },
          {
            params: {
              steps: 28,
              trainInput: true,
              recurrentBias: false,
              optimizer: "adam",
              schedule: "none",
              draw: "each",
              batch: 100,
              epochs,
              seed,
              ...imageProfiles[profile],
            },
            inputs: { weights: network.out.weights, training: task.out.training, heldOut: task.out.test },
          },
        )
        const measured = [network, trained].flatMap(({ out: { weights } }) => {
          const labels = weights === trained.out.weights ? { profile, seed, trained: true } : { seed, trained: false }
          const points = task.out.evaluation
          const times = range(0, 27)
          const states = node(recordStates, labels, {
            params: { times, points: recorded },
            inputs: { weights, points },
          })
          const inputs = { states: states.out.states }
          const dimension = node(measureDimension, labels, { params: {}, inputs })
          if (!labels.trained) return [dimension]
          const free = { weights, states: states.out.states }
          const extended = [
            node(measureLyapunov, labels, { params: { seed }, inputs: free }),
            node(findAttractors, labels, { params: { points: p.ends }, inputs: free }),
            node(measureEigenvalues, labels, { params: {}, inputs: { weights } }),
          ]
          return [
            dimension,
            ...(p.extended ? extended : []),
            node(readOut, labels, { params: { blankSteps, truncations: true }, inputs: { weights, points } }),
            node(fitProbes, labels, {
              params: { holdout: "point", separabilityC: 0, tolerance: 1e-3, points: p.probed, seed },
              inputs,
            }),
            node(embedStates, labels, { params: { times: [3, 9, 15, 27], points: p.embedded, seed }, inputs }),
          ]
        })
        return [trained, ...measured]
      }),
    )
  },
})

/** Every file of stages/figures and stages/claims is a leaf, but what the files of a folder have in common. */
async function leaves(): Promise<Leaf[]> {
  const found = ["figures", "claims"].flatMap((name) => {
    const folder = new URL(`./stages/${name}/`, import.meta.url)
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !["style.ts", "claim.ts"].includes(file))
    return files.sort().map((file) => new URL(file, folder).href)
  })
  const modules = await Promise.all(found.map((url) => import(url) as Promise<{ default: Leaf }>))
  return modules.map((module) => module.default)
}

// The study that takes longest comes first: it starts while the other fills the remaining cores.
export const pipeline = async (): Promise<Pipeline> => ({ studies: [smnist, clusters], leaves: await leaves() })

if (process.argv[1] === fileURLToPath(import.meta.url)) runCli(pipeline)
