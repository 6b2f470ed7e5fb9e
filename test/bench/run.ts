/**
 * Speed on this machine, as one table: `npm run bench`, or `npm run bench -- kernel` for one file alone. Nothing is tested
 * and nothing is kept: figures of a shared machine are worth no more than the load that stands beside them.
 */
import { cpus, loadavg, platform } from "node:os"
import { useWideVectors } from "../../artifacts/wide-vectors.ts"
import type { Figure } from "./kernel.ts"

type Bench = () => Promise<readonly Figure[]>
const files: Readonly<Record<string, () => Promise<{ readonly default: Bench }>>> = {
  kernel: () => import("./kernel.ts"),
  analysis: () => import("./analysis.ts"),
  engine: () => import("./engine.ts"),
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(files, name))
if (unknown.length > 0) {
  console.error(`unknown ${unknown.join(", ")}; known: ${Object.keys(files).join(", ")}`)
  process.exit(2)
}

// As the threads of a run do.
useWideVectors()

const load = () => loadavg()[0]!.toFixed(1)
const rows: { readonly file: string; readonly load: string; readonly figure: Figure }[] = []
for (const file of asked.length > 0 ? asked : Object.keys(files)) {
  const { default: bench } = await files[file]!()
  const before = load()
  const figures = await bench()
  for (const figure of figures) rows.push({ file, figure, load: `${before}–${load()}` })
}

const widthOf = (cells: readonly string[]) => Math.max(0, ...cells.map(({ length }) => length))
const nameWidth = widthOf(rows.map(({ figure }) => figure.name))
console.log(`${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${platform()}, Node ${process.versions.node}`)
console.log(`${"file".padEnd(9)} ${"figure".padEnd(nameWidth)} ${"value".padStart(10)} ${"".padEnd(8)} load`)
for (const { file, figure, load } of rows) {
  const { name, value, unit } = figure
  console.log(
    `${file.padEnd(9)} ${name.padEnd(nameWidth)} ${value.toPrecision(4).padStart(10)} ${unit.padEnd(8)} ${load}`,
  )
}
