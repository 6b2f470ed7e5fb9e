/** Where the orbits of a network without input are late on. */
import type { Trails } from "./basins.ts"
import { gatherRows } from "./frames.ts"
import { type Activation, createRunner, type Weights } from "./kernel/network.ts"
import { sizesOf } from "./unroll.ts"

/** States kept late on each orbit, this many steps apart; a prime, so that short cycles show all their states. */
const kept = 16
const apart = 7

/** Points that run together. */
const blockSize = 500

/** Runs h, N × n, `steps` steps without input, a block at a time; yields the share done. */
export function* trailsOf(
  network: Weights,
  activation: Activation,
  h: Float32Array,
  steps: number,
): Generator<number, Trails> {
  const { n } = sizesOf(network)
  const N = h.length / n
  const length = Math.min(kept, Math.ceil(steps / apart))
  const values = new Float32Array(N * length * n)
  const before = steps - apart * (length - 1)
  for (let first = 0; first < N; first += blockSize) {
    const block = h.slice(first * n, (first + blockSize) * n)
    const points = block.length / n
    for (const t of advance(network, activation, block, before)) yield (first + (points * t) / steps) / N
    const runner = runnerFrom(network, activation, block)
    let now: Float32Array = block
    for (let state = 0; state < length; state++) {
      for (let t = 0; state > 0 && t < apart; t++) now = runner.step(null)
      for (let i = 0; i < points; i++) values.set(now.subarray(i * n, (i + 1) * n), ((first + i) * length + state) * n)
    }
  }
  return { values, length }
}

/** Steps from one look at which orbits repeat to the next; the longest period that is noticed. */
const round = 64

/**
 * Moves states, points × n, on by `steps` steps, in place; yields the steps done. An orbit that comes back to the bits of
 * an earlier state repeats for ever: whole periods are left out, which changes no bit of the result. The orbits do not
 * depend on one another, so that those which are left run without the others.
 */
function* advance(network: Weights, activation: Activation, states: Float32Array, steps: number): Generator<number> {
  const { n } = sizesOf(network)
  let open = Array.from({ length: states.length / n }, (_, point) => point)
  for (let t = 0; t < steps && open.length > 0; yield t) {
    const start = t
    let now = gatherRows(states, n, open)
    const marked = bitsOf(now)
    const periods = new Int32Array(open.length)
    const arrived = new Uint8Array(open.length)
    const runner = runnerFrom(network, activation, now)
    while (t < Math.min(start + round, steps)) {
      now = runner.step(null)
      t++
      const bits = bitsOf(now)
      for (let i = 0; i < open.length; i++) {
        if (periods[i] === 0 && areEqual(bits, marked, i * n, (i + 1) * n)) periods[i] = t - start
        if (periods[i] === 0 || (steps - t) % periods[i]! > 0) continue
        states.set(now.subarray(i * n, (i + 1) * n), open[i]! * n)
        arrived[i] = 1
      }
    }
    open.forEach((point, i) => {
      if (!arrived[i]) states.set(now.subarray(i * n, (i + 1) * n), point * n)
    })
    open = open.filter((_, i) => !arrived[i])
  }
}

function runnerFrom(network: Weights, activation: Activation, states: Float32Array) {
  const sizes = sizesOf(network)
  const runner = createRunner({ ...sizes, points: states.length / sizes.n, activation })
  runner.load(network)
  runner.reset(states)
  return runner
}

/** Bits, because 0 and -0 are equal but need not lead on to the same. */
const bitsOf = (values: Float32Array) => new Int32Array(values.buffer, values.byteOffset, values.length)

function areEqual(a: Int32Array, b: Int32Array, from: number, to: number): boolean {
  let at = from
  while (at < to && a[at] === b[at]) at++
  return at === to
}
