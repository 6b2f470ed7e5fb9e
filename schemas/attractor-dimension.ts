import { bool, float64, int32, table, utf8 } from "./table.ts"

export const attractorDimension = table("attractor-dimension", {
  doc: "dimension of the attractors with most members, on a long orbit of the network without input",
  format: "parquet",
  columns: {
    attractor: int32("index of the attractor"),
    kind: utf8("as in the table of attractors"),
    members: int32("points that end on it"),
    states: int32("states of the orbit; 0 of an unbounded one, of which nothing is measured", { unit: "steps" }),
    pca90: int32("principal components that explain 90 % of the variance of the orbit; 0 of a fixed point"),
    ed: float64("effective dimensionality (Σλ)² / Σλ² of the orbit; 0 of a fixed point"),
    correlation: float64("correlation dimension; 0 if not estimated"),
    correlationError: float64("half the difference of the slopes in the lower and upper half of the range"),
    radiusLow: float64("least radius of the range that was fitted; 0 if not estimated"),
    radiusHigh: float64("largest radius of the range that was fitted; 0 if not estimated"),
    twoNN: float64("intrinsic dimension by two nearest neighbours; 0 if not estimated"),
    mle: float64("intrinsic dimension by maximum likelihood; 0 if not estimated"),
    duplicates: int32("sampled states left out of these two because they equal another"),
    estimated: bool("whether these two were estimated: not for fixed points and cycles, whose dimension is 0"),
    kaplanYorke: float64("Kaplan-Yorke dimension of the leading Lyapunov exponents"),
    kaplanYorkeExact: bool(
      "false where all these exponents together are not negative: the dimension then is at least that",
    ),
  },
})
