/** What a gc does where it cannot look at everything: nothing that it might regret. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, describe, expect, it } from "vitest"
import { StoreError } from "../../artifacts/errors.ts"
import { arm, disarm, type Point } from "../../artifacts/failpoint.ts"
import type { GcOptions } from "../../artifacts/gc.ts"
import { pin } from "../../artifacts/pins.ts"
import { age, collect, nameOf, store, three } from "./gc-ground.ts"
import { check, damageIn, filesBelow, manifestOf, open } from "./words.ts"

afterAll(store.clean)
afterEach(() => void disarm())

/** Three artifacts, a pin, a second result of a key, and code that nothing but an acceptance names; all ten days old. */
function ground(): string {
  const { root, a, b } = three()
  Effect.runSync(pin(root, { name: "paper", artifacts: [nameOf(a)] }))
  Effect.runSync(open(root).write(Buffer.from("other result"), "svg"))
  Effect.runSync(Effect.flip(open(root).commit({ ...manifestOf("other result"), key: b.key })))
  const digest = "0".repeat(64)
  for (const folder of ["bundles/v1", "accepted/v1/spell"]) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, "bundles", "v1", `${digest}.mjs`), "")
  writeFileSync(join(root, "accepted", "v1", "spell", `${digest}.json`), "{}")
  age(root, 10)
  return root
}

/** What is left of such a store by a gc, with a fault at the n-th call of a point, if there are so many. */
async function leftBy(options: GcOptions, point: Point, n: number, code: string) {
  const root = ground()
  arm(`${point}:${n}=${code}`)
  const failed = await collect(root, options).then(
    () => false,
    (error: unknown) => error instanceof StoreError,
  )
  const reached = disarm().filter((of) => of === point).length >= n
  return { root, failed, reached, left: filesBelow(root, "") }
}

describe.each<[Point, string]>([
  ["stat", "EIO"],
  ["stat", "EACCES"],
  ["stat", "ESTALE"],
  ["list", "EACCES"],
  ["read", "EIO"],
])("one call of %s that ends in %s", (point, code) => {
  it("removes nothing from a store without garbage", async () => {
    const all = filesBelow(ground(), "")
    let failures = 0
    for (let n = 1; ; n++) {
      const { reached, failed, left } = await leftBy({}, point, n, code)
      expect({ n, left }).toEqual({ n, left: all })
      if (!reached) break
      failures += Number(failed)
    }
    expect(failures).toBeGreaterThan(2)
  })

  it("removes nothing that the rules keep", async () => {
    const options = { keepRuns: 1 }
    const root = ground()
    await collect(root, options)
    const kept = filesBelow(root, "")
    for (let n = 1, reached = true; reached; n++) {
      const by = await leftBy(options, point, n, code)
      expect({ n, left: by.left }).toEqual({ n, left: expect.arrayContaining([...kept]) })
      expect(damageIn(await check(by.root))).not.toContain("missing output")
      reached = by.reached
    }
  })
})

it("a store of a newer layout is refused", async () => {
  const root = ground()
  for (const folder of ["manifests", "objects"]) renameSync(join(root, folder, "v1"), join(root, folder, "v2"))
  const all = filesBelow(root, "")
  await expect(collect(root, { keepRuns: 0 })).rejects.toThrow(/newer version of this program.*found v2/)
  expect(filesBelow(root, "")).toEqual(all)
})
