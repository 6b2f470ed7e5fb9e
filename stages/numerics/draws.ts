/** Where the batches and the validation points of an epoch come from. Each epoch has random streams of its own. */
import { drawAround, drawEvenly } from "./clusters.ts"
import type { Trainer } from "./kernel/network.ts"
import { stream } from "./random.ts"

/** Points with their classes, row-major. */
export interface PointColumns {
  readonly label: Int32Array
  readonly x: { readonly width: number; readonly values: Float32Array }
}

/** Fresh samples around cluster centres. */
export interface Around {
  readonly seed: number
  readonly batch: number
  readonly updatesPerEpoch: number
  /** Samples of an epoch as even over the clusters as can be. */
  readonly evenDraws: boolean
  /** Standard deviation of the samples. */
  readonly sigma: number
  /** Fresh points an epoch for the validation. */
  readonly validationPoints: number
}

/** `begin` an epoch, then fill the trainer's `x` and `labels` before each of its updates. */
export interface Draw {
  readonly updates: number
  readonly begin: (epoch: number) => (update: number) => void
}

/** Clusters of `count` samples of an epoch. */
function drawClusters(p: Around, count: number, K: number, [purpose, epoch]: [string, number]): Int32Array {
  const random = stream(p.seed, "train", purpose, "clusters", epoch)
  return p.evenDraws ? drawEvenly(count, K, random) : Int32Array.from({ length: count }, () => random.integer(K))
}

/** Fresh samples around the training points. */
export function drawAroundCentres(p: Around, { label, x: { values } }: PointColumns, { x, labels }: Trainer): Draw {
  const centres = Float64Array.from(values)
  return {
    updates: p.updatesPerEpoch,
    begin(epoch) {
      const clusters = drawClusters(p, p.updatesPerEpoch * p.batch, label.length, ["samples", epoch])
      const noise = stream(p.seed, "train", "samples", "noise", epoch)
      return (update) => {
        const chosen = clusters.subarray(update * p.batch, (update + 1) * p.batch)
        drawAround(centres, chosen, p.sigma, noise, x)
        for (let i = 0; i < p.batch; i++) labels[i] = label[chosen[i]!]!
      }
    },
  }
}

/** Every training point once an epoch, in random order; an incomplete last batch is left out. */
export function drawEach(
  { seed, batch }: Pick<Around, "seed" | "batch">,
  { label, x: { width, values } }: PointColumns,
  { x, labels }: Trainer,
): Draw {
  return {
    updates: Math.floor(label.length / batch),
    begin(epoch) {
      const order = stream(seed, "train", "order", epoch).permutation(label.length)
      return (update) => {
        for (let i = 0; i < batch; i++) {
          const point = order[update * batch + i]!
          labels[i] = label[point]!
          for (let j = 0; j < width; j++) x[i * width + j] = values[point * width + j]!
        }
      }
    },
  }
}

/** Fresh samples around the training points for the validation after an epoch. */
export function drawValidation(p: Around, { label, x }: PointColumns, epoch: number): PointColumns {
  const clusters = drawClusters(p, p.validationPoints, label.length, ["validation", epoch])
  const values = new Float32Array(clusters.length * x.width)
  const noise = stream(p.seed, "train", "validation", "noise", epoch)
  drawAround(Float64Array.from(x.values), clusters, p.sigma, noise, values)
  return { label: clusters.map((cluster) => label[cluster]!), x: { width: x.width, values } }
}
