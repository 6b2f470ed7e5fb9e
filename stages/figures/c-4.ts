import { every, figure } from "../../artifacts/figure.ts"
import { attractorDimension } from "../../schemas/attractor-dimension.ts"
import { dimension } from "../../schemas/dimension.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import { isTrained, rows } from "../leaves/smnist.ts"
import { bandNote, type Sample } from "./bands.ts"
import { levelMarks, margins } from "./layers.ts"
import { missing } from "./networks.ts"
import {
  axes,
  ofProfile,
  placesOf,
  profileKeys,
  profiles,
  type Strip,
  samplesOf,
  stepOf,
  stripLayer,
} from "./sequential.ts"
import { drawSheet } from "./sheet.ts"

const id = "C-4"
const title = "Dimension of the attractor, and of the states at the trained step"

type Measured = Row<typeof attractorDimension>

/** Fixed points and cycles have finitely many states, and are of dimension 0 by any estimate. */
const hasPeriod = ({ kind }: Measured): boolean => kind === "fixed-point" || kind === "cycle"

/** What is known of the dimension of an attractor; undefined where there is no estimate. */
const quantities: readonly { readonly name: string; readonly of: (one: Measured) => number | undefined }[] = [
  { name: "correlation dimension", of: (one) => (hasPeriod(one) || one.correlation > 0 ? one.correlation : undefined) },
  { name: "TwoNN", of: (one) => (hasPeriod(one) || one.estimated ? one.twoNN : undefined) },
  { name: "maximum likelihood", of: (one) => (hasPeriod(one) || one.estimated ? one.mle : undefined) },
  { name: "Kaplan-Yorke", of: ({ kaplanYorke }) => kaplanYorke },
  { name: "PCA-90", of: ({ pca90 }) => pca90 },
]
const names = [...quantities.map(({ name }) => name), "PCA-90 at step 28"]

/** The attractor with most members, the first of equal ones; unbounded ones have no dimension. */
const foremost = (found: readonly Measured[]): readonly Measured[] =>
  found
    .filter(({ states }) => states > 0)
    .toSorted((a, b) => b.members - a.members)
    .slice(0, 1)

/**
 * Low-dimensional cycles rather than high-dimensional clusters (Horoi et al. 2020, low-dimensional dynamics, abstract):
 * the attractor on which most states end, against the states from which the digit is read.
 */
export default figure({
  ...{ id, title, study: "smnist", source: import.meta.url },
  gathers: { attractor: every(attractorDimension, isTrained), states: every(dimension, isTrained) },
  draw: ({ attractor, states }) => {
    const largest = attractor.flatMap(({ value }) => foremost(toRows(value)))
    if (largest.length === 0) return missing(id, "attractor-dimension", "bounded attractors of a trained network")
    const strips = profiles
      .flatMap(({ profile, colour }, rank) => {
        const beside = 0.36 * rank - 0.18
        const ends = quantities.map(({ of }, place) =>
          samplesOf(ofProfile(attractor, profile), (all) =>
            foremost(all).flatMap((one) => {
              const y = of(one)
              return y === undefined ? [] : [{ x: place + beside, y }]
            }),
          ),
        )
        const read = samplesOf(ofProfile(states, profile), (all) =>
          all
            .filter(({ t, label }) => stepOf(t) === rows && label === -1)
            .map(({ pca90 }) => ({ x: quantities.length + beside, y: pca90 })),
        )
        return [...ends, read].map(
          (samples: readonly Sample[], place): Strip => ({
            ...{ series: `${profile}, ${names[place]}`, colour, samples },
          }),
        )
      })
      .filter(({ samples }) => samples.length > 0)
    const bounds = largest.filter(({ kaplanYorkeExact }) => !kaplanYorkeExact).length
    return drawSheet(id, title, (plot) => ({
      panels: [
        {
          name: "dimension",
          title: "",
          width: 860,
          height: 340,
          options: { ...margins, marginTop: 14, x: placesOf(names), y: { type: "sqrt", zero: true } },
          layers: [
            axes(plot, { names }, "dimension (square-root scale)"),
            levelMarks(plot, 1, "a closed curve"),
            stripLayer(plot, strips),
          ],
        },
      ],
      legend: profileKeys(attractor, "dot"),
      caption:
        "A dot a seed: of the attractor on which most test images end, and of the states at step 28. " +
        `Fixed points and cycles are of dimension 0, whatever their PCA-90. ` +
        (bounds > 0 ? `The Kaplan-Yorke dimension of ${bounds} of ${largest.length} networks is a lower bound. ` : "") +
        bandNote(strips),
    }))
  },
})
