import { bool, float64, int32, table, utf8 } from "./table.ts"

export const attractors = table("attractors", {
  doc: "what the network without input settles on, one attractor a row",
  format: "parquet",
  columns: {
    attractor: int32("index of the attractor, in the order of the first point that ends on it"),
    kind: utf8(
      "`fixed-point`; `cycle`; by the two largest Lyapunov exponents `curve` (0, -), `neutral` (0, 0), `chaos` (+) or `unsettled` (-); `unbounded`",
    ),
    period: int32("period p; 0 where there is none", { unit: "steps" }),
    members: int32("points that end on it"),
    label: int32("commonest class among them"),
    purity: float64("share of that class"),
    mirror: int32("attractor that is minus this one, in a network without bias; -1 where there is none"),
    residual: float64("½ |Fᵖ(h) - h|², with p = 1 where there is no period"),
    radius: float64("spectral radius of the Jacobian of Fᵖ, above 1 if unstable; 0 where there is no period"),
    le1: float64("largest Lyapunov exponent", { unit: "nats/step" }),
    le2: float64("second largest Lyapunov exponent", { unit: "nats/step" }),
    pca90: int32("principal components that explain 90 % of the variance of its states"),
    twoNN: float64("intrinsic dimension of its states by two nearest neighbours; 0 if not estimated"),
    mle: float64("intrinsic dimension of its states by maximum likelihood; 0 if not estimated"),
    estimated: bool("whether the intrinsic dimension was estimated: not for fixed points and cycles"),
  },
})
