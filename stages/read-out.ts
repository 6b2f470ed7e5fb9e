import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { param, whole } from "../schemas/param.ts"
import { points } from "../schemas/points.ts"
import { readout } from "../schemas/readout.ts"
import { fromRows } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import { addScore, noScore, type Score } from "./numerics/scores.ts"
import { type Block, blocks, networkFor, sizesOf } from "./numerics/unroll.ts"

const Params = Schema.Struct({
  epoch: param(Schema.Union([whole(0), Schema.Literal("last")]), "last", {
    doc: "epoch of the weights; 0 is before training",
  }),
  blankSteps: param(whole(0), 0, {
    doc: "steps without input after all M rows, each read",
    unit: "steps",
    symbol: "k",
  }),
  truncations: param(Schema.Boolean, false, {
    doc: "also m < M rows, the other M - m left blank, read at step M - 1: Horoi et al. 2020, experiment 1",
  }),
  activation: param(Schema.Literals(["tanh", "identity"]), "tanh", { doc: "φ, as in training", symbol: "φ" }),
})

/** What is read after m rows and k blank steps. */
interface Read {
  readonly rowsShown: number
  readonly blankSteps: number
  readonly score: Score
}

/** The reads of a run, ordered by m, then by k. */
function readsOf({ blankSteps, truncations }: typeof Params.Type, M: number) {
  const reads: Read[] = []
  for (let m = 1; m <= M; m++) {
    const blanks = m === M ? Array.from({ length: blankSteps }, (_, k) => k + 1) : truncations ? [M - m] : []
    for (const k of [0, ...blanks]) reads.push({ rowsShown: m, blankSteps: k, score: noScore() })
  }
  return reads
}

/**
 * Runs a block through the reads, which `add` scores. One pass serves every experiment: the state after m rows and k blank
 * steps is that after m rows followed by k free steps; then the state after m rows is put back and row m shown.
 */
function runBlock(block: Block, reads: readonly Read[], add: (score: Score) => void): void {
  let shown: Float32Array | undefined
  let blank = 0
  for (const { rowsShown, blankSteps, score } of reads) {
    if (blankSteps === 0) {
      if (shown !== undefined) block.restore(shown)
      block.step(rowsShown - 1)
      shown = block.save()
      blank = 0
    }
    for (; blank < blankSteps; blank++) block.step(null)
    add(score)
  }
}

export default stage({
  name: "read-out",
  doc: "accuracy of the network's own output layer by the number of rows shown and of blank steps after them",
  source: import.meta.url,
  params: Params,
  inputs: { weights, points },
  outputs: { readout },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { label, x } = inputs.points.columns
      const network = networkFor(inputs.weights.columns, p.epoch, x.width)
      if ("message" in network) return yield* new StageError(network)
      const { d, classes } = sizesOf(network)
      const reads = readsOf(p, x.width / d)
      for (const block of blocks(network, p.activation, x, label.length)) {
        runBlock(block, reads, (score) =>
          addScore(score, { logits: block.logits(), labels: label, first: block.first, classes }),
        )
        report((block.first + block.points) / label.length)
        yield* Effect.yieldNow
      }
      return {
        readout: fromRows(
          readout,
          reads.map(({ rowsShown, blankSteps, score }) => ({
            rowsShown,
            blankSteps,
            t: rowsShown + blankSteps - 1,
            accuracy: score.right / score.points,
            loss: score.loss / score.points,
          })),
        ),
      }
    }),
})
