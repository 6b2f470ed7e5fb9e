import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { embedding } from "../schemas/embedding.ts"
import { embeddingQuality } from "../schemas/embedding-quality.ts"
import { param, positive, required, seed, whole, within } from "../schemas/param.ts"
import { states } from "../schemas/states.ts"
import { type Framed, fromRows, type Row } from "../schemas/table.ts"
import { gatherRows, unrecorded } from "./numerics/frames.ts"
import { stream } from "./numerics/random.ts"

const Params = Schema.Struct({
  methods: param(Schema.Array(Schema.Literals(["umap", "t-sne"])), ["umap", "t-sne"], { doc: "methods" }),
  times: required(Schema.Array(whole(0)), { doc: "steps to embed, ascending", symbol: "t" }),
  points: param(whole(0), 1000, { doc: "points to embed, the first so many; 0 for all" }),
  exclude: param(Schema.Literals(["none", "zero"]), "none", {
    doc: "zero: leave out points whose state is exactly zero at one of the steps, before the points are counted",
  }),
  perplexity: param(within(1, 1000), 30, { doc: "t-sne: effective number of neighbours" }),
  iterations: param(whole(1), 500, { doc: "t-sne: gradient steps, after those that draw the clusters apart" }),
  chain: param(Schema.Boolean, true, {
    doc: "t-sne: start each step from the layout of the one before, without drawing the clusters apart anew",
  }),
  neighbours: param(whole(2), 15, { doc: "umap: neighbours a point, itself counted", symbol: "k" }),
  minDist: param(positive, 0.1, { doc: "umap: least distance of points in the plane" }),
  seed,
})
type Params = typeof Params.Type

/** Loaded when first used, because the libraries under them take a while. */
const loadMethods = Effect.promise(async () => ({
  ...(await import("./numerics/t-sne.ts")),
  ...(await import("./numerics/umap.ts")),
  ...(await import("./numerics/embedding-quality.ts")),
}))
type Methods = Effect.Success<typeof loadMethods>

/** The quality is measured at 15 neighbours, which must be fewer than half of the points. */
const fewest = 31

/** What keeps N points from being embedded. */
function problemOf(p: Params, N: number): StageError | undefined {
  const needed = {
    "the measures of quality": fewest,
    ...(p.methods.includes("t-sne") && { [`perplexity ${p.perplexity}`]: Math.ceil(3 * p.perplexity) + 1 }),
    ...(p.methods.includes("umap") && { [`neighbours = ${p.neighbours}`]: p.neighbours + 1 }),
  }
  for (const [what, least] of Object.entries(needed))
    if (N < least)
      return new StageError({
        message: `${N} points cannot be embedded: expected ${least} or more for ${what}`,
        advice: "embed or record more points, or lower the parameter",
      })
  return undefined
}

/**
 * Positions within a frame of the points to embed, the same in each of the frames `ks`: a chained layout starts from that
 * before.
 */
function chosenOf(p: Params, { frames, frame }: Framed<typeof states>, ks: readonly number[]): number[] {
  const shared = Math.min(...ks.map((k) => frames[k]!.points))
  let open = Array.from({ length: shared }, (_, i) => i)
  for (const k of p.exclude === "zero" ? ks : []) {
    const { width: n, values } = frame(k).columns.h
    open = open.filter((i) => values.subarray(i * n, (i + 1) * n).some((value) => value !== 0))
  }
  return open.slice(0, p.points || shared)
}

interface Cloud {
  readonly x: Float32Array
  readonly N: number
  readonly n: number
}

/** Layouts of one method, step after step: N × 2, and the objective where it is known. */
function layouts(p: Params, { tsne, umap }: Methods, method: "umap" | "t-sne") {
  let previous: Float64Array | undefined
  return (cloud: Cloud, t: number, report: (fraction: number) => void) => {
    const source = stream(p.seed, "embed-states", method, t)
    const random = () => source.uniform()
    if (method === "umap") {
      const { neighbours, minDist } = p
      const onEpoch = (epoch: number, epochs: number) => report(epoch / epochs)
      return { y: umap({ ...cloud, neighbours, minDist, random, onEpoch }), objective: 0 }
    }
    const { perplexity, iterations } = p
    // Exaggeration would tear the layout of the step before apart.
    const start = p.chain && previous !== undefined ? { start: previous, exaggeration: 1 } : {}
    const { y, kl } = tsne({ ...cloud, perplexity, iterations, random, ...start })
    previous = y
    return { y, objective: kl }
  }
}

export default stage({
  name: "embed-states",
  doc: "hidden states in two dimensions by UMAP and t-SNE, with measures of what the pictures keep",
  source: import.meta.url,
  params: Params,
  inputs: { states },
  outputs: { embedding, quality: embeddingQuality },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { frames, frame } = inputs.states
      const missing = unrecorded("times", p.times, frames)
      if (missing !== undefined) return yield* new StageError(missing)
      const ks = [...frames.keys()].filter((k) => p.times.includes(frames[k]!.t))
      const chosen = chosenOf(p, inputs.states, ks)
      const N = chosen.length
      const problem = problemOf(p, N)
      if (problem !== undefined) return yield* problem

      const methods = yield* loadMethods
      const points: Row<typeof embedding>[] = []
      const quality: Row<typeof embeddingQuality>[] = []
      let done = 0
      for (const method of p.methods) {
        const layout = layouts(p, methods, method)
        for (const k of ks) {
          const { t } = frames[k]!
          const { point, label: labels, h } = frame(k).columns
          const label = Int32Array.from(chosen, (i) => labels[i]!)
          const cloud = { x: gatherRows(h.values, h.width, chosen), N, n: h.width }
          const atStep = (fraction: number) =>
            report((done + fraction) / (p.methods.length * ks.length), `${method} of step ${t}`)
          const { y, objective } = layout(cloud, t, atStep)
          const measured = methods.embeddingQuality({ ...cloud, y }, label)
          quality.push({ method, t, points: N, ...measured, objective })
          for (let i = 0; i < N; i++)
            points.push({
              method,
              t,
              point: point[chosen[i]!]!,
              label: label[i]!,
              x: y[2 * i]!,
              y: y[2 * i + 1]!,
            })
          done++
          atStep(0)
          yield* Effect.yieldNow
        }
      }
      return { embedding: fromRows(embedding, points), quality: fromRows(embeddingQuality, quality) }
    }),
})
