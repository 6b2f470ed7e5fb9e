/** Edits of the toy stages' code: in a copy of the project, to which a stage is pointed for a while. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { AnyStage } from "../../artifacts/stage.ts"

const project = fileURLToPath(new URL("../..", import.meta.url))

export interface Edits {
  /** Takes `from` for `to` in the file of a toy stage, from now on. */
  readonly edit: (stage: AnyStage, from: string, to: string) => void
  /** All stages as they are in the project. */
  readonly undo: () => void
  readonly remove: () => void
}

export function editing(): Edits {
  const folder = mkdtempSync(join(tmpdir(), "edits-"))
  for (const part of ["artifacts", "schemas", "test/cli/toy"])
    cpSync(join(project, part), join(folder, part), { recursive: true })
  const sources = new Map<AnyStage, string>()
  const undo = () => {
    for (const [stage, source] of sources) Object.assign(stage, { source })
  }
  return {
    edit: (stage, from, to) => {
      const path = join(folder, "test/cli/toy", `${stage.name}.ts`)
      const original = sources.get(stage) ?? stage.source
      const text = readFileSync(fileURLToPath(original), "utf8")
      if (!text.includes(from)) throw new RangeError(`${path} has no ${from}`)
      writeFileSync(path, text.replaceAll(from, to))
      sources.set(stage, original)
      Object.assign(stage, { source: pathToFileURL(path).href })
    },
    undo,
    remove: () => {
      undo()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
