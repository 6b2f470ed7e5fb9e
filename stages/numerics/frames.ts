/** The rows of one step in a table of states. */
export interface Frame {
  readonly t: number
  readonly first: number
  readonly points: number
}

/** Frames of a table that is ordered by step. t: step of each row. */
export function framesOf(t: Int32Array): Frame[] {
  const frames: Frame[] = []
  for (let first = 0, end = 0; first < t.length; first = end) {
    while (end < t.length && t[end] === t[first]) end++
    frames.push({ t: t[first]!, first, points: end - first })
  }
  return frames
}

/** Frames of the same `points` at each of the steps. */
export const framesAt = (times: readonly number[], points: number): Frame[] =>
  times.map((t, k) => ({ t, first: k * points, points }))

/**
 * Columns of a frame that say which row is what: the points in their order.
 * label, cluster: of each point, at least `points` of them.
 */
export function frameColumns(
  { t, points }: Pick<Frame, "t" | "points">,
  { label, cluster }: { readonly label: Int32Array; readonly cluster: Int32Array },
) {
  return {
    t: new Int32Array(points).fill(t),
    point: Int32Array.from({ length: points }, (_, i) => i),
    label: label.slice(0, points),
    cluster: cluster.slice(0, points),
  }
}

/**
 * Frames that are made one after the other, each to be asked for once and in its order.
 * RangeError for another one, and for one more than are made.
 */
export function inOrder<A>(made: Iterator<A>): (k: number) => A {
  let expected = 0
  return (k) => {
    if (k !== expected) throw new RangeError(`frame ${k} was asked for in the place of frame ${expected}`)
    expected++
    const { done, value } = made.next()
    if (done) throw new RangeError(`there is no frame ${k}`)
    return value
  }
}

/** Rows `rows` of a matrix with `width` columns, one below the other. */
export function gatherRows(values: Float32Array, width: number, rows: ArrayLike<number>): Float32Array {
  const gathered = new Float32Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * width
    gathered.set(values.subarray(from, from + width), i * width)
  }
  return gathered
}

/** Positions of each value of `labels`, in order, by ascending value. */
export function positionsOf(labels: Int32Array): Map<number, number[]> {
  const positions = new Map<number, number[]>()
  for (const label of [...new Set(labels)].sort((a, b) => a - b)) positions.set(label, [])
  labels.forEach((label, i) => {
    positions.get(label)!.push(i)
  })
  return positions
}

/** What to say of a list of steps, named `name`, of which one was not recorded; undefined if all were. */
export function unrecorded(
  name: string,
  times: readonly number[],
  frames: readonly Frame[],
): { readonly message: string; readonly advice: string } | undefined {
  const missing = times.find((t) => !frames.some((frame) => frame.t === t))
  if (missing === undefined) return undefined
  return {
    message: `${name} holds step ${missing}, which was not recorded: there are ${frames.map(({ t }) => t).join(", ")}`,
    advice: "record it, or leave it out",
  }
}
