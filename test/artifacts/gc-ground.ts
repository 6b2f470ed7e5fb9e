/** Stores for the tests of gc: artifacts of a known age, and the logs of the runs that used them. */
import { statSync, utimesSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type GcOptions, gc } from "../../artifacts/gc.ts"
import type { Manifest } from "../../artifacts/manifest.ts"
import { check, damageIn, filesBelow, folders, open, publish } from "./words.ts"

export const store = folders("gc")

export const collect = (root: string, options: GcOptions = {}) => Effect.runPromise(gc(root, options))
export const nameOf = ({ recipe, key }: Manifest) => `${recipe.stage}/${key}`
export const day = 86_400

/** Makes every file so many days old. */
export function age(root: string, days: number, folder = ""): void {
  for (const name of filesBelow(root, folder)) {
    const path = join(root, folder, name)
    const then = statSync(path).mtimeMs / 1000 - days * day
    utimesSync(path, then, then)
  }
}

/** Log of a run that used these artifacts, its last line cut off as by a kill. */
export const log = (root: string, run: string, used: readonly Manifest[]) =>
  Effect.runSync(
    open(root).log(
      run,
      [
        ...used.map(({ recipe, key }) => JSON.stringify({ event: "cached", node: "", stage: recipe.stage, key })),
        '{"event":"cac',
      ].join("\n"),
    ),
  )

/** Three artifacts a, b, c, and runs that used a, then b and c, then c; all ten days old. */
export function three() {
  const root = store.next()
  const [a, b, c] = ["aaa", "bbbb", "ccccc"].map((text) => publish(open(root), text, { params: { text } })) as [
    Manifest,
    Manifest,
    Manifest,
  ]
  log(root, "2020-01-01-x", [a])
  log(root, "2020-01-02-x", [b, c])
  log(root, "2020-01-03-x", [c])
  age(root, 10)
  return { root, a, b, c }
}
export const left = (root: string) => filesBelow(root, "manifests/v1").map((name) => name.replace(/\.json$/, ""))
export const whole = async (root: string) => damageIn(await check(root)).length === 0
