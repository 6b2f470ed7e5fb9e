/** What claims read off one network's tables. Undefined where a step is missing. */
import type { attractors } from "../../schemas/attractors.ts"
import type { dimension } from "../../schemas/dimension.ts"
import type { geometry } from "../../schemas/geometry.ts"
import type { probes } from "../../schemas/probes.ts"
import type { readout } from "../../schemas/readout.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import { tEval } from "../leaves/clusters.ts"
import type { Of } from "../leaves/labels.ts"
import { curveOf } from "./claim.ts"

/** Accuracy of a network's own readout at step `at`, on fresh samples. */
export const accuracyAt =
  (at: number) =>
  ({ value }: Of<typeof readout>): number | undefined =>
    toRows(value).find(({ t }) => t === at)?.accuracy

/** ED of all points at step `at`; 0 where all of them coincide. */
export const edAt =
  (at: number) =>
  ({ value }: Of<typeof dimension>): number | undefined =>
    toRows(value).find(({ t, label }) => t === at && label === -1)?.ed

/** ED of all points at t = 0 … last; 0 where all of them coincide. */
export const edCurve =
  (last: number) =>
  ({ value }: Of<typeof dimension>): readonly number[] | undefined =>
    curveOf(
      toRows(value).filter(({ label }) => label === -1),
      last,
      ({ ed }) => ed,
    )

/** Class geometry at t_eval. */
export const geometryAtEval = ({ value }: Of<typeof geometry>): Row<typeof geometry> | undefined =>
  toRows(value).find(({ t }) => t === tEval)

/** What all recorded states end on. */
export const attractorsOf = ({ value }: Of<typeof attractors>): readonly Row<typeof attractors>[] => toRows(value)

/** Strength of the penalty of logistic regression in the paper's probes, C = 1. */
const usualC = 1

/** Logistic regression at t = 0 … last on the points it was fitted to. */
export const trainingFits =
  (last: number, C = usualC) =>
  ({ value }: Of<typeof probes>): readonly Row<typeof probes>[] | undefined =>
    curveOf(
      toRows(value).filter((row) => row.probe === "train" && row.C === C),
      last,
      (row) => row,
    )

/** Accuracy of logistic regression at t = 0 … last on the clusters that the fixed split keeps out. */
export const heldOutCurve =
  (last: number) =>
  ({ value }: Of<typeof probes>): readonly number[] | undefined =>
    curveOf(
      toRows(value).filter(({ probe, split }) => probe === "holdout" && split === 0),
      last,
      ({ accuracy }) => accuracy,
    )
