/** The network's weights, float32, row-major. */
export interface Weights {
  /** n × n, R[i n + j]: from unit j to unit i. */
  readonly R: Float32Array
  /** n × d. */
  readonly U: Float32Array
  /** classes × n. */
  readonly W: Float32Array
  /** n. */
  readonly b1: Float32Array
  /** classes. */
  readonly b2: Float32Array
}

export type Activation = "tanh" | "identity"

/** Sizes and kind of one training problem; all buffers follow from it. */
export interface Shape {
  readonly n: number
  readonly d: number
  readonly classes: number
  /** T, the number of hidden states h_0 … h_{T-1}; the loss reads h_{T-1}. */
  readonly steps: number
  /** Steps that receive an input row: 1 = impulse at t = 0, T = a row at every step. */
  readonly inputSteps: number
  readonly batch: number
  readonly activation: Activation
  readonly loss: "cross-entropy" | "mse"
  /** R and W are always trained. */
  readonly train: { readonly U: boolean; readonly b1: boolean; readonly b2: boolean }
}

export type Optimizer =
  | { readonly kind: "rmsprop"; readonly decay: number; readonly momentum: number; readonly epsilon: number }
  | { readonly kind: "adam"; readonly beta1: number; readonly beta2: number; readonly epsilon: number }

/** Everything an optimizer remembers between updates, in the logical shapes of the weights. */
export interface OptimizerState {
  /** Updates done so far. */
  readonly updates: number
  /** rmsprop: [v] or, with momentum, [v, buf]; adam: [m, v]. Untrained parameters hold zeros. */
  readonly moments: readonly Weights[]
}

/** A network with an optimizer, for one shape; implemented by the kernel and by automatic differentiation. */
export interface Trainer {
  /** Input rows of the batch, batch × inputSteps × d, to be filled by the caller; stays valid. */
  readonly x: Float32Array
  /** Class of each sample, batch values in 0 … classes-1; stays valid. */
  readonly labels: Int32Array
  /** Copies the weights in and forgets the optimizer's state. */
  load(weights: Weights): void
  /** Copies of the weights. */
  weights(): Weights
  /** One update on `x` and `labels`; the mean loss of the batch before it. */
  update(learningRate: number, options?: { readonly skipZeroLoss?: boolean }): number
  /** Gradients of the mean loss for `x` and `labels`, without an update; zeros for what is not trained. */
  gradients(): Weights
  /** A copy of the optimizer's state: with `weights()` all that training needs to go on with the same bits. */
  state(): OptimizerState
  /** Puts a copy of an optimizer's state back; call it after `load`. */
  restore(state: OptimizerState): void
}

/** Sizes of a forward run. */
export interface RunnerShape {
  readonly n: number
  readonly d: number
  readonly classes: number
  /** Number of points, the rows of every array. */
  readonly points: number
  readonly activation: Activation
}

/** Forward pass over many points; a point's states do not depend on the number of points run together. */
export interface Runner {
  load(weights: Weights): void
  /** Back to h = 0, as at the start, or to the given states (points × n). */
  reset(states?: Float32Array): void
  /**
   * One step with the input rows x (points × d), or without input; the new states (points × n), overwritten by the
   * next step.
   */
  step(x: Float32Array | null): Float32Array
  /** o = W h + b2 of the present states, points × classes; overwritten by the next call. */
  logits(): Float32Array
}

export { createRunner } from "./runner.ts"
export { computeShards, createShardedTrainer } from "./shards.ts"
export { createTrainer } from "./trainer.ts"
