import { describe, expect, it } from "vitest"
import { attractorMembers } from "../../schemas/attractor-members.ts"
import { attractors } from "../../schemas/attractors.ts"
import { snapshots } from "../../schemas/snapshots.ts"
import { fromRows } from "../../schemas/table.ts"
import figure from "../../stages/figures/a-ends.ts"
import { dataOf, draw, failure } from "./draw.ts"

/** Points 4 and 5 of class 0, and 6 and 7 of class 1, at ±`reach` at t = 30; each class has an attractor. */
const points = [4, 5, 6, 7]
const labels = (d: number, g: number, seed: number) => ({ d, g, seed, trained: true })
const network = (of: ReturnType<typeof labels>, reach: number, kind: string) => ({
  snapshots: {
    labels: of,
    value: fromRows(
      snapshots,
      [10, 30].flatMap((t) =>
        points.map((point, i) => ({
          ...{ t, point, label: i < 2 ? 0 : 1 },
          pc1: (i < 2 ? reach : -reach) + (t === 10 ? 50 : 0),
          pc2: i % 2,
        })),
      ),
    ),
  },
  attractors: {
    labels: of,
    value: fromRows(
      attractors,
      [0, 1].map((attractor) => ({
        ...{ attractor, kind, period: kind === "cycle" ? 3 : 0, members: 2, label: attractor, purity: 1, mirror: -1 },
        ...{ residual: 0, radius: 0.5, le1: 0.25, le2: -1, pca90: 2, twoNN: 0, mle: 0, estimated: false },
      })),
    ),
  },
  members: {
    labels: of,
    value: fromRows(
      attractorMembers,
      points.map((point, i) => ({ point, label: i < 2 ? 0 : 1, attractor: i < 2 ? 0 : 1, phase: 0 })),
    ),
  },
})
const gathered = (networks: readonly ReturnType<typeof network>[]) => ({
  snapshots: networks.map(({ snapshots }) => snapshots),
  attractors: networks.map(({ attractors }) => attractors),
  members: networks.map(({ members }) => members),
})

describe("A-ends", () => {
  it("draws the last states of the first seed of each network, and a ring an attractor", async () => {
    const inputs = gathered([
      network(labels(2, 250, 1), 9, "chaos"),
      network(labels(2, 250, 0), 3, "chaos"),
      network(labels(200, 20, 0), 2, "fixed-point"),
      network(labels(2, 20, 0), 1, "cycle"),
    ])
    await expect(await draw(figure, inputs)).toMatchFileSnapshot("__snapshots__/A-ends.svg")
    const rows = await dataOf(figure, inputs)
    expect(new Set(rows.map(({ panel }) => panel))).toEqual(
      new Set(["d = 200, g = 20, seed 0, t = 30", "d = 2, g = 20, seed 0, t = 30", "d = 2, g = 250, seed 0, t = 30"]),
    )
    expect(
      rows.filter(({ panel }) => panel.startsWith("d = 2, g = 250")).map(({ series, x, y }) => [series, x, y]),
    ).toEqual([
      ["class 0", 3, 0],
      ["class 0", 3, 1],
      ["class 1", -3, 0],
      ["class 1", -3, 1],
      ["attractor 0, chaos", 3, 0.5],
      ["attractor 1, chaos", -3, 0.5],
    ])
  })

  it("says of which kind an attractor is, and how many states it draws", async () => {
    const svg = await draw(figure, gathered([network(labels(2, 20, 0), 1, "cycle")]))
    expect(svg.match(/>cycle of period 3</g)).toHaveLength(2)
    expect(svg).toContain("cycle of period 3: 2 states, 100&#160;% of class 0, λ = 0.25 nats a step")
  })

  it("fails with the table's name where there is nothing to draw", async () => {
    const whole = gathered([network(labels(2, 20, 0), 1, "cycle")])
    expect((await failure(figure, { ...whole, members: [] })).message).toContain("no table `attractor-members`")
    expect((await failure(figure, gathered([]))).message).toContain("no table `attractor-members`")
  })
})
