import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Beginning, type Report, StageError, stage, type Threads } from "../artifacts/stage.ts"
import { checkpoint } from "../schemas/checkpoint.ts"
import { history } from "../schemas/history.ts"
import { nonNegative, param, positive, seed, whole, within } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { fromRows, type Row, type Table, toRows } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { type Draw, drawAroundCentres, drawEach, drawValidation, type PointColumns } from "./numerics/draws.ts"
import { evaluate } from "./numerics/evaluate.ts"
import {
  computeShards,
  createShardedTrainer,
  createTrainer,
  type Optimizer,
  type Shape,
  type Trainer,
  type Weights,
} from "./numerics/kernel/network.ts"
import { plateau, type Standing, standingAt } from "./numerics/plateau.ts"
import { sizesOf, weightsAt } from "./numerics/unroll.ts"

/** Parameters that one choice alone uses; under another they must keep their default, so that no parameter does nothing. */
const usedBy = {
  decay: ["optimizer", "rmsprop"],
  momentum: ["optimizer", "rmsprop"],
  beta1: ["optimizer", "adam"],
  beta2: ["optimizer", "adam"],
  factor: ["schedule", "plateau"],
  patience: ["schedule", "plateau"],
  threshold: ["schedule", "plateau"],
  updatesPerEpoch: ["draw", "around"],
  evenDraws: ["draw", "around"],
  sigma: ["draw", "around"],
  validationPoints: ["draw", "around"],
  shards: ["backend", "kernel"],
} as const

const fields = {
  steps: param(whole(1), 11, { doc: "number of hidden states h_0 … h_{T-1}; the loss reads the last", symbol: "T" }),
  activation: param(Schema.Literals(["tanh", "identity"]), "tanh", { doc: "φ", symbol: "φ" }),
  loss: param(Schema.Literals(["cross-entropy", "mse"]), "cross-entropy", {
    doc: "softmax cross-entropy, or mean squared distance to .7 × one-hot",
  }),
  trainInput: param(Schema.Boolean, false, { doc: "whether the input weights U are trained" }),
  recurrentBias: param(Schema.Boolean, true, { doc: "whether the biases b1 of the units are trained" }),
  outputBias: param(Schema.Boolean, true, { doc: "whether the biases b2 of the outputs are trained" }),
  optimizer: param(Schema.Literals(["rmsprop", "adam"]), "rmsprop", { doc: "update rule" }),
  learningRate: param(positive, 1e-3, { doc: "learning rate of the first epoch" }),
  decay: param(within(0, 1), 0.9, { doc: "rmsprop: decay of the mean square", symbol: "α" }),
  momentum: param(within(0, 1), 0, { doc: "rmsprop: momentum" }),
  beta1: param(within(0, 1), 0.9, { doc: "adam: decay of the mean", symbol: "β₁" }),
  beta2: param(within(0, 1), 0.999, { doc: "adam: decay of the mean square", symbol: "β₂" }),
  epsilon: param(positive, 1e-8, { doc: "added to the root of the mean square" }),
  schedule: param(Schema.Literals(["plateau", "none"]), "plateau", {
    doc: "whether the learning rate falls when the validation loss does not",
  }),
  factor: param(within(0, 1), 0.5, { doc: "plateau: the learning rate is multiplied by it" }),
  patience: param(whole(0), 5, { doc: "plateau: epochs without progress that are let pass", unit: "epochs" }),
  threshold: param(nonNegative, 1e-7, { doc: "plateau: progress is a loss below the best less this" }),
  batch: param(whole(1), 10, { doc: "points an update", symbol: "B" }),
  epochs: param(whole(1), 40, { doc: "epochs" }),
  draw: param(Schema.Literals(["around", "each"]), "around", {
    doc: "`around`: fresh samples around the training points (cluster centres); `each`: every training point once an epoch, in random order, an incomplete last batch left out",
  }),
  updatesPerEpoch: param(whole(1), 80, { doc: "around: updates an epoch" }),
  evenDraws: param(Schema.Boolean, true, { doc: "around: samples of an epoch as even over the clusters as can be" }),
  sigma: param(nonNegative, 0.02, { doc: "around: standard deviation of the samples", symbol: "σ" }),
  validationPoints: param(whole(1), 120, { doc: "around: fresh points an epoch that steer the schedule" }),
  keepEpochs: param(Schema.Array(whole(0)), [], { doc: "epochs whose weights are kept, besides 0 and the last" }),
  skipZeroLoss: param(Schema.Boolean, false, { doc: "leave an update out when the float32 loss is exactly 0" }),
  backend: param(Schema.Literals(["kernel", "tfjs"]), "kernel", {
    doc: "our own WebAssembly kernel, or automatic differentiation by TensorFlow.js",
  }),
  shards: param(whole(1), 1, {
    doc: "equal parts of a batch whose gradients are summed in order; threads that have nothing else to do share them",
    symbol: "S",
  }),
  seed,
}
type Params = Schema.Struct.Type<typeof fields>

