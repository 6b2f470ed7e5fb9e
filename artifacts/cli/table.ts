/** Text tables, and numbers as people read them. */

export interface Heading {
  readonly title: string
  /** Numbers stand to the right. */
  readonly right?: boolean
}

/** Lines of a table: columns two spaces apart, as wide as their widest cell. No rows give the headings alone. */
export function tableLines(headings: readonly Heading[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = headings.map(({ title }, j) => rows.reduce((w, row) => Math.max(w, row[j]!.length), title.length))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, j) => (headings[j]!.right ? cell.padStart(widths[j]!) : cell.padEnd(widths[j]!)))
      .join("  ")
      .trimEnd()
  return [headings.map(({ title }) => title), ...rows].map(line)
}

/** 999 B, 1.2 kB, 53 MB: decimal units, two digits at least. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"]
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`
}

/** 0.04 s, 4.2 s, 57 s, 3 min 20 s, 2 h 5 min. */
export function secondsText(seconds: number): string {
  if (seconds < 0.095) return `${seconds.toFixed(2)} s`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole} s`
  if (whole < 7200) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  const minutes = Math.round(whole / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `2 nodes`, `1 node`. */
export const countText = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`

/** ` and 2 others`, which follows the one that is told; nothing when there are none. */
export const othersText = (n: number): string => (n > 0 ? ` and ${countText(n, "other")}` : "")

/** Lines that a list in a message has at most. */
const few = 10

/** What a message lists: each on a line of its own, and how many more there are. */
export const listed = (lines: readonly string[]): string =>
  [...lines.slice(0, few), ...(lines.length > few ? [`and ${lines.length - few} more`] : [])]
    .map((line) => `\n  ${line}`)
    .join("")

/** A field of CSV as in RFC 4180: in quotes where it needs them. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** Number to six digits, without zeros at the end. */
export const numberText = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(6))) : String(x))

/** JSON value in at most 60 characters, strings without quotes unless they are empty. */
export function valueText(value: unknown): string {
  const text = typeof value === "string" && value !== "" ? value : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** ISO time to the second, in UTC: `2025-11-22 00:07:31Z`. */
export const timeText = (iso: string): string => `${iso.slice(0, 19).replace("T", " ")}Z`

/** Words on a run that went on from a shorter one, by its key: `, resumed from 3f2a91c0d4e5`; none for other runs. */
export const resumedText = (from: string | undefined): string =>
  from === undefined ? "" : `, resumed from ${from.slice(0, 12)}`
