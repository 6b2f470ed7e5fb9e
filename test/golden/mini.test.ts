import { expect, it } from "vitest"
import { digestsOfMini, locked } from "./digests.ts"

it("the preset mini has the bits of the lock file, on 1 and on 4 worker threads", { timeout: 300_000 }, async () => {
  const digests = await digestsOfMini(1)
  expect(digests).toEqual(locked())
  expect(await digestsOfMini(4)).toEqual(digests)
})
