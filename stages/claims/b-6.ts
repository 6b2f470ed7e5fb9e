import { every } from "../../artifacts/leaf.ts"
import { blanks } from "../../schemas/blanks.ts"
import { embeddingClusters } from "../../schemas/embedding-clusters.ts"
import { type Row, toRows } from "../../schemas/table.ts"
import type { Of } from "../leaves/labels.ts"
import { isPixels, isTrained, isWithoutZeros } from "../leaves/smnist.ts"
import { oddsRatio } from "../numerics/odds-ratio.ts"
import { atLeast, claim, medianOf, nearlyAll, type Reported } from "./claim.ts"
import { forEachProfile, inHowMany, ofControl, ofProfile, prefixed, tAfter } from "./sequential.ts"

const digit = 6
const early = tAfter(4)
type Cluster = Row<typeof embeddingClusters>

/** Rows of the digit in a method's embedding at step 4, one a cluster; undefined where there is no such embedding. */
function rowsOf(method: string, { value }: Of<typeof embeddingClusters>): readonly Cluster[] | undefined {
  const own = toRows(value).filter((row) => row.method === method && row.t === early && row.label === digit)
  return own.length > 0 ? own : undefined
}

/** What a network without a cluster counts as: one that keeps nothing. */
const none = { oddsRatio: 0, kept: 0, points: 0 }

/** The cluster in which the odds of the digit are highest. */
const strongest = (found: readonly Cluster[]): typeof none =>
  found
    .filter(({ cluster }) => cluster >= 0)
    .reduce<typeof none>((best, one) => (one.oddsRatio > best.oddsRatio ? one : best), none)

/** The two conditions of the claim. `found`: the cluster of each network. */
const persistence = (found: readonly (typeof none)[]): readonly Reported[] => [
  inHowMany(
    "early cluster",
    "one cluster at step 4, of 1 % of the points or more, has an odds ratio of 6 >= 5",
    found,
    ({ oddsRatio }) => oddsRatio >= 5,
  ),
  inHowMany(
    "persists",
    "of the 6s in that cluster a share >= 0.9 has more than half 6s among the 15 nearest neighbours at step 28",
    found,
    ({ kept }) => kept >= 0.9,
  ),
]

/** The cluster of 6s of one method's embedding at step 4. */
const clusterOf = (method: string) => (one: Of<typeof embeddingClusters>) => {
  const found = rowsOf(method, one)
  return found && strongest(found)
}

/** Odds ratio of being of the digit among images with a state other than zero, against those whose state is zero. */
function inkOddsRatio({ value }: Of<typeof blanks>): number | undefined {
  const at4 = toRows(value).filter(({ t }) => t === early)
  const [all, own] = [at4.find(({ label }) => label === -1), at4.find(({ label }) => label === digit)]
  if (all === undefined || own === undefined) return undefined
  const zerosOf = (row: Row<typeof blanks>) => Math.round(row.zeroStates * row.points)
  const [c, d] = [zerosOf(own), zerosOf(all) - zerosOf(own)]
  const [a, b] = [own.points - c, all.points - own.points - d]
  return oddsRatio(a, b, c, d)
}

export default claim({
  id: "B-6",
  title: "a cluster of 6s is there as early as step 4, and stays together",
  study: "smnist",
  source: import.meta.url,
  gathers: {
    clusters: every(embeddingClusters, isTrained),
    seen: every(embeddingClusters, isWithoutZeros),
    pixels: every(embeddingClusters, isPixels),
    blanks: every(blanks, isTrained),
  },
  judge: ({ clusters, seen, pixels, blanks }) => [
    ...forEachProfile((profile) => {
      const found = ofProfile(clusters, profile, clusterOf("t-sne"))
      const keptOfAll = ofProfile(
        clusters,
        profile,
        (one) => rowsOf("t-sne", one)?.find(({ cluster }) => cluster === -1)?.kept,
      )
      const zeros = (label: number) =>
        ofProfile(
          blanks,
          profile,
          ({ value }) => toRows(value).find((row) => row.t === early && row.label === label)?.zeroStates,
        )
      return [
        ...prefixed("t-sne", persistence(found)).map((part) => ({ ...part, ...atLeast(nearlyAll) })),
        ...prefixed("umap", persistence(ofProfile(clusters, profile, clusterOf("umap")))),
        ...prefixed("t-sne without zero states", persistence(ofProfile(seen, profile, clusterOf("t-sne")))),
        ...prefixed("umap without zero states", persistence(ofProfile(seen, profile, clusterOf("umap")))),
        medianOf(
          "odds ratio",
          "the odds ratio of 6 in that cluster, t-sne",
          found.map(({ oddsRatio }) => oddsRatio),
        ),
        medianOf(
          "points",
          "the points in that cluster, t-sne",
          found.map(({ points }) => points),
        ),
        medianOf(
          "kept",
          "the share of its 6s that are among 6s at step 28, t-sne",
          found.map(({ kept }) => kept),
        ),
        medianOf("kept of all", "the same share of all 6s, t-sne", keptOfAll),
        medianOf("zero states", "the share of images whose state is exactly zero at step 4", zeros(-1)),
        medianOf("zero states of 6s", "the share of 6s whose state is exactly zero at step 4", zeros(digit)),
        medianOf(
          "odds ratio by ink",
          "the odds ratio of 6 among the images whose state is not zero at step 4, all others being blank so far",
          ofProfile(blanks, profile, inkOddsRatio),
        ),
      ]
    }),
    ...prefixed("pixels", [
      medianOf(
        "odds ratio",
        "the odds ratio of 6 in such a cluster of the image rows up to 4, t-sne; they are images, not seeds",
        ofControl(pixels, clusterOf("t-sne")).map(({ oddsRatio }) => oddsRatio),
      ),
      medianOf(
        "kept",
        "the share of its 6s that are among 6s at step 28, t-sne",
        ofControl(pixels, clusterOf("t-sne")).map(({ kept }) => kept),
      ),
    ]),
  ],
})
