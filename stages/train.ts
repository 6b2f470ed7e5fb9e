import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Report, StageError, stage } from "../artifacts/stage.ts"
import { history } from "../schemas/history.ts"
import { nonNegative, param, positive, seed, whole, within } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { fromRows, type Row, type Table } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { drawAround, drawEvenly } from "./numerics/clusters.ts"
import { createTrainer, type Optimizer, type Shape, type Trainer, type Weights } from "./numerics/kernel/network.ts"
import { plateau } from "./numerics/plateau.ts"
import { stream } from "./numerics/random.ts"
import { addScore, crossEntropy, noScore, squaredError } from "./numerics/scores.ts"
import { blocks, sizesOf, weightsAt } from "./numerics/unroll.ts"

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
  seed,
}
type Params = Schema.Struct.Type<typeof fields>

function contradiction(p: Params): string | undefined {
  for (const [name, [choice, value]] of Object.entries(usedBy) as [keyof typeof usedBy, [keyof Params, string]][])
    if (p[choice] !== value && p[name] !== Schema.resolveAnnotations(fields[name])?.default)
      return `${name} = ${p[name]} belongs to ${choice} "${value}" and does nothing under ${choice} "${p[choice]}": leave it out`
  if (p.draw === "each" && p.schedule !== "none")
    return 'draw "each" needs schedule "none": the held-out points must not steer the training'
  const late = p.keepEpochs.find((epoch) => epoch > p.epochs)
  return late === undefined ? undefined : `keepEpochs holds ${late}, but training ends after epoch ${p.epochs}`
}

const Params = Schema.Struct(fields).check(Schema.makeFilter(contradiction))

type Points = Table<typeof points>
type PointColumns = Pick<Points["columns"], "label" | "x">

