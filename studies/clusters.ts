/** The study of Farrell et al. 2019 as a graph: the baseline, and the variants that its claims speak of. */
import * as Schema from "effect/Schema"
import { study } from "../artifacts/graph.ts"
import { type AnyNode, node } from "../artifacts/stage.ts"
import { list, param, positive, whole } from "../schemas/param.ts"
import embedStates from "../stages/embed-states.ts"
import findAttractors from "../stages/find-attractors.ts"
import fitProbes from "../stages/fit-probes.ts"
import generateInputs from "../stages/generate-inputs.ts"
import initNetwork from "../stages/init-network.ts"
import measureDimension from "../stages/measure-dimension.ts"
import measureEigenvalues from "../stages/measure-eigenvalues.ts"
import measureGeometry from "../stages/measure-geometry.ts"
import measureInputs from "../stages/measure-inputs.ts"
import measureLyapunov from "../stages/measure-lyapunov.ts"
import readOut from "../stages/read-out.ts"
import recordStates from "../stages/record-states.ts"
import train from "../stages/train.ts"
import { range } from "./range.ts"

/** Settings in which a network of the cluster study may differ from the baseline. Each that does is a label of its nodes. */
interface Setting {
  readonly profile?: "code-2020" | "code-2021"
  readonly loss?: "mse"
  readonly activation?: "identity"
  readonly learningRate?: number
  /** Number of clusters. */
  readonly clusters?: number
  /** The held-out clusters are kept out of training too. */
  readonly strict?: true
  readonly inputGain?: "unit"
}

/** Networks beside the baseline: settings, and at which d, which g and how many of the seeds, where not at all of them. */
interface Variant {
  readonly settings: readonly Setting[]
  readonly d?: number
  readonly g?: number
  readonly seeds?: number
  /** What is measured: everything, accuracy alone, or accuracy and dimension (the default) and one thing more. */
  readonly measures?: "all" | "accuracy" | "exponents" | "probes"
}
const baseline: Variant = { settings: [{}], measures: "all" }

const combinations = [1e-3, 5e-4, 1e-4].flatMap((learningRate) =>
  [{}, { inputGain: "unit" as const }].flatMap((gain) =>
    [60, 120, 240].map((clusters) => ({
      ...(learningRate !== 1e-3 && { learningRate }),
      ...gain,
      ...(clusters !== 60 && { clusters }),
    })),
  ),
)

/** The variants of Farrell et al. 2019, those of which the text alone speaks too, and the authors' two public programs. */
const variants: Readonly<Record<string, readonly Variant[]>> = {
  "mse-loss": [{ settings: [{ loss: "mse" }] }],
  "linear-units": [{ settings: [{ activation: "identity" }], d: 200, g: 20, measures: "exponents" }],
  "learning-rates": [
    { settings: [5e-4, 2e-3, 4e-3].map((learningRate) => ({ learningRate })), g: 250, measures: "exponents" },
  ],
  "cluster-counts": [{ settings: [40, 120, 240].map((clusters) => ({ clusters })), d: 2 }],
  "strict-holdout": [{ settings: [{ strict: true }], d: 200, measures: "probes" }],
  "unit-gain": [{ settings: [{ inputGain: "unit" }] }],
  "regime-map": [{ settings: combinations, d: 2, seeds: 3, measures: "accuracy" }],
  "code-2020": [{ settings: [{ profile: "code-2020" }], seeds: 10, measures: "probes" }],
  "code-2021": [{ settings: [{ profile: "code-2021" }], seeds: 10, measures: "probes" }],
}
const variantNames = Object.keys(variants)

/** Parameters by profile: as the paper says, and as the authors' two public versions of their code do. */
const clusterProfiles = {
  paper: { tEval: 10, heldOutShare: 0.2, network: {}, train: {} },
  "code-2020": {
    tEval: 8,
    heldOutShare: 0.2,
    network: {},
    train: { learningRate: 1e-4, decay: 0.99, momentum: 0.9, updatesPerEpoch: 100 },
  },
  "code-2021": {
    tEval: 9,
    heldOutShare: 11 / 60,
    network: { rescaleSpectralRadius: true },
    train: { evenDraws: false, skipZeroLoss: true },
  },
} as const

/** Epochs at which the weights of a network are looked at, besides 0 and the last. */
const keptEpochs = [1, 3, 8, 20, 40]

/** A network at the edge of chaos, or strongly chaotic, learns to sort Gaussian clusters (Farrell et al. 2019). */
export const clusters = study({
  name: "clusters",
  doc: "a network at the edge of chaos (g = 20) or strongly chaotic (g = 250) learns to sort Gaussian clusters",
  params: Schema.Struct({
    d: param(list(whole(1)), [200, 2], { doc: "dimensions of the inputs", symbol: "d" }),
    g: param(list(positive), [20, 250], { doc: "gains of the initial networks", symbol: "g" }),
    seeds: param(list(whole(0)), range(0, 29), { doc: "realisations of inputs and networks" }),
    variants: param(Schema.Array(Schema.Literals(variantNames)), [], { doc: "what is run beside the baseline" }),
    n: param(whole(1), 200, { doc: "number of units", symbol: "n" }),
    clusters: param(whole(1), 60, { doc: "number of clusters of the baseline", symbol: "K" }),
    pointsPerCluster: param(whole(1), 10, { doc: "evaluation points of a cluster" }),
    epochs: param(whole(0), 0, { doc: "epochs of training; 0: 40 from d = 100 on, 80 below" }),
    embedded: param(whole(0), 600, { doc: "points that are embedded, of the first seed; 0 for all" }),
    extended: param(Schema.Boolean, true, {
      doc: "whether the longer analyses run: class geometry, exponents, attractors, eigenvalues",
    }),
  }),
  presets: {
    mini: {
      d: [10, 2],
      seeds: [0],
      variants: ["mse-loss", "learning-rates"],
      n: 40,
      clusters: 12,
      pointsPerCluster: 10,
      epochs: 6,
      embedded: 0,
    },
    quick: { seeds: [0, 1, 2], embedded: 300, extended: false },
    paper: { variants: variantNames },
  },
  build: (p) => {
    // In the order of `variants`, where of those that share a network the first measures most.
    const chosen = variantNames.filter((name) => p.variants.includes(name)).flatMap((name) => variants[name]!)
    const networks = new Map<string, AnyNode[]>()
    for (const { settings, measures, ...only } of [baseline, ...chosen])
      for (const d of p.d.filter((d) => d === (only.d ?? d)))
        for (const g of p.g.filter((g) => g === (only.g ?? g)))
          for (const seed of p.seeds.slice(0, only.seeds))
            for (const setting of settings) {
              const name = JSON.stringify({ d, g, seed, ...setting })
              if (!networks.has(name)) networks.set(name, clusterNetwork(p, { d, g, seed }, setting, measures))
            }
    return [...networks.values()].flat()
  },
})