function contradiction(p: Params): string | undefined {
  for (const [name, [choice, value]] of Object.entries(usedBy) as [keyof typeof usedBy, [keyof Params, string]][])
    if (p[choice] !== value && p[name] !== Schema.resolveAnnotations(fields[name])?.default)
      return `${name} = ${p[name]} belongs to ${choice} "${value}" and does nothing under ${choice} "${p[choice]}": leave it out`
  if (p.draw === "each" && p.schedule !== "none")
    return 'draw "each" needs schedule "none": the held-out points must not steer the training'
  if (p.batch % p.shards !== 0) return `a batch of ${p.batch} does not divide into shards = ${p.shards} equal parts`
  const late = p.keepEpochs.find((epoch) => epoch > p.epochs)
  return late === undefined ? undefined : `keepEpochs holds ${late}, but training ends after epoch ${p.epochs}`
}

const Params = Schema.Struct(fields).check(Schema.makeFilter(contradiction))

type Points = Table<typeof points>
type Inputs = { readonly training: Points; readonly heldOut: Points }

/** Shape of the problem, or what does not fit together. */
function shapeOf(p: Params, initial: Weights, inputs: Inputs) {
  const { n, d, classes } = sizesOf(initial)
  const { width } = inputs.training.columns.x
  const refused = (message: string, advice: string) => Effect.fail(new StageError({ message, advice }))
  if (width % d !== 0)
    return refused(`points of ${width} values do not divide into input rows of d = ${d}`, "set d to the width of a row")
  if (width / d > p.steps)
    return refused(
      `the points have ${width / d} input rows, but steps = ${p.steps}`,
      `set steps to ${width / d} or more`,
    )
  if (p.draw === "each" && inputs.training.length < p.batch)
    return refused(
      `${inputs.training.length} training points do not fill a batch of ${p.batch}`,
      "take a smaller batch",
    )
  for (const [port, { columns }] of Object.entries(inputs)) {
    const strange = columns.label.find((label) => label >= classes)
    if (strange !== undefined)
      return refused(`${port} has class ${strange}, the network only ${classes} outputs`, "set classes of the network")
  }
  return Effect.succeed<Shape>({
    n,
    d,
    classes,
    steps: p.steps,
    inputSteps: width / d,
    batch: p.batch,
    activation: p.activation,
    loss: p.loss,
    train: { U: p.trainInput, b1: p.recurrentBias, b2: p.outputBias },
  })
}

const optimizerOf = ({ optimizer, decay, momentum, beta1, beta2, epsilon }: Params): Optimizer =>
  optimizer === "adam" ? { kind: optimizer, beta1, beta2, epsilon } : { kind: optimizer, decay, momentum, epsilon }

const trainerFor = (p: Params, shape: Shape, threads: Threads | undefined): Effect.Effect<Trainer> =>
  Effect.promise(async () => {
    if (p.backend === "kernel" && p.shards === 1) return createTrainer(shape, optimizerOf(p))
    if (p.backend === "kernel") return createShardedTrainer(shape, optimizerOf(p), { shards: p.shards, threads })
    const { createAutodiffTrainer } = await import("./numerics/autodiff.ts")
    return createAutodiffTrainer(shape, optimizerOf(p))
  })

const diverged = (what: string, where: string, learningRate: number) =>
  new StageError({
    message: `training diverged: ${what} ${where}`,
    advice: `take a smaller learningRate (it was ${learningRate} then) or a smaller gain g`,
  })

/** All updates of one epoch: mean loss, and how many were left out. */
const runEpoch = Effect.fnUntraced(function* (
  p: Params,
  { trainer, draw, report }: { trainer: Trainer; draw: Draw; report: Report },
  { epoch, learningRate }: { epoch: number; learningRate: number },
) {
  const fill = draw.begin(epoch)
  const options = { skipZeroLoss: p.skipZeroLoss }
  const interval = Math.ceil(draw.updates / 20)
  let sum = 0
  let skipped = 0
  for (let update = 0; update < draw.updates; update++) {
    fill(update)
    const loss = trainer.update(learningRate, options)
    if (!Number.isFinite(loss))
      return yield* diverged(`the loss is ${loss}`, `at update ${update + 1} of epoch ${epoch}`, learningRate)
    if (p.skipZeroLoss && loss === 0) skipped++
    sum += loss
    if ((update + 1) % interval === 0)
      report(
        (epoch - 1 + (update + 1) / draw.updates) / p.epochs,
        `epoch ${epoch}/${p.epochs}, loss ${loss.toPrecision(3)}`,
      )
  }
  return { loss: sum / draw.updates, skipped }
})

