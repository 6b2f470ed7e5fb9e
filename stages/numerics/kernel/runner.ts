import { addProductOfRows } from "./awake-rows.ts"
import { openKernels } from "./instance.ts"
import type { Runner, RunnerShape, Weights } from "./network.ts"
import { addProduct, packed, plain } from "./operands.ts"
import { type Packed, pack, packedLength, padded, placeParameters } from "./panels.ts"

/** Rows carried through all products of a step at a time: they stay in the caches. */
const BLOCK = 40

/**
 * A runner on the WebAssembly kernels, float32: h ← φ(R h + U x + b1) and o = W h + b2 for `points` rows at once.
 * With zero biases, zero input keeps h = 0 exactly, and the step from -h without input is minus the step from h to
 * the last bit. RangeError for impossible sizes; its methods throw one for arrays that do not fit them.
 */
export const createRunner = (shape: RunnerShape): Runner => new WasmRunner(shape)

function open(shape: RunnerShape) {
  const { n, d, classes, points } = shape
  for (const [name, size] of Object.entries({ n, d, classes, points }))
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`${name} must be a positive integer, not ${size}`)
  const width = padded(n)
  const outputs = padded(classes)
  const { U, b1, b2, R, W } = placeParameters(shape, ["U", "b1", "b2", "R", "W"])
  // R and W are packed transposed, the orientation of the forward pass.
  const transposedW = { offset: W.offset, rows: n, columns: classes, height: width, transposed: true }
  const place = { U, b1, b2, R: { ...R, transposed: true }, W: transposedW }
  const opened = openKernels({
    h: points * width,
    next: BLOCK * width,
    left: BLOCK * width,
    right: BLOCK * width,
    x: BLOCK * d,
    o: BLOCK * outputs,
    parameters: W.offset + packedLength(transposedW),
  })
  return { ...opened, place, width, outputs }
}

/** Copies rows of one width into rows of another, as far as both reach. */
function copyRows(from: Float32Array, fromWidth: number, to: Float32Array, toWidth: number, rows: number): void {
  const shared = Math.min(fromWidth, toWidth)
  for (let i = 0; i < rows; i++) for (let j = 0; j < shared; j++) to[i * toWidth + j] = from[i * fromWidth + j]!
}

/** Rows of h that are not all zero. */
function rowsAwake(h: Float32Array, width: number): Int32Array {
  const awake = new Int32Array(h.length / width)
  let count = 0
  for (let row = 0; row < awake.length; row++) {
    const end = (row + 1) * width
    let at = row * width
    while (at < end && h[at] === 0) at++
    if (at < end) awake[count++] = row
  }
  return awake.subarray(0, count)
}

class WasmRunner implements Runner {
  private readonly shape: RunnerShape
  private readonly memory: ReturnType<typeof open>
  /** The states without padding: the buffer itself where there is none. */
  private readonly states: Float32Array
  private readonly outputs: Float32Array

  constructor(shape: RunnerShape) {
    this.shape = shape
    this.memory = open(shape)
    const { n, points, classes } = shape
    this.states = this.memory.width === n ? this.memory.buffers.h : new Float32Array(points * n)
    this.outputs = new Float32Array(points * classes)
  }

  load(weights: Weights): void {
    const { place, buffers } = this.memory
    for (const name of ["R", "U", "W", "b1", "b2"] as const) pack(weights[name], place[name], buffers.parameters)
  }

  reset(states?: Float32Array): void {
    const { n, points } = this.shape
    const { h } = this.memory.buffers
    if (states && states.length !== points * n)
      throw new RangeError(`${points} × ${n} states expected, not ${states.length} values`)
    h.fill(0)
    if (states) copyRows(states, n, h, this.memory.width, points)
    this.publish()
  }

  step(x: Float32Array | null): Float32Array {
    const { d, points } = this.shape
    if (x && x.length !== points * d) throw new RangeError(`${points} × ${d} inputs expected, not ${x.length} values`)
    const { buffers, width } = this.memory
    for (let first = 0; first < points; first += BLOCK) {
      const rows = Math.min(BLOCK, points - first)
      this.stepBlock(first, rows, x)
      buffers.h.set(buffers.next.subarray(0, rows * width), first * width)
    }
    return this.publish()
  }

  logits(): Float32Array {
    const { n, classes, points } = this.shape
    const { kernels, buffers, outputs } = this.memory
    const o = plain(buffers.o.byteOffset, outputs)
    for (let first = 0; first < points; first += BLOCK) {
      const rows = Math.min(BLOCK, points - first)
      kernels.fillRows(rows, outputs, this.parameter("b2").at, o.at)
      addProduct(kernels, [rows, n, outputs], this.state(first), this.parameter("W"), o)
      copyRows(buffers.o, outputs, this.outputs.subarray(first * classes), classes, rows)
    }
    return this.outputs
  }

  /** New states of a block of rows, into `next`. */
  private stepBlock(first: number, rows: number, x: Float32Array | null): void {
    const { d, activation } = this.shape
    const { kernels, buffers, width } = this.memory
    const next = plain(buffers.next.byteOffset, width)
    kernels.fillRows(rows, width, this.parameter("b1").at, next.at)
    if (x) {
      buffers.x.set(x.subarray(first * d, (first + rows) * d))
      addProduct(kernels, [rows, d, width], plain(buffers.x.byteOffset, d), this.parameter("U"), next)
    }
    this.addRecurrent(first, rows)
    if (activation === "tanh") kernels.tanh(rows * width, next.at)
  }

  /** Adds R h to `next`, but for the rows with h = 0, to which a finite R adds 0: images of digits begin with blank rows. */
  private addRecurrent(first: number, rows: number): void {
    const { n } = this.shape
    const { kernels, buffers, width } = this.memory
    const h = buffers.h.subarray(first * width, (first + rows) * width)
    const R = this.parameter("R")
    const awake = rowsAwake(h, width)
    if (awake.length < rows) addProductOfRows(this.memory, n, awake, [h, R, buffers.next])
    else addProduct(kernels, [rows, n, width], this.state(first), R, plain(buffers.next.byteOffset, width))
  }

  private publish(): Float32Array {
    const { states, shape, memory } = this
    if (states !== memory.buffers.h) copyRows(memory.buffers.h, memory.width, states, shape.n, shape.points)
    return states
  }

  private state(first: number) {
    const { buffers, width } = this.memory
    return plain(buffers.h.byteOffset + 4 * first * width, width)
  }

  private parameter(name: keyof ReturnType<typeof open>["place"]) {
    const { offset, height }: Packed = this.memory.place[name]
    return packed(this.memory.buffers.parameters.byteOffset + 4 * offset, height)
  }
}
