import { describe, expect, it } from "vitest"
import { blanks } from "../../schemas/blanks.ts"
import { embedding } from "../../schemas/embedding.ts"
import { embeddingQuality } from "../../schemas/embedding-quality.ts"
import figure from "../../stages/figures/b-blanks.ts"
import { dataOf, draw, failure } from "./draw.ts"
import { tableOf, trained } from "./sequential.ts"

const without = { ...trained("matched", 0), exclude: "zero" }
/** All states are zero at t = 0, half at 1, but for one image in ten none later. */
const inputs = {
  blanks: [
    tableOf(
      blanks,
      trained("matched", 0),
      [-1, 0, 6].flatMap((label) =>
        [1, 0.5, 0.1, 0, 0].map((zeroStates, t) => ({
          t,
          label,
          zeroStates,
          blankInputs: zeroStates - (t === 2 ? 0.1 : 0),
        })),
      ),
    ),
    tableOf(blanks, trained("strong", 0), [{ t: 0, label: -1, zeroStates: 1 }]),
  ],
  embedding: [
    tableOf(
      embedding,
      without,
      ["t-sne", "umap"].flatMap((method) =>
        [3, 9].flatMap((t) => [0, 6].map((label, point) => ({ method, t, point, label, x: point, y: t }))),
      ),
    ),
  ],
  quality: [tableOf(embeddingQuality, without, [{ method: "umap", t: 9, purityEmbedded: 0.25, purityFull: 0.5 }])],
}

describe("B-blanks", () => {
  it("draws the share of zero states of each digit, and the embeddings without them", async () => {
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/B-blanks.svg")
    const rows = await dataOf(figure, inputs)
    expect([...new Set(rows.map(({ panel }) => panel))]).toEqual([
      "share of states that are exactly zero",
      ...["t-SNE, step 4", "t-SNE, step 10", "UMAP, step 4", "UMAP, step 10"],
    ])
    expect(rows.filter(({ series }) => series === "digit 6, seed 0").map(({ x, y }) => [x, y])).toEqual([
      [1, 1],
      [2, 0.5],
      [3, 0.1],
      [4, 0],
    ])
  })

  it("says how far zero states and blank images differ", async () => {
    expect(await draw(figure, inputs)).toContain("zero states and of blank images differ by 0.1 at most.")
  })

  it("draws the shares alone where nothing is embedded", async () => {
    const svg = await draw(figure, { ...inputs, embedding: [], quality: [] })
    expect(svg).not.toContain("Embedded")
  })

  it("gathers embeddings without zero states alone", () => {
    const where = figure.gathers.embedding!.where
    expect([without, trained("matched", 0)].map(where)).toEqual([true, false])
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    expect((await failure(figure, { ...inputs, blanks: [] })).message).toContain("figure B-blanks: no table `blanks`")
  })
})
