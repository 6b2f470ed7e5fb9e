import { every } from "../../artifacts/leaf.ts"
import { blanks } from "../../schemas/blanks.ts"
import { embeddingClusters } from "../../schemas/embedding-clusters.ts"
import { embeddingQuality } from "../../schemas/embedding-quality.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { isPixels, isTrained, isWithoutZeros } from "../leaves/smnist.ts"
import { atLeast, bySeed, claim, medianOf, nearlyAll, pairs, type Reported } from "./claim.ts"
import {
  embeddedSteps,
  forEachProfile,
  inHowMany,
  ofControl,
  ofProfile,
  type Profile,
  prefixed,
  tAfter,
} from "./sequential.ts"

type Quality = Row<typeof embeddingQuality>

/** Quality of one method's embedding at steps 4, 10, 16 and 28; undefined where one is missing. */
const qualitiesOf =
  (method: string) =>
  ({ value }: Of<typeof embeddingQuality>): readonly Quality[] | undefined => {
    const own = toRows(value).filter((row) => row.method === method)
    const found = embeddedSteps.map((step) => own.find(({ t }) => t === tAfter(step)))
    return found.every((row) => row !== undefined) ? found : undefined
  }

/** Share of pairs of the embedded points that are of one class: the purity by chance. Undefined without these points. */
const chanceOf =
  (method: string) =>
  ({ value }: Of<typeof embeddingClusters>): number | undefined => {
    const all = toRows(value).filter((row) => row.method === method && row.t === tAfter(4) && row.cluster === -1)
    const pairsAlike = all.reduce((sum, { members }) => sum + members * (members - 1), 0)
    return all[0] && pairsAlike / (all[0].points * (all[0].points - 1))
  }

/** Embeddings of one selection of the points. */
interface Selection {
  readonly quality: readonly Of<typeof embeddingQuality>[]
  readonly clusters: readonly Of<typeof embeddingClusters>[]
}

/** How much purer states are than rows; purities of different numbers of points cannot be compared. */
const lead = (states: Quality, rows: Quality | undefined): readonly number[] =>
  states.points === rows?.points ? [states.purityFull - rows.purityFull] : []

/** The two conditions of the claim on one selection of points and one method. */
function sharpening(method: string, { quality, clusters }: Selection, profile: Profile): readonly Reported[] {
  const qualities = bySeed(quality, { profile }, qualitiesOf(method))
  const aboveChance = pairs(
    qualities,
    bySeed(clusters, { profile }, chanceOf(method)),
    ([first], chance) => first!.purityEmbedded > chance,
  )
  const purity = "the share of a point's own digit among its 15 nearest neighbours in the plane"
  return [
    inHowMany("step 4", `${purity} is above chance at step 4`, aboveChance, (is) => is),
    inHowMany("sharper", `${purity} grows from step 4 to 10 to 16 to 28`, [...qualities.values()], (steps) =>
      steps.every((row, at) => at === 0 || row.purityEmbedded > steps[at - 1]!.purityEmbedded),
    ),
  ]
}

export default claim({
  id: "B-tsne",
  title: "the states cluster by digit as early as step 4, and more sharply later",
  study: "smnist",
  source: import.meta.url,
  gathers: {
    quality: every(embeddingQuality, isTrained),
    clusters: every(embeddingClusters, isTrained),
    seenQuality: every(embeddingQuality, isWithoutZeros),
    seenClusters: every(embeddingClusters, isWithoutZeros),
    pixels: every(embeddingQuality, isPixels),
    blanks: every(blanks, isTrained),
  },
  judge: ({ quality, clusters, seenQuality, seenClusters, pixels, blanks }) => {
    const raw = ofControl(pixels, qualitiesOf("t-sne"))
    return [
      ...forEachProfile((profile) => {
        const all = { quality, clusters }
        const seen = { quality: seenQuality, clusters: seenClusters }
        const found = ofProfile(quality, profile, qualitiesOf("t-sne"))
        const zeros = (step: number) =>
          ofProfile(
            blanks,
            profile,
            ({ value }) => toRows(value).find(({ t, label }) => t === tAfter(step) && label === -1)?.zeroStates,
          )
        return [
          ...prefixed("t-sne", sharpening("t-sne", all, profile)).map((part) => ({ ...part, ...atLeast(nearlyAll) })),
          ...prefixed("umap", sharpening("umap", all, profile)),
          ...prefixed("t-sne without zero states", sharpening("t-sne", seen, profile)),
          ...prefixed("umap without zero states", sharpening("umap", seen, profile)),
          medianOf("chance", "the purity by chance", ofProfile(clusters, profile, chanceOf("t-sne"))),
          ...embeddedSteps.flatMap((step, at) => [
            medianOf(
              `purity at step ${step}`,
              "this purity, t-sne",
              found.map((steps) => steps[at]!.purityEmbedded),
            ),
            medianOf(
              `states less rows at step ${step}`,
              "the purity in the full space of the states less that of the image rows shown so far, of as many points,",
              found.flatMap((steps) => lead(steps[at]!, raw[0]?.[at])),
            ),
          ]),
          medianOf("zero states at step 4", "the share of images whose state is exactly zero at step 4", zeros(4)),
          medianOf("zero states at step 10", "the same at step 10", zeros(10)),
        ]
      }),
      ...embeddedSteps.map((step, at) =>
        medianOf(
          `pixels, purity at step ${step}`,
          "this purity, t-sne, of the image rows shown so far; they are images, not seeds",
          raw.map((steps) => steps[at]!.purityEmbedded),
        ),
      ),
    ]
  },
})
