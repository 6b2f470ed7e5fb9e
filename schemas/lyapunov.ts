import { bool, float64, int32, table } from "./table.ts"

export const lyapunov = table("lyapunov", {
  doc: "Lyapunov spectrum of the network without input by epoch, means over orbits",
  format: "parquet",
  columns: {
    epoch: int32("epochs of training done", { unit: "epochs" }),
    exponent: int32("index of the exponent, from 0, the largest first"),
    nats: float64("Lyapunov exponent λ; -708 where differences vanish altogether", { unit: "nats/step" }),
    bits: float64("the same in bits", { unit: "bits/step" }),
    standardError: float64("standard error of λ over blocks of steps, all orbits together", { unit: "nats/step" }),
    spread: float64("standard deviation of λ over the orbits: large where they lie on different attractors", {
      unit: "nats/step",
    }),
    kaplanYorke: float64("Kaplan-Yorke dimension of the whole spectrum, the same for every exponent"),
    kaplanYorkeExact: bool("false where all exponents together are not negative: the dimension then is at least that"),
    conditions: int32("orbits, each from its own initial state"),
    steps: int32("steps of each orbit, after the transient", { unit: "steps" }),
  },
})
