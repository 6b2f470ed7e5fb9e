import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { compile, modules } from "../../stages/numerics/build.ts"

test.each(modules)("the committed %s.wasm.ts is what its sources compile to", { timeout: 60_000 }, async (module) => {
  const committed = new URL(`../../stages/numerics/${module}/${module}.wasm.ts`, import.meta.url)
  expect(await compile(module)).toBe(await readFile(committed, "utf8"))
})
