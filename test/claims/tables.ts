/** Hand-made tables of one network or task each. */
import type { Labels } from "../../artifacts/stage.ts"
import { attractors } from "../../schemas/attractors.ts"
import { geometry } from "../../schemas/geometry.ts"
import { inputs } from "../../schemas/inputs.ts"
import { probes } from "../../schemas/probes.ts"
import { readout } from "../../schemas/readout.ts"
import { fromRows, type Row } from "../../schemas/table.ts"
import { type Gathered, network } from "./judge.ts"

/** Sets of inputs; the labels of a task are d and seed. */
export const drawn = (sets: readonly Partial<Row<typeof inputs>>[], labels: Labels): Gathered => ({
  labels: { seed: 0, ...labels },
  value: fromRows(
    inputs,
    sets.map((given) => ({
      set: "centres",
      points: 60,
      width: 2,
      classes: 2,
      smallestClass: 30,
      largestClass: 30,
      extent: 1.9,
      nearest: 0.2,
      ed: 1.9,
      rank: 2,
      ...given,
    })),
  ),
})

/** A network with this geometry at t = 10, and another one before and after. */
export const shaped = (given: Partial<Row<typeof geometry>>, labels: Labels): Gathered => {
  const other = { within: 5, between: 5, silhouette: 0.5, separation: 0.5 }
  const fixed = { points: 600, gap: 1, twoNN: 0, mle: 0, duplicates: 0, estimated: false }
  return {
    labels: network(labels),
    value: fromRows(
      geometry,
      [9, 10, 11].map((t) => ({ t, ...fixed, ...other, ...(t === 10 && given) })),
    ),
  }
}

/** A network that ends on these attractors, by default on a fixed point of class 0 each. */
export const ending = (found: readonly Partial<Row<typeof attractors>>[], labels: Labels): Gathered => ({
  labels: network(labels),
  value: fromRows(
    attractors,
    found.map((given, attractor) => ({
      attractor,
      kind: "fixed-point",
      period: 1,
      members: 300,
      label: 0,
      purity: 1,
      mirror: -1,
      residual: 1e-12,
      radius: 0.4,
      le1: -1,
      le2: -1,
      pca90: 0,
      twoNN: 0,
      mle: 0,
      estimated: false,
      ...given,
    })),
  ),
})

/** A network with these rows of probes; a row is logistic regression with C = 1 on its own points, unless said. */
export const probed = (rows: readonly Partial<Row<typeof probes>>[], labels: Labels): Gathered => {
  const fixed = { iterations: 5, gradientNorm: 0, converged: true, margin: 0.5, accuracy: 1 }
  return {
    labels: network(labels),
    value: fromRows(
      probes,
      rows.map((given) => ({ probe: "train", t: 0, C: 1, split: -1, ...fixed, ...given })),
    ),
  }
}

/** A network with these accuracies of its own readout by step, and .7 at all other steps to t = 30. */
export const reading = (accuracies: Readonly<Record<number, number>>, labels: Labels): Gathered => ({
  labels: network(labels),
  value: fromRows(
    readout,
    Array.from({ length: 31 }, (_, t) => ({
      rowsShown: 1,
      blankSteps: t,
      t,
      accuracy: accuracies[t] ?? 0.7,
      loss: 0,
    })),
  ),
})
