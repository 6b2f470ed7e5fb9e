/** Columns [from, to) of a matrix; empty where from = to. */
export interface Columns {
  readonly from: number
  readonly to: number
}

/**
 * The narrowest run of columns outside of which x_t is 0 in every sample: a sum of products that leaves the others out has
 * the same bits, where all is finite. Digits leave a third of the pixels blank throughout a batch. x: batch × steps × d.
 */
export function usedColumns(
  x: Float32Array,
  { batch, steps, d }: { readonly batch: number; readonly steps: number; readonly d: number },
  t: number,
): Columns {
  const isUsed = (column: number): boolean => {
    for (let b = 0; b < batch; b++) if (x[(b * steps + t) * d + column] !== 0) return true
    return false
  }
  let from = 0
  while (from < d && !isUsed(from)) from++
  let to = d
  while (to > from && !isUsed(to - 1)) to--
  return { from, to }
}