/** Shape of the problem, or what does not fit together. */
function shapeOf(p: Params, initial: Weights, inputs: { training: Points; heldOut: Points }) {
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

const trainerFor = (p: Params, shape: Shape): Effect.Effect<Trainer> =>
  p.backend === "kernel"
    ? Effect.sync(() => createTrainer(shape, optimizerOf(p)))
    : Effect.promise(async () => {
        const { createAutodiffTrainer } = await import("./numerics/autodiff.ts")
        return createAutodiffTrainer(shape, optimizerOf(p))
      })

/** Where batches come from: `begin` an epoch, then fill the trainer's `x` and `labels` before each update. */
interface Draw {
  readonly updates: number
  readonly begin: (epoch: number) => (update: number) => void
}

/** Clusters of `count` samples of an epoch. */
function drawClusters(p: Params, count: number, K: number, [purpose, epoch]: [string, number]): Int32Array {
  const random = stream(p.seed, "train", purpose, "clusters", epoch)
  return p.evenDraws ? drawEvenly(count, K, random) : Int32Array.from({ length: count }, () => random.integer(K))
}

/** Fresh samples around the training points. */
function drawAroundCentres(p: Params, training: Points, { x, labels }: Trainer): Draw {
  const centres = Float64Array.from(training.columns.x.values)
  return {
    updates: p.updatesPerEpoch,
    begin(epoch) {
      const clusters = drawClusters(p, p.updatesPerEpoch * p.batch, training.length, ["samples", epoch])
      const noise = stream(p.seed, "train", "samples", "noise", epoch)
      return (update) => {
        const chosen = clusters.subarray(update * p.batch, (update + 1) * p.batch)
        drawAround(centres, chosen, p.sigma, noise, x)
        for (let i = 0; i < p.batch; i++) labels[i] = training.columns.label[chosen[i]!]!
      }
    },
  }
}

/** Every training point once an epoch, in random order. */
function drawEach(p: Params, { length, columns }: Points, { x, labels }: Trainer): Draw {
  const { width, values } = columns.x
  return {
    updates: Math.floor(length / p.batch),
    begin(epoch) {
      const order = stream(p.seed, "train", "order", epoch).permutation(length)
      return (update) => {
        for (let i = 0; i < p.batch; i++) {
          const point = order[update * p.batch + i]!
          labels[i] = columns.label[point]!
          for (let j = 0; j < width; j++) x[i * width + j] = values[point * width + j]!
        }
      }
    },
  }
}

/** The points of an epoch's validation: fresh samples, or those held out. */
function validationPoints(p: Params, inputs: { training: Points; heldOut: Points }, epoch: number): PointColumns {
  if (p.draw === "each") return inputs.heldOut.columns
  const { label, x } = inputs.training.columns
  const clusters = drawClusters(p, p.validationPoints, inputs.training.length, ["validation", epoch])
  const values = new Float32Array(clusters.length * x.width)
  const noise = stream(p.seed, "train", "validation", "noise", epoch)
  drawAround(Float64Array.from(x.values), clusters, p.sigma, noise, values)
  return { label: clusters.map((cluster) => label[cluster]!), x: { width: x.width, values } }
}

/** Mean loss and accuracy of a network at the last step. */
function evaluate(p: Params, network: Weights, { label, x }: PointColumns) {
  const { d, classes } = sizesOf(network)
  const score = noScore()
  for (const block of blocks(network, p.activation, x, label.length)) {
    for (let t = 0; t < p.steps; t++) block.step(t * d < x.width ? t : null)
    addScore(score, { logits: block.logits(), labels: label, first: block.first, classes }, lossOf[p.loss])
  }
  return { validationLoss: score.loss / score.points, validationAccuracy: score.right / score.points }
}

const lossOf = { "cross-entropy": crossEntropy, mse: squaredError }

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

export default stage({
  name: "train",
  doc: "trains a network by backpropagation through time. `heldOut` only measures progress, under draw `each`; draw `around` measures it on fresh samples",
  source: import.meta.url,
  params: Params,
  inputs: { weights, training: points, heldOut: points },
  outputs: { weights, history },
  runtime: async ({ backend }) =>
    backend === "kernel" ? {} : (await import("./numerics/autodiff.ts")).autodiffBackend(),
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const initial = weightsAt(inputs.weights.columns, inputs.weights.length - 1)
      const { training, heldOut } = inputs
      const trainer = yield* trainerFor(p, yield* shapeOf(p, initial, { training, heldOut }))
      trainer.load(initial)
      const draw = (p.draw === "around" ? drawAroundCentres : drawEach)(p, training, trainer)
      const nextRate = p.schedule === "plateau" ? plateau(p, p.learningRate) : () => p.learningRate

      let learningRate = p.learningRate
      // Epoch 0 has no updates: its loss is that of its validation points.
      const before = evaluate(p, initial, validationPoints(p, inputs, 0))
      const epochs: Row<typeof history>[] = [
        { epoch: 0, loss: before.validationLoss, ...before, learningRate, skipped: 0 },
      ]
      const kept: Row<typeof weights>[] = [{ epoch: 0, ...initial }]
      for (let epoch = 1; epoch <= p.epochs; epoch++) {
        const done = yield* runEpoch(p, { trainer, draw, report }, { epoch, learningRate })
        const network = trainer.weights()
        const after = evaluate(p, network, validationPoints(p, inputs, epoch))
        const finite = Object.values(network).every((entries: Float32Array) => entries.every(Number.isFinite))
        if (!finite || !Number.isFinite(after.validationLoss))
          return yield* diverged(
            finite ? "the validation loss is not finite" : "a weight is not finite",
            `after epoch ${epoch}`,
            learningRate,
          )
        epochs.push({ epoch, ...done, ...after, learningRate })
        if (epoch === p.epochs || p.keepEpochs.includes(epoch)) kept.push({ epoch, ...network })
        learningRate = nextRate(after.validationLoss)
        // Lets an interruption through.
        yield* Effect.yieldNow
      }
      return { weights: fromRows(weights, kept), history: fromRows(history, epochs) }
    }),
})
