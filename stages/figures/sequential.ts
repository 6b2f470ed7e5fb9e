/** What figures on sequential images share. */
import type { Labels } from "../../artifacts/figure.ts"
import { type Row, type TableSchema, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { bandsOf, hasBand, type Sample, seedsOf } from "./bands.ts"
import { type Curve, centred, pointData, spreadData, spreadText } from "./layers.ts"
import type { Key, Layer, Plot } from "./sheet.ts"
import { classColour, ink } from "./style.ts"

/** Step of the papers at step t of the tables. */
export const stepOf = (t: number): number => t + 1

export const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
/** Accuracy by chance, all but for the unequal numbers of the digits. */
export const chance = 0.1

/** Blue and orange: neither the colours of regimes nor those of classes. The first is that of the papers' accuracy. */
export const profiles = [
  { profile: "matched", colour: "#1f5fa8" },
  { profile: "strong", colour: "#d97700" },
] as const

interface Point {
  readonly x: number
  readonly y: number
}

/** What is read off the rows of one table. */
type Reading<S extends TableSchema> = (rows: readonly Row<S>[]) => readonly Point[]

/** What is read off each of the tables; without a seed they count as of seed 0. */
export const samplesOf = <S extends TableSchema>(gathered: readonly Of<S>[], read: Reading<S>): readonly Sample[] =>
  gathered.flatMap(({ labels, value }) =>
    read(toRows(value)).map(({ x, y }) => ({ seed: Number(labels.seed ?? 0), x, y })),
  )

/** Tables of one profile. */
export const ofProfile = <T extends { readonly labels: Labels }>(gathered: readonly T[], profile: string) =>
  gathered.filter(({ labels }) => labels.profile === profile)

/** A curve a profile, in its colour; `of` says of what, where the profile alone does not. */
export const profileCurves = <S extends TableSchema>(
  gathered: readonly Of<S>[],
  read: Reading<S>,
  { of = "", dashed = false } = {},
): readonly Curve[] =>
  profiles
    .map(({ profile, colour }) => ({
      ...{ series: of === "" ? profile : `${profile}, ${of}`, colour, dashed },
      samples: samplesOf(ofProfile(gathered, profile), read),
    }))
    .filter(({ samples }) => samples.length > 0)

/** The curve of the smallest of its seeds. */
export function firstSeed(curve: Curve): Curve {
  const first = seedsOf(curve.samples)[0]
  return { ...curve, samples: curve.samples.filter(({ seed }) => seed === first) }
}

/** Keys for the profiles of which there are tables. */
export const profileKeys = (gathered: readonly { readonly labels: Labels }[], shape: Key["shape"] = "line") =>
  profiles
    .filter(({ profile }) => ofProfile(gathered, profile).length > 0)
    .map(({ profile, colour }): Key => ({ label: `profile “${profile}”`, colour, shape }))

export const digitKeys: readonly Key[] = digits.map((digit) => ({
  label: String(digit),
  colour: classColour(digit),
  shape: "dot",
}))

/** The first profile with a network, and its network with the smallest seed. */
export function firstNetwork<T extends { readonly labels: Labels }>(gathered: readonly T[]): T | undefined {
  const own = profiles.map(({ profile }) => ofProfile(gathered, profile)).find((of) => of.length > 0)
  return own?.reduce((first, one) => (Number(one.labels.seed) < Number(first.labels.seed) ? one : first))
}

export const sameNetwork =
  (a: Labels) =>
  ({ labels: b }: { readonly labels: Labels }): boolean =>
    a.profile === b.profile && a.seed === b.seed

export const nameOf = ({ profile, seed }: Labels): string => `profile “${profile}”, seed ${seed}`

/** Axes of a panel: over x with these ticks, if any are given, or over names at places 0, 1, … */
export function axes(
  plot: Plot,
  x: string | { readonly names: readonly string[] },
  y: string,
  ticks?: readonly number[],
) {
  return [
    plot.gridY({ stroke: ink, strokeOpacity: 0.1 }),
    typeof x === "string"
      ? plot.axisX({ label: x, ...centred, ...(ticks && { ticks }) })
      : plot.axisX(
          x.names.map((_, place) => place),
          { text: x.names, label: null, tickSize: 0 },
        ),
    plot.axisY({ label: y, ...centred }),
  ]
}
/** Scale of places that leaves half a place on either side. */
export const placesOf = (names: readonly string[]) => ({ domain: [-0.5, names.length - 0.5] })

/** Rings where there are single numbers, such as of the images themselves. */
export const ringLayer = (plot: Plot, { series, colour, samples }: Omit<Curve, "dashed">): Layer => ({
  marks: [plot.dot(samples, { x: "x", y: "y", r: 4, fill: "#ffffff", stroke: colour, strokeWidth: 1.8 })],
  rows: samples.map(({ x, y }) => pointData(series, x, y)),
})

/** Numbers of the seeds at one place, x, of an axis of names. */
export interface Strip {
  readonly series: string
  readonly colour: string
  readonly samples: readonly Sample[]
}

/** Half the width of a strip, in places. */
const reach = 0.12

/** Strips of dots, a seed a dot, from the first seed on the left; with medians and bands where the seeds are enough. */
export function stripLayer(plot: Plot, strips: readonly Strip[]): Layer {
  const dots = strips.flatMap(({ series, colour, samples }) => {
    const seeds = seedsOf(samples)
    return samples.map(({ seed, x, y }) => ({
      ...{ series: `${series}, seed ${seed}`, colour, x, y },
      at: x + reach * ((2 * seeds.indexOf(seed) + 1) / seeds.length - 1),
    }))
  })
  const medians = strips.filter(hasBand).flatMap(({ series, colour, samples }) =>
    bandsOf(samples, undefined).map((band) => ({
      ...{ series, colour, ...band, from: band.x - reach, to: band.x + reach },
      title: `${series}: ${spreadText(band)}`,
    })),
  )
  const sides = { x1: "from", x2: "to" } as const
  return {
    marks: [
      plot.rect(medians, { ...sides, y1: "low", y2: "high", fill: "colour", fillOpacity: 0.2 }),
      plot.dot(dots, { x: "at", y: "y", r: 2, fill: "colour" }),
      plot.link(medians, { ...sides, y: "median", stroke: "colour", strokeWidth: 2.5, title: "title" }),
    ],
    rows: [
      ...medians.flatMap(({ series, x, ...band }) => spreadData(series, x, band, false)),
      ...dots.map(({ series, x, y }) => pointData(series, x, y)),
    ],
  }
}