interface ClusterParams {
  readonly seeds: readonly number[]
  readonly n: number
  readonly clusters: number
  readonly pointsPerCluster: number
  readonly epochs: number
  readonly embedded: number
  readonly extended: boolean
}

/** One network of the cluster study, and everything that is measured of it before and after training. */
function clusterNetwork(
  p: ClusterParams,
  { d, g, seed }: { readonly d: number; readonly g: number; readonly seed: number },
  setting: Setting,
  measures: Variant["measures"],
): AnyNode[] {
  const { profile = "paper", loss, activation, strict, inputGain } = setting
  const { tEval, heldOutShare, ...profiles } = clusterProfiles[profile]
  const K = setting.clusters ?? p.clusters
  const evaluationPoints = profile === "code-2021" ? 500 : K * p.pointsPerCluster
  const epochs = p.epochs || (loss === "mse" ? 100 : d >= 100 ? 40 : 80)
  const learningRate = setting.learningRate ?? (loss === "mse" ? 5e-3 : undefined)
  const heldOut = { ...(strict && { heldOutClusters: Math.round(heldOutShare * K) }) }
  const units = { ...(activation && { activation }) }
  const drive = { ...(inputGain && { inputGain }) }
  const rate = { ...(learningRate && { learningRate }) }
  const error = { ...(loss && { loss }) }
  const keepEpochs = measures === "all" ? keptEpochs.filter((epoch) => epoch < epochs) : []
  const id = { d, g, seed, ...setting }

  const { g: _, ...ofTask } = id
  const task = node(generateInputs, ofTask, {
    params: { task: "clusters", d, clusters: K, evaluationPoints, seed, ...heldOut },
    inputs: {},
  })
  const drawn = node(measureInputs, ofTask, {
    params: {},
    inputs: { centres: task.out.training, evaluation: task.out.evaluation },
  })
  const network = node(initNetwork, id, {
    params: { scheme: "perturbed-identity", n: p.n, d, g, seed, ...profiles.network, ...drive },
    inputs: {},
  })
  const trained = node(train, id, {
    params: { steps: tEval + 1, epochs, seed, keepEpochs, ...profiles.train, ...units, ...error, ...rate },
    inputs: { weights: network.out.weights, training: task.out.training, heldOut: task.out.training },
  })

  const measured = [network, trained].flatMap(({ out: { weights } }) => {
    const after = weights === trained.out.weights
    const labels = { ...id, trained: after }
    const accuracy = node(readOut, labels, {
      params: { blankSteps: 30, ...units },
      inputs: { weights, points: task.out.test },
    })
    if (measures === "accuracy") return after ? [accuracy] : []
    const states = node(recordStates, labels, {
      params: { times: [...range(0, 15), 20, 25, 30], ...units },
      inputs: { weights, points: task.out.evaluation },
    })
    const inputs = { states: states.out.states }
    const free = { weights, states: states.out.states }
    const snapshotTimes = [...range(0, 10), 15, 20, 25, 30]
    const dimension = node(measureDimension, labels, { params: { snapshotTimes }, inputs })
    const splits = measures === "all" ? 20 : 0
    const probes = node(fitProbes, labels, { params: { holdout: "cluster", heldOutShare, splits, seed }, inputs })
    const exponents = node(measureLyapunov, labels, { params: { seed, ...units }, inputs: free })
    if (measures !== "all")
      return [
        accuracy,
        dimension,
        ...(measures === "probes" ? [probes] : []),
        ...(measures === "exponents" && after && p.extended ? [exponents] : []),
      ]
    return [
      accuracy,
      dimension,
      probes,
      ...(after && seed === p.seeds[0]
        ? [node(embedStates, labels, { params: { times: [tEval], points: p.embedded, seed }, inputs })]
        : []),
      ...(p.extended ? [node(measureGeometry, labels, { params: {}, inputs })] : []),
      ...(p.extended && after
        ? [
            exponents,
            node(findAttractors, labels, { params: {}, inputs: free }),
            node(measureEigenvalues, labels, { params: {}, inputs: { weights } }),
            node(
              measureLyapunov,
              { ...labels, over: "training" },
              { params: { epochs: "kept", exponents: 2, steps: 1000, conditions: 4, seed }, inputs: free },
            ),
          ]
        : []),
    ]
  })
  return [trained, ...(measures === "all" ? [drawn] : []), ...measured]
}
