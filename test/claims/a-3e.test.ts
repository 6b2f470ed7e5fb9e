import { describe, expect, it } from "vitest"
import claim from "../../stages/claims/a-3e.ts"
import { parts } from "./networks.ts"
import { probed } from "./tables.ts"

/** Training accuracy by step, and other probes. */
const fits = (accuracies: readonly number[], labels: object) =>
  probed(
    accuracies.flatMap((accuracy, t) => [
      { t, accuracy },
      { t, accuracy: 0.1, C: 1e4 },
      { t, accuracy: 0.1, probe: "readout", C: 0 },
    ]),
    { d: 2, ...labels },
  )
const flat = (value: number) => Array.from({ length: 11 }, () => value)
const after = (value: number, g: number, seed = 0) => fits(flat(0.5).with(10, value), { g, seed })
const before = (curve: readonly number[], g: number, seed = 0) => fits(curve, { g, seed, trained: false })

describe("A-3e", () => {
  it("holds when training separates the classes, and chaos helped from t = 3 on before", async () => {
    // At t = 0..2 the strongly chaotic network is no better.
    const strong = flat(0.7).fill(0.5, 0, 3)
    const tables = [after(0.99, 250), after(0.9, 20), before(strong, 250), before(flat(0.6), 20)]
    expect(await parts(claim, tables)).toEqual({
      after: "0.99 of 1, holds",
      before: "0.1 of 1, holds",
      "after, g = 20": "0.9 of 1, reported",
    })
  })

  it("fails with a mean below .99 after training", async () => {
    expect((await parts(claim, [after(1, 250), after(0.979, 250, 1)])).after).toBe("0.9895 of 2, fails")
  })

  it("fails when one step from t = 3 on is no better before training, by the mean over the seeds", async () => {
    const edge = [before(flat(0.625), 20), before(flat(0.625), 20, 1)]
    const even = [before(flat(0.75).with(3, 0.5), 250), before(flat(0.75), 250, 1)]
    expect((await parts(claim, [...edge, ...even])).before).toBe("0 of 2, fails")
    const better = before(flat(0.75).with(3, 0.765625), 250, 1)
    expect((await parts(claim, [...edge, even[0]!, better])).before).toBe("0.007813 of 2, holds")
  })

  it("is not tested without networks, all steps, or both regimes", async () => {
    const tables = [before(flat(0.7), 250), fits(flat(1).slice(1), { g: 250 }), fits(flat(1), { g: 250, loss: "mse" })]
    expect(Object.values(await parts(claim, [...tables, fits(flat(1), { g: 250, d: 200 })]))).toEqual(
      Array(3).fill("0 of 0, not tested"),
    )
  })
})
