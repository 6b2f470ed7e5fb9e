import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { afterAll, expect, it } from "vitest"
import { doctor } from "../../artifacts/doctor.ts"
import { filesBelow, folders } from "./words.ts"

const store = folders("doctor")
afterAll(store.clean)

/** A project with these packages wanted and these installed. */
function project(wanted: Record<string, string>, installed: Record<string, string>, node = ">=18"): URL {
  const root = store.next()
  mkdirSync(root)
  for (const [name, version] of Object.entries(installed)) {
    mkdirSync(join(root, "node_modules", name), { recursive: true })
    writeFileSync(join(root, "node_modules", name, "package.json"), JSON.stringify({ version }))
  }
  writeFileSync(join(root, "package.json"), JSON.stringify({ version: "1", engines: { node }, dependencies: wanted }))
  return pathToFileURL(join(root, "package.json"))
}
const examine = (root: string, manifest: URL, backends: string[] = []) =>
  Effect.runPromise(doctor(root, { manifest, backends }))

it("tries out the filesystem, and leaves nothing behind", async () => {
  const root = store.next()
  const checks = await examine(root, project({}, {}))
  expect(checks.map(({ check }) => check)).toEqual([
    "filesystem",
    "free space",
    "create",
    "rename over",
    "fsync of a file",
    "fsync of a folder",
    "hard link",
    "case",
    "resolution of file times",
    "clock of the filesystem",
    "WebAssembly",
    "node",
  ])
  const details = Object.fromEntries(checks.map(({ check, detail }) => [check, detail]))
  expect(details).toMatchObject({ create: "yes", "rename over": "yes", "fsync of a file": "yes", "hard link": "yes" })
  expect(details["free space"]).toMatch(/^\d+\.\d GB$/)
  expect(details["resolution of file times"]).toMatch(/^\d+(\.\d+)? ms$/)
  expect(details["clock of the filesystem"]).toMatch(/^\d+ ms (ahead|behind)$/)
  expect(details.WebAssembly).toMatch(/^(128|256) bits at a time/)
  expect(filesBelow(root, "")).toEqual([])
})

it("compares versions with those that are locked", async () => {
  const wanted = { right: "1.2.3", wrong: "1.2.3", absent: "1.2.3", loose: "^1.0.0", "@scope/name": "2.0.0" }
  const manifest = project(wanted, {
    right: "1.2.3",
    wrong: "1.2.4",
    loose: "1.9.0",
    "@scope/name": "2.0.0",
    fast: "4",
  })
  const checks = (await examine(store.next(), manifest, ["fast", "faster"])).slice(12)
  expect(checks).toEqual([
    { check: "right", ok: true, detail: "1.2.3" },
    { check: "wrong", ok: false, detail: "1.2.4 instead of 1.2.3: run npm ci" },
    { check: "absent", ok: false, detail: "not installed: run npm ci" },
    { check: "loose", ok: true, detail: "1.9.0" },
    { check: "@scope/name", ok: true, detail: "2.0.0" },
    { check: "fast", ok: true, detail: "4" },
    { check: "faster", ok: true, detail: "not installed: optional" },
  ])
})

it.each([
  [">=18", true],
  [">=20.0.0", true],
  [">=999", false],
])("knows whether node is %s", async (node, ok) => {
  const checks = await examine(store.next(), project({}, {}, node))
  expect(checks.find(({ check }) => check === "node")).toMatchObject({ ok })
})

it("fails with a typed error where nothing can be made", async () => {
  const file = store.next()
  writeFileSync(file, "")
  const error = await Effect.runPromise(Effect.flip(doctor(file, { manifest: project({}, {}), backends: [] })))
  expect(error.reason).toMatchObject({ _tag: "Io", code: "ENOTDIR" })
})
