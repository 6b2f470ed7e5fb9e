/** The studies of Horoi, Lajoie & Wolf 2020 as a graph. */
import * as Schema from "effect/Schema"
import { study } from "../artifacts/graph.ts"
import { node } from "../artifacts/stage.ts"
import { list, param, whole } from "../schemas/param.ts"
import embedStates from "../stages/embed-states.ts"
import findAttractors from "../stages/find-attractors.ts"
import fitProbes from "../stages/fit-probes.ts"
import generateInputs from "../stages/generate-inputs.ts"
import initNetwork from "../stages/init-network.ts"
import measureDimension from "../stages/measure-dimension.ts"
import measureEigenvalues from "../stages/measure-eigenvalues.ts"
import measureLyapunov from "../stages/measure-lyapunov.ts"
import readOut from "../stages/read-out.ts"
import recordStates from "../stages/record-states.ts"
import train from "../stages/train.ts"
import { range } from "./range.ts"

/** Learning rates of the two profiles: `matched` reaches the published accuracy, `strong` is the usual rate. */
const imageProfiles = { matched: { learningRate: 1e-4 }, strong: { learningRate: 1e-3 } } as const

/** A vanilla network reads MNIST row by row (Horoi, Lajoie & Wolf 2020). */
export const smnist = study({
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
