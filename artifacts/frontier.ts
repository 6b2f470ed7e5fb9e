/** How far a run has come: which nodes are up to date, which wait for others, and which may run next. */
import type { Graph } from "./graph.ts"
import type { Manifest } from "./manifest.ts"
import { manifestOf, type Stale, type Step } from "./plan.ts"

export class Frontier {
  /** Manifests of the nodes that are up to date. */
  readonly done = new Map<number, Manifest>()
  /** How many sources each blocked node waits for. */
  private readonly waiting = new Map<number, number>()
  /** The next one last. */
  private readonly ready: Stale[] = []
  private readonly graph: Graph
  private height: Int32Array | undefined

  /** Begins with the steps of a plan. What has to be recalled comes when it is read. */
  constructor(graph: Graph, steps: readonly Step[]) {
    this.graph = graph
    for (const step of steps) {
      const manifest = manifestOf(step)
      if (manifest !== undefined) this.done.set(step.node, manifest)
      else if (step._tag === "Blocked") this.waiting.set(step.node, step.on.length)
      else this.ready.push(step as Stale)
    }
    this.ready.sort((a, b) => this.compare(a, b))
  }

  /** Marks a node up to date; the nodes that waited for it alone. */
  complete(node: number, manifest: Manifest): readonly number[] {
    this.done.set(node, manifest)
    return this.graph.nodes[node]!.dependents.filter((dependent) => {
      const left = (this.waiting.get(dependent) ?? 0) - 1
      this.waiting.set(dependent, left)
      return left === 0
    })
  }

  push(step: Stale): void {
    let [from, to] = [0, this.ready.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.compare(this.ready[middle]!, step) < 0) from = middle + 1
      else to = middle
    }
    this.ready.splice(from, 0, step)
  }

  next(): Stale | undefined {
    return this.ready.pop()
  }

  get isEmpty(): boolean {
    return this.ready.length === 0
  }

  /** The longest way to the end comes first: it keeps all slots busy until late. */
  private compare(a: Stale, b: Stale): number {
    this.height ??= heights(this.graph)
    return this.height[a.node]! - this.height[b.node]! || b.node - a.node
  }
}

/** Longest way from each node to a leaf, in nodes. */
function heights({ nodes }: Graph): Int32Array {
  const height = new Int32Array(nodes.length)
  for (let i = nodes.length - 1; i >= 0; i--)
    for (const dependent of nodes[i]!.dependents) height[i] = Math.max(height[i]!, height[dependent]! + 1)
  return height
}
