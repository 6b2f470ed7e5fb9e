import { describe, expect, it } from "vitest"
import { blanks } from "../../schemas/blanks.ts"
import { embedding } from "../../schemas/embedding.ts"
import { embeddingQuality } from "../../schemas/embedding-quality.ts"
import figure from "../../stages/figures/b-4.ts"
import midway from "../../stages/figures/b-5.ts"
import last from "../../stages/figures/b-6.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { tableOf, trained } from "./sequential.ts"

const methods = ["t-sne", "umap"]
const steps = [3, 9, 15, 27]

/** Six points of digits 0 to 2 on a line, `scale` apart, at each step. */
const network = (profile: string, seed: number, scale: number, points = 6) => ({
  embedding: tableOf(
    embedding,
    trained(profile, seed),
    methods.flatMap((method) =>
      steps.flatMap((t) =>
        Array.from({ length: points }, (_, point) => ({
          ...{ method, t, point, label: point % 3, x: scale * point, y: method === "umap" ? t : -t },
        })),
      ),
    ),
  ),
  quality: tableOf(
    embeddingQuality,
    trained(profile, seed),
    methods.flatMap((method) =>
      steps.map((t) => ({
        ...{
          method,
          t,
          purityEmbedded: t / 30,
          purityFull: scale / 10,
          trustworthiness: method === "umap" ? 0.9 : 0.95,
        },
      })),
    ),
  ),
  blanks: tableOf(blanks, trained(profile, seed), [
    { t: 3, label: -1, zeroStates: 0.625 },
    { t: 3, label: 6, zeroStates: 0.1 },
    { t: 27, label: -1, zeroStates: 0 },
  ]),
})
const gathered = (networks: readonly ReturnType<typeof network>[]) => ({
  embedding: networks.map(({ embedding }) => embedding),
  quality: networks.map(({ quality }) => quality),
  blanks: networks.map(({ blanks }) => blanks),
})

describe("B-4, B-5 and B-6", () => {
  const inputs = gathered([network("strong", 0, 3), network("matched", 5, 4), network("matched", 2, 5)])

  it("draw t-SNE beside UMAP at the steps of the paper", async () => {
    for (const one of [figure, midway, last])
      await expect(await draw(one, inputs)).toMatchFileSnapshot(`__snapshots__/${one.id}.svg`)
    const panels = async (of: typeof figure) => [...new Set((await dataOf(of, inputs)).map(({ panel }) => panel))]
    expect(await panels(figure)).toEqual(["t-SNE, step 4", "UMAP, step 4"])
    expect(await panels(midway)).toEqual(["t-SNE, step 10", "UMAP, step 10", "t-SNE, step 16", "UMAP, step 16"])
    expect(await panels(last)).toEqual(["t-SNE, step 28", "UMAP, step 28"])
  })

  it("show the first seed of `matched`, or else of `strong`", async () => {
    const svg = await draw(figure, inputs)
    expect(svg).toContain("profile “matched”, seed 2")
    const [, second] = await dataOf(figure, inputs)
    expect(second).toEqual({ panel: "t-SNE, step 4", series: "digit 1", x: 5, y: -3, low: -3, high: -3, n: 1 })
    expect(await draw(figure, gathered([network("strong", 7, 3)]))).toContain("profile “strong”, seed 7")
  })

  it("say how good an embedding is, and how many states are zero", async () => {
    const caption = (svg: string) => svg.match(/<desc[^>]*>(.*)<\/desc>/)?.[1]?.replaceAll("\u00a0", " ")
    const early = caption(await draw(figure, inputs))
    expect(early).toContain("t-SNE, step 4: 10 % (50 %), 0.95; UMAP, step 4: 10 % (50 %), 0.9.")
    expect(early).toContain("exactly zero: 63 % at step 4.")
    expect(caption(await draw(last, inputs))).not.toContain("zero")
  })

  it("draw as many points as can be told apart", async () => {
    const many = gathered([network("matched", 0, 1, 2500)])
    expect(await dataOf(figure, many)).toHaveLength(2 * 2000)
    expect(await draw(figure, many)).toContain("The first 2000 of 2500 points are drawn.")
  })

  it("fail with the table's name where there is nothing to draw", async () => {
    expect((await failure(midway, gathered([]))).message).toBe(
      "figure B-5: no table `embedding` of the study has points at t = 9 or 15 of a trained network",
    )
  })
})
