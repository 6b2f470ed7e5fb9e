/** Medians and bands over realisations: of gamma fits, as in Farrell et al. 2019, and of the sample itself. */
import { fitGamma, gammaQuantile } from "../numerics/gamma.ts"
import { quantiles } from "../numerics/quantiles.ts"
import { ascending } from "./networks.ts"

/** One number of one seed. */
export interface Sample {
  readonly seed: number
  readonly x: number
  readonly y: number
}

/** Median and central 75 % over n seeds. */
export interface Spread {
  readonly low: number
  readonly median: number
  readonly high: number
  readonly n: number
}

/** Which gamma distribution is fitted: that of y, which is at least `edge`, or of 1 - y, likewise. */
export interface GammaLaw {
  readonly edge: number
  readonly of: "y" | "1 - y"
}
/** Effective dimensionalities are at least 1. */
export const dimensionLaw: GammaLaw = { edge: 1, of: "y" }
/** Accuracies are at most 1. */
export const accuracyLaw: GammaLaw = { edge: 0, of: "1 - y" }

/** The location lies this far beyond the edge, so that values on the edge have a likelihood. */
const beyond = 1e-4
const shares = [0.125, 0.5, 0.875]

/** Empirical quantiles .125, .5 and .875. */
export function empirical(values: readonly number[]): Spread {
  const [low, median, high] = quantiles(values, shares)
  return { low: low!, median: median!, high: high!, n: values.length }
}

/**
 * Quantiles .125, .5 and .875 of a gamma distribution fitted by maximum likelihood with fixed location: .9999 for
 * dimensions; -.0001 for accuracies reflected about 1. What lies beyond the edge is drawn at the edge. Undefined where
 * there is no fit, as of values that are all equal.
 */
export function gammaSpread(values: readonly number[], { edge, of }: GammaLaw): Spread | undefined {
  const turn = of === "y" ? (x: number) => x : (x: number) => 1 - x
  const fit = fitGamma(values.map(turn), edge - beyond)
  if (fit.degenerate || !fit.converged) return undefined
  const bounds = shares.map((share) => turn(Math.max(edge, gammaQuantile(fit, share))))
  const [low, median, high] = of === "y" ? bounds : bounds.toReversed()
  return { low: low!, median: median!, high: high!, n: values.length }
}

/** What is drawn at one x, the empirical band beside it, and whether the fit was given up for the latter. */
export interface Band extends Spread {
  readonly x: number
  readonly empirical: Spread
  readonly fallback: boolean
}

/** The band at each x, ascending in x: of the gamma fit where there is a law and a fit, else empirical. */
export const bandsOf = (samples: readonly Sample[], law: GammaLaw | undefined): readonly Band[] =>
  ascending(samples.map(({ x }) => x)).map((x) => {
    const values = samples.filter((sample) => sample.x === x).map(({ y }) => y)
    const observed = empirical(values)
    const fitted = law && gammaSpread(values, law)
    return { x, ...(fitted ?? observed), empirical: observed, fallback: law !== undefined && fitted === undefined }
  })

/** Values of all seeds over x, or at one x. */
export interface Samples {
  readonly samples: readonly Sample[]
  /** The gamma distribution whose quantiles are drawn; without it they are empirical. */
  readonly law?: GammaLaw
}

/** Fewest seeds for which a median and a band are drawn; below it each seed is a line of its own. */
const seedsForBand = 3
export const seedsOf = (samples: readonly Sample[]): readonly number[] => ascending(samples.map(({ seed }) => seed))
export const hasBand = ({ samples }: Samples): boolean => seedsOf(samples).length >= seedsForBand

/** Says what lines and bands are, over how many seeds, and how many fits were given up. */
export function bandNote(curves: readonly Samples[]): string {
  const counts = ascending(curves.map(({ samples }) => seedsOf(samples).length))
  const [fewest, most] = [counts.find((count) => count >= seedsForBand), counts.at(-1)]
  const seeds = fewest === most ? `${most}` : `${fewest} to ${most}`
  const bands = curves
    .filter(hasBand)
    .flatMap(({ samples, law }) => bandsOf(samples, law).map((band) => ({ law, ...band })))
  const fitted = bands.filter(({ law }) => law !== undefined)
  const given = fitted.filter(({ fallback }) => fallback).length
  const kind = fitted.length > 0 ? "gamma fits; empirical ones are in the data table" : "empirical quantiles"
  return [
    fewest && `Lines are medians over ${seeds} seeds, bands the central 75\u00a0% (${kind}).`,
    given > 0 && `At ${given} of ${fitted.length} medians the values allow no fit; these are empirical quantiles.`,
    counts[0]! < seedsForBand && `Below ${seedsForBand} seeds each line is one seed and there is no band.`,
  ]
    .filter(Boolean)
    .join(" ")
}