type Outputs = {
  readonly weights: typeof weights
  readonly history: typeof history
  readonly checkpoint: typeof checkpoint
}

/** The points of the validation after an epoch: fresh samples, or those held out. */
const validationOf = (p: Params, { training, heldOut }: Inputs, epoch: number): PointColumns =>
  p.draw === "each" ? heldOut.columns : drawValidation(p, training.columns, epoch)

function validate(p: Params, network: Weights, points: PointColumns) {
  const { loss, accuracy } = evaluate(p, network, points)
  return { validationLoss: loss, validationAccuracy: accuracy }
}

/** How far training has come; the trainer holds the network. */
interface Course {
  readonly epochs: Row<typeof history>[]
  readonly kept: Row<typeof weights>[]
  /** Of the schedule. */
  readonly standing: Standing
}

/** Epoch 0 has no updates: its loss is that of its validation points. */
function begin(p: Params, trainer: Trainer, initial: Weights, inputs: Inputs): Course {
  trainer.load(initial)
  const { learningRate } = p
  const before = validate(p, initial, validationOf(p, inputs, 0))
  return {
    epochs: [{ epoch: 0, loss: before.validationLoss, ...before, learningRate, skipped: 0 }],
    kept: [{ epoch: 0, ...initial }],
    standing: standingAt(learningRate),
  }
}

const isKept = ({ epochs, keepEpochs }: Params, epoch: number): boolean =>
  epoch === 0 || epoch === epochs || keepEpochs.includes(epoch)

/** Epochs of a shorter training that need not be done again: all, if it kept what the longer one is to keep of them. */
const reach = (shorter: Params, longer: Params): number => {
  const shared = longer.keepEpochs.filter((epoch) => epoch <= shorter.epochs)
  return shorter.epochs <= longer.epochs && shared.every((epoch) => isKept(shorter, epoch)) ? shorter.epochs : 0
}

/** After the last epoch of a shorter training, of whose weights some may be kept no longer. */
function goOn(p: Params, trainer: Trainer, { outputs }: Beginning<typeof Params, Outputs>): Course {
  const networks = toRows(outputs.weights)
  const moments = toRows(outputs.checkpoint)
  const { updates, learningRate, best, waited } = moments[0]!
  trainer.load(networks.at(-1)!)
  trainer.restore({ updates, moments })
  return {
    epochs: toRows(outputs.history),
    kept: networks.filter(({ epoch }) => isKept(p, epoch)),
    standing: { learningRate, best, waited },
  }
}

export default stage({
  name: "train",
  doc: "trains a network by backpropagation through time. `heldOut` only measures progress, under draw `each`; draw `around` measures it on fresh samples",
  source: import.meta.url,
  params: Params,
  inputs: { weights, training: points, heldOut: points },
  outputs: { weights, history, checkpoint },
  runtime: async ({ backend }) =>
    backend === "kernel" ? {} : (await import("./numerics/autodiff.ts")).autodiffBackend(),
  resumes: { along: ["epochs", "keepEpochs"], reach },
  assist: computeShards,
  run: ({ params: p, inputs, report, earlier, threads }) =>
    Effect.gen(function* () {
      const initial = weightsAt(inputs.weights.columns, inputs.weights.length - 1)
      const { training, heldOut } = inputs
      const trainer = yield* trainerFor(p, yield* shapeOf(p, initial, { training, heldOut }), threads)
      const draw = (p.draw === "around" ? drawAroundCentres : drawEach)(p, training.columns, trainer)
      const course = earlier ? goOn(p, trainer, earlier) : begin(p, trainer, initial, inputs)
      const { epochs, kept } = course
      let { standing } = course
      for (let epoch = epochs.length; epoch <= p.epochs; epoch++) {
        const { learningRate } = standing
        const done = yield* runEpoch(p, { trainer, draw, report }, { epoch, learningRate })
        const network = trainer.weights()
        const after = validate(p, network, validationOf(p, inputs, epoch))
        const finite = Object.values(network).every((entries: Float32Array) => entries.every(Number.isFinite))
        if (!finite || !Number.isFinite(after.validationLoss))
          return yield* diverged(
            finite ? "the validation loss is not finite" : "a weight is not finite",
            `after epoch ${epoch}`,
            learningRate,
          )
        epochs.push({ epoch, ...done, ...after, learningRate })
        if (isKept(p, epoch)) kept.push({ epoch, ...network })
        if (p.schedule === "plateau") standing = plateau(p, standing, after.validationLoss)
        // Lets an interruption through.
        yield* Effect.yieldNow
      }
      const { updates, moments } = trainer.state()
      const state = moments.map((of, moment) => ({ moment, updates, ...standing, ...of }))
      return {
        weights: fromRows(weights, kept),
        history: fromRows(history, epochs),
        checkpoint: fromRows(checkpoint, state),
      }
    }),
})
