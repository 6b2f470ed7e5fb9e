/** Networks of the clusters study away from its defaults, for figures that compare settings. */
import type { Labels } from "../../artifacts/figure.ts"
import { type ClustersLabels, isClusters } from "./networks.ts"

/** Settings that variants change, and their values at the defaults, where networks do not carry them as labels. */
export const defaults = { learningRate: 0.001, inputGain: "code", clusters: 60 }

/**
 * The labels of a network with its values of these settings, the defaults filled in; undefined for a network that is off
 * the defaults in any other setting, and for what is no network.
 */
export function variantOf<S extends Labels>(labels: Labels, settings: S): (ClustersLabels & S) | undefined {
  const others = Object.fromEntries(Object.entries(labels).filter(([name]) => !(name in settings)))
  return isClusters(others) ? ({ ...settings, ...labels } as unknown as ClustersLabels & S) : undefined
}

/** Whether a network has a setting of its own: without one there is nothing to compare the defaults with. */
export const isOffDefaults = (labels: Labels): boolean => !isClusters(labels)
