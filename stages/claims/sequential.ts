/** What the claims on sequential images share. */
import type { Labels } from "../../artifacts/leaf.ts"
import type { dimension } from "../../schemas/dimension.ts"
import type { history } from "../../schemas/history.ts"
import type { periods } from "../../schemas/periods.ts"
import type { probes } from "../../schemas/probes.ts"
import type { readout } from "../../schemas/readout.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { rows } from "../leaves/smnist.ts"
import {
  atLeast,
  bySeed,
  type Criterion,
  curveOf,
  medianOf,
  nearlyAll,
  type Part,
  type Reported,
  shareOf,
} from "./claim.ts"

/** Step of the tables after row s of the image and `blanks` steps without input. */
export const tAfter = (s: number, blanks = 0): number => s - 1 + blanks

/** Steps of the papers' embeddings. */
export const embeddedSteps = [4, 10, 16, 28] as const

const profiles = ["matched", "strong"] as const
export type Profile = (typeof profiles)[number]

/** Parts whose names begin with what they are of. */
export const prefixed = <P extends Part>(prefix: string, parts: readonly P[]): readonly P[] =>
  parts.map((part) => ({ ...part, part: `${prefix}, ${part.part}` }))

/** Parts of each profile, which is judged by itself. */
export const forEachProfile = (parts: (profile: Profile) => readonly Part[]): readonly Part[] =>
  profiles.flatMap((profile) => prefixed(profile, parts(profile)))

/** What `measure` finds for each network of a profile, in the order of the tables. */
export const ofProfile = <T extends { readonly labels: Labels }, A>(
  gathered: readonly T[],
  profile: Profile,
  measure: (one: T) => A | undefined,
): readonly A[] => [...bySeed(gathered, { profile }, measure).values()]

/** What `measure` finds for each table of a control. */
export const ofControl = <T, A>(gathered: readonly T[], measure: (one: T) => A | undefined): readonly A[] =>
  gathered.map(measure).filter((value) => value !== undefined)

/** The attractor with most members, the first of equal ones; undefined of none. */
export const foremost = <R extends { readonly members: number }>(attractors: readonly R[]): R | undefined =>
  attractors.reduce<R | undefined>((most, one) => (most && most.members >= one.members ? most : one), undefined)

/** The share of networks that satisfy a condition; it holds where nearly all do. */
export const inNearlyAll = <A>(
  part: string,
  condition: string,
  found: readonly A[],
  satisfies: (one: A) => boolean,
): Part => ({ ...inHowMany(part, condition, found, satisfies), ...atLeast(nearlyAll) })

/** The same, reported. */
export const inHowMany = <A>(
  part: string,
  condition: string,
  found: readonly A[],
  satisfies: (one: A) => boolean,
): Reported => ({ part, quantity: `share of seeds in which ${condition}`, ...shareOf(found, satisfies) })

/** Share of networks whose number meets a criterion, and the median of the number beside it. */
export const eachMeets = (
  part: string,
  quantity: string,
  found: readonly number[],
  { criterion, holds }: Criterion,
): readonly Part[] => [
  inNearlyAll(part, `${quantity} is ${criterion}`, found, holds),
  medianOf(`${part}, median`, quantity, found),
]

/**
 * A difference or quotient of accuracies without its rounding error: .94 - .74 is a little less than .2, and must meet a
 * bar of .2.
 */
export const exact = (value: number): number => Math.round(value * 1e9) / 1e9

/** Test accuracy after the 30 epochs of the papers, as training itself measured it. */
export const trainedAccuracy = ({ value }: Of<typeof history>): number | undefined =>
  toRows(value).find(({ epoch }) => epoch === 30)?.validationAccuracy

/** Accuracy of the readout after `shown` rows and `blanks` steps without input. */
export const accuracyAfter = ({ value }: Of<typeof readout>, shown: number, blanks: number): number | undefined =>
  toRows(value).find(({ rowsShown, blankSteps }) => rowsShown === shown && blankSteps === blanks)?.accuracy

/** Period of the accuracy acc3(k) over all of k = 50..500 blank rows; undefined where it was told from others. */
export const periodOfAccuracy = ({ value }: Of<typeof periods>): Row<typeof periods> | undefined =>
  toRows(value).find(({ method, n }) => method === "accuracy" && n === 451)

/** Who reads the states: logistic regression or nearest neighbours, on points kept out; or the network's own readout. */
const readers = {
  probe: { probe: "holdout", split: 0 },
  neighbours: { probe: "knn", split: 0 },
  readout: { probe: "readout", split: 0 },
} as const

/**
 * Accuracy of a reader by step t of the table; steps at which it was not asked are not there. All are scored on the images
 * that were kept out of the fits.
 */
export const accuracies = ({ value }: Of<typeof probes>, reader: keyof typeof readers): ReadonlyMap<number, number> => {
  const { probe, split } = readers[reader]
  const own = toRows(value).filter((row) => row.probe === probe && row.split === split)
  return new Map(own.map(({ t, accuracy }) => [t, accuracy]))
}

/** PCA-90 of all points together, or of a class, at t = 0 … 27. */
export const pca90Curve =
  (label: number) =>
  ({ value }: Of<typeof dimension>): readonly number[] | undefined =>
    curveOf(
      toRows(value).filter((row) => row.label === label),
      tAfter(rows),
      ({ pca90 }) => pca90,
    )

/** PCA-90 of all points together at step t of the table. */
export const pca90At =
  (at: number) =>
  ({ value }: Of<typeof dimension>): number | undefined =>
    toRows(value).find(({ t, label }) => t === at && label === -1)?.pca90

/**
 * By m = 1 … 27 rows shown, how much better the readout does at the trained step, after 28 - m blank rows, than at once:
 * experiment 1 less experiment 2 (Horoi et al. 2020).
 */
export function gainsFromBlanks(one: Of<typeof readout>): readonly number[] | undefined {
  const gains = Array.from({ length: rows - 1 }, (_, at) => {
    const [blank, stopped] = [accuracyAfter(one, at + 1, rows - at - 1), accuracyAfter(one, at + 1, 0)]
    return blank === undefined || stopped === undefined ? Number.NaN : exact(blank - stopped)
  })
  return gains.some(Number.isNaN) ? undefined : gains
}
