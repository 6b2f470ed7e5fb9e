import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../artifacts/stage.ts"
import { attractorMembers } from "../schemas/attractor-members.ts"
import { attractors } from "../schemas/attractors.ts"
import { information } from "../schemas/information.ts"
import { param, seed, whole } from "../schemas/param.ts"
import { fromRows, type Row, type Table } from "../schemas/table.ts"
import { entropy, mutualInformation, pairsOf, shuffledWithin } from "./numerics/information.ts"
import { mean, sd } from "./numerics/quantiles.ts"
import { stream } from "./numerics/random.ts"

const Params = Schema.Struct({
  bins: param(whole(2), 16, { doc: "equal parts of a turn that count as one phase each" }),
  shuffles: param(whole(2), 200, { doc: "shuffles of the classes that tell what chance does" }),
  seed,
})

type Attractors = Table<typeof attractors>

/** The attractor itself, or the lowest index it is joined to by mirrors. */
function modSign({ columns: { attractor, mirror } }: Attractors): Int32Array {
  const family = attractor.slice()
  mirror.forEach((m, a) => {
    if (m < 0) return
    const [kept, given] = [Math.min(family[a]!, family[m]!), Math.max(family[a]!, family[m]!)]
    family.forEach((one, i) => {
      if (one === given) family[i] = kept
    })
  })
  return family
}

/** Bin of a phase in [0, 1). Of a cycle it is k/p, and k is found again, so that rounding moves none to another bin. */
const binOf = (phase: number, period: number, bins: number): number =>
  period > 0 ? Math.floor((Math.round(phase * period) * bins) / period) : Math.floor(phase * bins)

export default stage({
  name: "measure-information",
  doc: "mutual information of a point's class with the attractor it ends on and with the phase there",
  source: import.meta.url,
  params: Params,
  inputs: { attractors, members: attractorMembers },
  outputs: { information },
  run: ({ params: p, inputs, report }) =>
    Effect.gen(function* () {
      const { label, attractor, phase } = inputs.members.columns
      const N = label.length
      if (N === 0) return yield* new StageError({ message: "no point ends on an attractor: expected one or more" })
      const unknown = attractor.find((a) => !(a >= 0 && a < inputs.attractors.length))
      if (unknown !== undefined)
        return yield* new StageError({
          message: `a point ends on attractor ${unknown}, but there are only ${inputs.attractors.length}`,
          advice: "use both tables of one search",
        })

      const family = modSign(inputs.attractors)
      const { period } = inputs.attractors.columns
      const bin = attractor.map((a, i) => binOf(phase[i]!, period[a]!, p.bins))
      const all = new Int32Array(N)
      const asked = [
        { variable: "attractor", y: attractor, given: all },
        { variable: "attractor-mod-sign", y: attractor.map((a) => family[a]!), given: all },
        { variable: "attractor-and-phase", y: pairsOf(attractor, bin), given: all },
        { variable: "phase", y: bin, given: attractor },
      ]
      const rows: Row<typeof information>[] = []
      for (const { variable, y, given } of asked) {
        const found = mutualInformation(label, y, given)
        const byChance = Array.from({ length: p.shuffles }, (_, s) => {
          const random = stream(p.seed, "measure-information", variable, s)
          return mutualInformation(shuffledWithin(label, given, random), y, given).nats / Math.LN2
        })
        rows.push({
          variable,
          values: entropy(y).values,
          points: N,
          bits: found.nats / Math.LN2,
          corrected: found.corrected / Math.LN2,
          chance: mean(byChance),
          chanceSd: sd(byChance),
          entropy: found.entropy / Math.LN2,
        })
        report(rows.length / asked.length, variable)
        yield* Effect.yieldNow
      }
      return { information: fromRows(information, rows) }
    }),
})
