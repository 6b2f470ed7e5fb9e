import { afterAll, expect, it } from "vitest"
import { call, freshStore, parsed } from "./rig.ts"

const { root, remove } = freshStore()
afterAll(remove)

const cli = (...args: string[]) => call([...args, "--store", root])

it("tries out the store's filesystem, and what is installed", async () => {
  const { code, out } = await cli("doctor")
  expect(code).toBe(0)
  expect(out).toMatch(/^ok +hard link +yes$/m)
  expect(out).toMatch(/^ok +effect +\d/m)
  expect(out.endsWith(`\nnothing is wrong with ${root}\n`)).toBe(true)
  const checks = parsed((await cli("doctor", "--json")).out)
  expect(checks.find(({ check }) => check === "rename over")).toEqual({
    event: "check",
    check: "rename over",
    ok: true,
    detail: "yes",
  })
})
