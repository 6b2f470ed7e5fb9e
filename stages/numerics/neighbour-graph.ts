/** Clusters and neighbourhoods on a graph of nearest neighbours, however dense the points are here or there. */

/**
 * Connected components of the mutual k-nearest-neighbour graph: i and j are joined if each is among the k nearest of the
 * other, so that a stray point between two clusters, which is not among the nearest of either, does not join them.
 * Source: Brito, Chávez, Quiroz & Yukich 1997.
 *
 * indices: N × k, row i the k nearest of point i in any order. Result: the component of each point, 0 for the largest; of
 * equally large ones that of the lower point first. RangeError unless the rows are of k indices.
 */
export function mutualComponents(indices: Int32Array, k: number): Int32Array {
  const N = indices.length / k
  if (!Number.isInteger(N)) throw new RangeError(`${indices.length} indices do not make rows of ${k}`)
  // The least point of each tree is its root.
  const parent = Int32Array.from({ length: N }, (_, i) => i)
  const rootOf = (i: number): number => {
    let root = i
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!
      root = parent[root]!
    }
    return root
  }
  const nearestOf = (i: number) => indices.subarray(i * k, (i + 1) * k)
  for (let i = 0; i < N; i++)
    for (const j of nearestOf(i)) {
      if (j < i || !nearestOf(j).includes(i)) continue
      const [a, b] = [rootOf(i), rootOf(j)]
      parent[Math.max(a, b)] = Math.min(a, b)
    }
  const size = new Int32Array(N)
  for (let i = 0; i < N; i++) size[rootOf(i)]!++
  const bySize = [...size.keys()].filter((root) => size[root]! > 0).sort((a, b) => size[b]! - size[a]! || a - b)
  const rank = new Map(bySize.map((root, at) => [root, at]))
  return Int32Array.from({ length: N }, (_, i) => rank.get(rootOf(i))!)
}

/** How many of each point's k nearest carry its label. indices: N × k; labels: N. */
export function ownCounts(indices: Int32Array, k: number, labels: ArrayLike<number>): Int32Array {
  const counts = new Int32Array(indices.length / k)
  for (let at = 0; at < indices.length; at++) {
    const i = Math.floor(at / k)
    if (labels[indices[at]!] === labels[i]) counts[i]!++
  }
  return counts
}
