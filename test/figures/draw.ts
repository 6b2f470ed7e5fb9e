/** Draws figures from hand-made tables, and reads the SVG back. */
import * as Effect from "effect/Effect"
import { expect } from "vitest"
import type { Drawing, figureData } from "../../artifacts/figure.ts"
import type { Leaf } from "../../artifacts/leaf.ts"
import type { Labels, StageError } from "../../artifacts/stage.ts"
import { type Row, type Table, toRows } from "../../schemas/table.ts"

export type Gathered = Readonly<Record<string, readonly { readonly labels: Labels; readonly value: Table }[]>>

const run = (figure: Leaf, inputs: Gathered): Effect.Effect<Drawing, StageError> =>
  figure.stage.run({ params: {}, inputs, report: () => {} }) as Effect.Effect<never, StageError>

/** The SVG, after checks that hold for every figure. */
export async function draw(figure: Leaf, inputs: Gathered): Promise<string> {
  const { figure: svg } = await Effect.runPromise(run(figure, inputs))
  expect((await Effect.runPromise(run(figure, inputs))).figure, "drawn twice").toBe(svg)
  expect(malformed(svg)).toBe("")
  expect(svg).not.toMatch(/NaN|Infinity|undefined|var\(|\d\.\d{4}/)
  return svg
}

/** The rows of the data table, all of whose numbers are finite and in order. */
export async function dataOf(figure: Leaf, inputs: Gathered): Promise<readonly Row<typeof figureData>[]> {
  const rows = toRows((await Effect.runPromise(run(figure, inputs))).data)
  for (const { x, y, low, high } of rows) {
    expect([x, y, low, high].every(Number.isFinite)).toBe(true)
    expect(low <= y && y <= high).toBe(true)
  }
  return rows
}

/** The failure of a figure that cannot be drawn. */
export const failure = (figure: Leaf, inputs: Gathered): Promise<StageError> =>
  Effect.runPromise(Effect.flip(run(figure, inputs)))

/** Where an XML document is not well formed, from there on; "" where it is: balanced tags, quoted attributes, known entities. */
export function malformed(xml: string): string {
  const token =
    /<(\/?)([A-Za-z]+)((?: [\w:-]+="(?:[^"<&]|&(?:\w+|#\d+);)*")*)(\/?)>|(?:[^<&]|&(?:amp|lt|gt|quot|#\d+);)+/y
  const open: string[] = []
  for (let at = 0; at < xml.length; at = token.lastIndex) {
    const match = token.exec(xml)
    if (match === null) return xml.slice(at)
    const [, closing, name, , empty] = match
    if (name === undefined || empty === "/") continue
    if (closing !== "/") open.push(name)
    else if (open.pop() !== name) return xml.slice(at)
  }
  return open.join()
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** Numbers of a path of straight lines. */
const pointsOf = (path: string): readonly Point[] =>
  [...path.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }))

/** The panels of a sheet, each with its axes read back from its ticks: px to the units of the data. */
export function panelsOf(svg: string) {
  return svg
    .split(/<g transform="translate\([\d.,]+\)" text-anchor="middle">/)
    .slice(1)
    .map((content) => {
      const scale = (axis: "x" | "y") => {
        const group = content.split(`aria-label="${axis}-axis tick label"`)[1]!.split("</g>")[0]!
        const ticks = [...group.matchAll(/translate\(([\d.]+),([\d.]+)\)">([\d.]+)</g)].map(([, x, y, label]) => ({
          px: Number(axis === "x" ? x : y),
          value: Number(label),
        }))
        const [a, b] = [ticks[0]!, ticks.at(-1)!]
        return (px: number) => a.value + ((px - a.px) * (b.value - a.value)) / (b.px - a.px)
      }
      const [x, y] = [scale("x"), scale("y")]
      const paths = (mark: string) =>
        [...content.matchAll(new RegExp(`<g aria-label="${mark}"([^>]*)>(.*?)</g>`, "gs"))].map(
          ([, style, inside]) => ({
            style: style!,
            paths: [...inside!.matchAll(/ d="([^"]*)"/g)].map(([, d]) =>
              pointsOf(d!).map((point) => ({ x: x(point.x), y: y(point.y) })),
            ),
          }),
        )
      const dots = [...content.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, cx, cy]) => ({
        cx: Number(cx),
        y: y(Number(cy)),
      }))
      return { lines: paths("line"), bands: paths("area"), dots }
    })
}
