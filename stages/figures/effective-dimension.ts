/** What Figs 2b and 3d of Farrell et al. 2019 have in common: effective dimensionality over t. */
import { dimension } from "../../schemas/dimension.ts"
import { dimensionLaw } from "./bands.ts"

export const effectiveDimension = {
  schema: dimension,
  pointOf: ({ t, label, ed }: { readonly t: number; readonly label: number; readonly ed: number }) =>
    label === -1 ? { t, y: ed } : undefined,
  rows: "rows with label -1",
  law: dimensionLaw,
  axis: "effective dimensionality",
  atLeast: [0, 1],
  caption: "ED = (Σλ)² / Σλ² of the covariance of all points at each t.",
} as const
