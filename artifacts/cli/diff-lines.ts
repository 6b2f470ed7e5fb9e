/** Differences of runs and artifacts as a person reads them. */
import type { OutputDifference, RunDifference, RunNode } from "../diff.ts"
import type { ColumnDifference } from "../diff-values.ts"
import type { Manifest } from "../manifest.ts"
import type { Compared, Told } from "./diff.ts"
import { countBy, groupBy } from "./prepare.ts"
import type { Run } from "./sides.ts"
import { countText, numberText, othersText, tableLines, timeText } from "./table.ts"

export function artifactLines(
  before: Manifest,
  after: Manifest,
  told: readonly Told[],
  outputs: readonly OutputDifference[],
): readonly string[] {
  const sides = [before, after].map(({ key, provenance }, i) => [
    i === 0 ? "before" : "after",
    provenance.node,
    timeText(provenance.finished),
    key.slice(0, 12),
  ])
  const recipe = told.length > 0 ? told.map(({ text }) => `  ${text}`) : ["  the same"]
  const headings = ["", "node", "finished", "key"].map((title) => ({ title }))
  const values = outputs.flatMap(outputLines)
  return [...tableLines(headings, sides), "", "recipe", ...recipe, ...(values.length > 0 ? ["", ...values] : [])]
}

export function outputLines({ port, before, after, values }: OutputDifference): readonly string[] {
  if (before === undefined || after === undefined) return [`${port}: only ${before === undefined ? "after" : "before"}`]
  switch (values?._tag) {
    case undefined:
      return [`${port}: ${before.digest === after.digest ? "the same bytes" : "other bytes"}`]
    case "Unreadable":
      return [`${port}: not compared: ${values.message}`]
    case "Text":
      return [`${port}: the text differs from line ${values.line}, column ${values.column}`]
    case "Table": {
      const { lengths, rows, first, columns, incomparable } = values
      const length = lengths[0] === lengths[1] ? `${lengths[0]}` : `${lengths[0]} and ${lengths[1]}`
      const head = `${port}: ${rows} of ${length} rows differ${first === undefined ? "" : `, the first is row ${first}`}`
      const others = incomparable.map(({ column, reason }) => `  ${column} is not compared: ${reason}`)
      const table = tableLines(
        [{ title: "column" }, { title: "type" }, ...numbers(["rows", "first", ...measures])],
        [...columns.map((of) => [of.column, of.type, String(of.rows), String(of.first), ...measuresOf(of)])],
      )
      return [head, ...(columns.length > 0 ? table.map((line) => `  ${line}`) : []), ...others]
    }
  }
}

const measures = ["max abs", "max rel", "max ulps"]
const numbers = (titles: readonly string[]) => titles.map((title) => ({ title, right: true }))

type Measured = Pick<ColumnDifference, "maxAbs" | "maxRel" | "maxUlps">

const measuresOf = ({ maxAbs, maxRel, maxUlps }: Measured): readonly string[] =>
  [maxAbs, maxRel, maxUlps].map((x) => (x === undefined ? "" : x >= 1e9 ? x.toPrecision(3) : numberText(x)))

export function runLines(
  before: Run,
  after: Run,
  { onlyBefore, onlyAfter, changed, same }: Omit<RunDifference, "changed"> & { readonly changed: readonly Compared[] },
): readonly string[] {
  const sides = [before, after].map(({ id, nodes }, i) => [
    i === 0 ? "before" : "after",
    id,
    countText(nodes.size, "node"),
  ])
  const counts = `${same} alike, ${changed.length} changed, ${onlyBefore.length} only before, ${onlyAfter.length} only after`
  const values = valueRows(changed)
  const titles = [{ title: "output" }, { title: "column" }, ...numbers(["nodes", "rows", ...measures])]
  return [
    ...tableLines([{ title: "" }, { title: "run" }, { title: "" }], sides),
    "",
    counts,
    ...onlyLine("only before", onlyBefore),
    ...onlyLine("only after", onlyAfter),
    ...(changed.length > 0 ? ["", ...tableLines([{ title: "why" }, { title: "nodes" }], reasonRows(changed))] : []),
    ...(values.length > 0 ? ["", ...tableLines(titles, values)] : []),
  ]
}

/** Study and stage of a node, or the name of a leaf. */
const groupOf = (node: string): string => node.replace(/\[.*\]$/s, "")

function onlyLine(title: string, nodes: readonly RunNode[]): readonly string[] {
  if (nodes.length === 0) return []
  const groups = countBy(nodes.map(({ node }) => groupOf(node)))
  return [`${title}: ${[...groups].map(([group, n]) => `${group} (${n})`).join(", ")}`]
}

/** Each reason with the nodes that it holds for; inputs last, for they only pass on what changed elsewhere. */
function reasonRows(changed: readonly Compared[]): readonly (readonly string[])[] {
  const reasons = changed.flatMap((of) => reasonsOf(of).map((reason) => ({ ...reason, node: of.before.node })))
  const sorted = [...reasons.filter(({ own }) => own), ...reasons.filter(({ own }) => !own)]
  return [...groupBy(sorted, ({ text }) => text)].map(([text, [first, ...others]]) => [
    text,
    `${first!.node}${othersText(others.length)}`,
  ])
}

function reasonsOf({ before, after, cues, told }: Compared) {
  const states = before.state === after.state ? [] : [{ text: `${before.state} -> ${after.state}`, own: true }]
  if (cues !== undefined) return [...(told.length > 0 ? [] : states), ...told.map(reasonOf)]
  return states.length > 0 ? states : [{ text: "a record is not in the store any more", own: true }]
}

const reasonOf = ({ text, _tag }: Told) => ({ text, own: _tag !== "Input" })

/** Rows by output and column: over all nodes of a stage, the sum of rows and the greatest differences. */
function valueRows(changed: readonly Compared[]): readonly (readonly string[])[] {
  const found = changed.flatMap(({ before, differences }) =>
    differences.flatMap((of) =>
      valuesOf(of).map((value) => ({ ...value, output: `${groupOf(before.node)}.${of.port}` })),
    ),
  )
  return [...groupBy(found, ({ output, column }) => `${output}\n${column}`).values()].map((of) => {
    const most = (name: keyof Measured) => {
      const given = of.flatMap((value) => value[name] ?? [])
      return given.length > 0 ? { [name]: Math.max(...given) } : {}
    }
    const rows = of.reduce((sum, value) => sum + value.rows, 0)
    const { output, column } = of[0]!
    const greatest: Measured = { ...most("maxAbs"), ...most("maxRel"), ...most("maxUlps") }
    return [output, column, String(of.length), rows > 0 ? String(rows) : "", ...measuresOf(greatest)]
  })
}

function valuesOf({
  before,
  after,
  values,
}: OutputDifference): readonly ({ column: string; rows: number } & Measured)[] {
  const whole = (column: string, rows = 0) => ({ column, rows })
  if (before === undefined || after === undefined) return [whole(`(only ${before === undefined ? "after" : "before"})`)]
  switch (values?._tag) {
    case undefined:
      return []
    case "Unreadable":
      return [whole("(not compared)")]
    case "Text":
      return [whole("(text)")]
    case "Table": {
      const extra = Math.abs(values.lengths[0] - values.lengths[1])
      const others = values.incomparable.map(({ column }) => whole(`${column} (not compared)`))
      return [...values.columns, ...(extra > 0 ? [whole("(rows of one only)", extra)] : []), ...others]
    }
  }
}
