/** The toy study in a store, ready to be exported: the ground on which crates are tested. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll } from "vitest"
import { type Exported, exportTo, type Selection } from "../../artifacts/crate-export.ts"
import { openStore, upToDate } from "./crates.ts"
import { build, runOnce } from "./rig.ts"

export const folder = mkdtempSync(join(tmpdir(), "crates-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

export const rig = await build(["produce.count=5"])
/** Where the study was computed. */
export const origin = openStore(join(folder, "origin"))
export const first = await runOnce(origin, rig)
export const manifests = await upToDate(origin, rig)

/** Exports the study, or what `selection` makes of it, to `name` in the folder. */
export const exported = (name: string, selection: Partial<Selection> = {}, from = origin): Promise<Exported> =>
  Effect.runPromise(exportTo(from, { manifests, codes: rig.codes.values(), ...selection }, join(folder, name)))
