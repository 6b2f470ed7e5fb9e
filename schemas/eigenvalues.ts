import { float64, int32, table } from "./table.ts"

export const eigenvalues = table("eigenvalues", {
  doc: "eigenvalues λ of the recurrent weights R by epoch",
  format: "parquet",
  columns: {
    epoch: int32("epochs of training done", { unit: "epochs" }),
    index: int32("rank by descending modulus, from 0; of a conjugate pair the upper one is first"),
    re: float64("real part of λ"),
    im: float64("imaginary part of λ"),
    modulus: float64("|λ|; the largest is the spectral radius"),
    argument: float64("angle of λ in [-π, π]", { unit: "rad" }),
    residual: float64("‖R v - λ v‖ / (‖R‖ ‖v‖) of its eigenvector v"),
  },
})
