/**
 * Kernels for training recurrent networks; ../trainer.ts and ../runner.ts put them together. Counts are numbers of
 * elements, strides and addresses bytes; rows start at multiples of 16 bytes, and row lengths are multiples of 8
 * floats.
 */
import { exp, log, tanh4 } from "./functions"

export { exp, log } from "./functions"
export { multiply, tile1, tile5, transpose } from "./multiply"

/** x ← tanh x, element by element; count a multiple of 4. */
export function tanh(count: i32, x: usize): void {
  for (const end = x + <usize>(4 * count); x < end; x += 16) v128.store(x, tanh4(v128.load(x)))
}

/** δ ← δ (1 - h²), the derivative of tanh at h = tanh(…); count a multiple of 4. */
export function tanhGradient(count: i32, delta: usize, h: usize): void {
  for (const end = delta + <usize>(4 * count); delta < end; delta += 16) {
    const value = v128.load(h)
    const slope = f32x4.sub(f32x4.splat(1), f32x4.mul(value, value))
    v128.store(delta, f32x4.mul(v128.load(delta), slope))
    h += 16
  }
}

/** Sets `rows` rows of `length` floats to one row. */
export function fillRows(rows: i32, length: i32, row: usize, to: usize): void {
  for (let i = 0; i < rows; i++) {
    memory.copy(to, row, <usize>(4 * length))
    to += <usize>(4 * length)
  }
}

/** sum ← sum + Σ rows, from the first row to the last. */
export function addRows(rows: i32, length: i32, from: usize, sum: usize): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < 4 * length; j += 16) {
      const to = sum + <usize>j
      v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
      from += 16
    }
}

/**
 * Mean softmax cross-entropy L = 1/B Σ_b (log Σ_c e^(o_bc) - o_by) of logits o (B rows, `stride` apart) and labels y
 * (int32). Replaces o by ∂L/∂o = (softmax(o) - onehot(y)) / B. All in float32 after subtraction of the largest
 * logit, as PyTorch does: L is exactly 0 where every sample's other classes lie more than about 17 below the right
 * one.
 */
export function crossEntropy(batch: i32, classes: i32, logits: usize, stride: usize, labels: usize): f32 {
  let total: f32 = 0
  for (let b = 0; b < batch; b++) {
    const end = logits + <usize>(4 * classes)
    const right = logits + <usize>(4 * load<i32>(labels + <usize>(4 * b)))
    let largest = load<f32>(logits)
    for (let o = logits + 4; o < end; o += 4) largest = max(largest, load<f32>(o))
    const margin = load<f32>(right) - largest
    let sum: f32 = 0
    for (let o = logits; o < end; o += 4) {
      const e = exp(load<f32>(o) - largest)
      store<f32>(o, e)
      sum += e
    }
    total += log(sum) - margin
    for (let o = logits; o < end; o += 4)
      store<f32>(o, (load<f32>(o) / sum - (o === right ? <f32>1 : <f32>0)) / <f32>batch)
    logits += stride
  }
  return total / <f32>batch
}

/**
 * Mean squared error L = 1/(B C) Σ_bc (o_bc - 0.7 onehot(y)_bc)², C classes; replaces o by ∂L/∂o = 2 (o - 0.7
 * onehot(y)) / (B C).
 */
export function squaredError(batch: i32, classes: i32, logits: usize, stride: usize, labels: usize): f32 {
  const count = <f32>(batch * classes)
  let total: f32 = 0
  for (let b = 0; b < batch; b++) {
    const label = load<i32>(labels + <usize>(4 * b))
    for (let c = 0; c < classes; c++) {
      const o = logits + <usize>(4 * c)
      const difference = load<f32>(o) - (c === label ? <f32>0.7 : <f32>0)
      total += difference * difference
      store<f32>(o, (2 * difference) / count)
    }
    logits += stride
  }
  return total / count
}

/**
 * v ← a v + (1-a) g²; with momentum buf ← momentum buf + g / (√v + ε), w ← w - η buf; without, w ← w - η g / (√v +
 * ε) and `buf` is not touched. (Hinton, Coursera lecture 6e; PyTorch's placement of ε.)
 */
export function rmsprop(
  count: i32,
  w: usize,
  g: usize,
  v: usize,
  buf: usize,
  rate: f32,
  decay: f32,
  rest: f32,
  momentum: f32,
  epsilon: f32,
): void {
  for (let i: usize = 0; i < <usize>(4 * count); i += 16) {
    const gradient = v128.load(g + i)
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(decay), v128.load(v + i)),
      f32x4.mul(f32x4.splat(rest), f32x4.mul(gradient, gradient)),
    )
    v128.store(v + i, square)
    let step = f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), f32x4.splat(epsilon)))
    if (momentum !== 0) {
      step = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(buf + i)), step)
      v128.store(buf + i, step)
    }
    v128.store(w + i, f32x4.sub(v128.load(w + i), f32x4.mul(f32x4.splat(rate), step)))
  }
}

/**
 * m ← β₁ m + (1-β₁) g, v ← β₂ v + (1-β₂) g², w ← w - η m / (√(v / c₂) + ε) with η already divided by c₁ = 1 - β₁^t
 * and `root` = 1/√c₂, c₂ = 1 - β₂^t. (Kingma & Ba 2015, algorithm 1.)
 */
export function adam(
  count: i32,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  rate: f32,
  root: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
): void {
  for (let i: usize = 0; i < <usize>(4 * count); i += 16) {
    const gradient = v128.load(g + i)
    const mean = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(m + i)), f32x4.mul(f32x4.splat(rest1), gradient))
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(v + i)),
      f32x4.mul(f32x4.splat(rest2), f32x4.mul(gradient, gradient)),
    )
    v128.store(m + i, mean)
    v128.store(v + i, square)
    const scale = f32x4.add(f32x4.mul(f32x4.sqrt(square), f32x4.splat(root)), f32x4.splat(epsilon))
    v128.store(w + i, f32x4.sub(v128.load(w + i), f32x4.div(f32x4.mul(f32x4.splat(rate), mean), scale)))
  }
}
