/** The commands that judge a store, where there is none. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { expect, it } from "vitest"
import { call, freshStore } from "./rig.ts"

it.each(["verify", "verify --repair", "gc", "gc --dry-run"])("%s refuses what is no folder", async (line) => {
  const { root, remove } = freshStore()
  const said = async (store: string) => {
    const { code, out, err } = await call([...line.split(" "), "--store", store])
    return [code, out, err]
  }
  const refused = (found: string) => {
    return [2, "", `error: --store ${root}: expected the folder of a store, found ${found}; check the path\n`]
  }
  expect(await said(root)).toEqual(refused("nothing"))
  expect(existsSync(root)).toBe(false)
  writeFileSync(root, "")
  expect(await said(root)).toEqual(refused("a file"))
  expect(await said(`${root}/below`)).toEqual([2, "", expect.stringContaining("a part of the path is a file")])
  remove()
  mkdirSync(dirname(root))
  mkdirSync(root)
  expect(await said(root)).toEqual([0, expect.any(String), ""])
  expect(readdirSync(root)).toEqual([])
  remove()
})
