/** Networks of the clusters study away from its defaults, for figures that compare settings. */
import type { Labels } from "../../artifacts/figure.ts"
import { isNetwork, type NetworkLabels } from "../leaves/clusters.ts"

/**
 * The labels of a network with its values of these settings, the defaults filled in; undefined for a network that is off
 * the defaults in any other setting, and for what is no network.
 */
export function variantOf<S extends Labels>(labels: Labels, settings: S): (NetworkLabels & S) | undefined {
  const others = Object.fromEntries(Object.entries(labels).filter(([name]) => !(name in settings)))
  return isNetwork(others) ? ({ ...settings, ...labels } as unknown as NetworkLabels & S) : undefined
}

/** The map of regimes is of every combination of these; other sweeps leave most of them out. */
export const mapRates: readonly number[] = [0.001, 0.0005, 0.0001]
export const mapCounts: readonly number[] = [60, 120, 240]

/** A learning rate in short, such as `.0005`. */
export const rateText = (rate: number): string => String(rate).replace(/^0/, "")
