import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { attractorMembers } from "../schemas/attractor-members.ts"
import { attractors } from "../schemas/attractors.ts"
import { param, positive, whole } from "../schemas/param.ts"
import { states } from "../schemas/states.ts"
import { fromRows, type Row } from "../schemas/table.ts"
import { weights } from "../schemas/weights.ts"
import type { Basins } from "./numerics/basins.ts"
import { freeNetwork } from "./numerics/tangent-map.ts"
import { trailsOf } from "./numerics/trails.ts"
import { networkFor } from "./numerics/unroll.ts"

const Params = Schema.Struct({
  epoch: param(Schema.Union([whole(0), Schema.Literal("last")]), "last", {
    doc: "epoch of the weights; 0 is before training",
  }),
  points: param(whole(0), 0, { doc: "points to use, the first so many; 0 for all" }),
  steps: param(whole(1), 2000, { doc: "steps without input after the last recorded one", unit: "steps" }),
  orbit: param(whole(64), 4096, { doc: "further steps by which an attractor is told", unit: "steps" }),
  tolerance: param(positive, 1e-3, { doc: "distance within which states count as one" }),
  maxPeriod: param(whole(1), 512, { doc: "longest period looked for, at most an eighth of the orbit", unit: "steps" }),
  zeroExponent: param(positive, 2e-3, {
    doc: "Lyapunov exponents up to this size count as zero",
    unit: "nats/step",
  }),
  activation: param(Schema.Literals(["tanh", "identity"]), "tanh", { doc: "φ, as in training", symbol: "φ" }),
})

/** Loaded when first used, because ml-matrix takes a while. */
const loadNumerics = Effect.promise(async () => ({
  ...(await import("./numerics/basins.ts")),
  ...(await import("./numerics/attractors.ts")),
}))

/** Runs a generator to its end, letting interruptions through. */
const drive = <A>(steps: Generator<number, A>, report: (fraction: number) => void) =>
  Effect.gen(function* () {
    for (;;) {
      const next = steps.next()
      if (next.done) return next.value
      report(next.value)
      yield* Effect.yieldNow
    }
  })

/** The commonest label, the lowest of equally common ones, and its share. */
function majority(labels: readonly number[]): { label: number; purity: number } {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const [label, count] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]!
  return { label, purity: count / labels.length }
}

type Member = Row<typeof attractorMembers>

/** One row an attractor; `mirrors`: of each the attractor that is minus it. */
function rowsOf(found: Basins["attractors"], members: readonly Member[], mirrors: readonly number[]) {
  return found.map((each, attractor): Row<typeof attractors> => {
    const { kind, period, residual, radius, pca90 } = each
    const own = members.filter((member) => member.attractor === attractor).map(({ label }) => label)
    const [le1, le2] = each.exponents
    const mirror = mirrors[attractor]!
    const told = { attractor, kind, period, members: own.length, ...majority(own), mirror, residual, radius, le1, le2 }
    return { ...told, pca90, ...each.dimension }
  })
}

export default stage({
  name: "find-attractors",
  doc: "fixed points, cycles, curves and chaos on which the recorded points end without input, and which point ends where",
  source: import.meta.url,
  params: Params,
  inputs: { weights, states },
  outputs: { attractors, members: attractorMembers },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const network = networkFor(inputs.weights.columns, p.epoch, inputs.weights.columns.U.width)
      if ("message" in network) return yield* new StageError(network)
      const { frames, frame } = inputs.states
      if (frames.length === 0) return yield* new StageError({ message: "no states were recorded" })
      const { columns, length } = frame(frames.length - 1)
      const n = columns.h.width
      const N = Math.min(p.points || length, length)
      const h = columns.h.values.subarray(0, N * n)

      const numerics = yield* loadNumerics
      const map = freeNetwork(network, p.activation)
      const trails = yield* drive(trailsOf(network, p.activation, h, p.steps), (done) => report(done / 2, "running on"))
      const basins: Basins = yield* drive(numerics.basinsOf(map, trails, p), (done) =>
        report((1 + done) / 2, "sorting ends"),
      )

      const endOf = (i: number) =>
        trails.values.subarray(((i + 1) * trails.length - 1) * n, (i + 1) * trails.length * n)
      const members = Array.from(basins.of, (attractor, i) => ({
        point: columns.point[i]!,
        label: columns.label[i]!,
        attractor,
        phase: numerics.phaseOf(basins.attractors[attractor]!, endOf(i)),
      }))
      // Without bias the map is odd.
      const odd = network.b1.every((bias) => bias === 0)
      const mirrors = basins.attractors.map((_, a) => (odd ? numerics.mirrorOf(basins.attractors, a, n, p) : -1))
      const rows = rowsOf(basins.attractors, members, mirrors)
      return { attractors: fromRows(attractors, rows), members: fromRows(attractorMembers, members) }
    }),
})
