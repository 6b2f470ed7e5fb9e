import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { tableFromIPC } from "apache-arrow"
import { expect, it } from "vitest"
import type { Manifest, OutputRecord } from "../../artifacts/manifest.ts"
import { digestsOf, locked } from "./digests.ts"

/** Every output that a manifest of the store names. */
function outputsOf(root: string): readonly OutputRecord[] {
  const files = readdirSync(join(root, "manifests"), { recursive: true, encoding: "utf8" })
  const manifests = files.filter((file) => file.endsWith(".json"))
  return manifests.flatMap((file) => {
    const { outputs } = JSON.parse(readFileSync(join(root, "manifests", file), "utf8")) as Manifest
    return Object.values(outputs)
  })
}

/** Opens every object with a reader that is not ours, and compares the number of rows. */
async function openAll(root: string): Promise<void> {
  const duck = await (await DuckDBInstance.create()).connect()
  const outputs = outputsOf(root)
  expect(new Set(outputs.map(({ digest }) => digest))).toEqual(new Set(Object.values(locked("mini"))))
  for (const { digest, format, rows, schema } of outputs) {
    const path = join(root, "objects", "v1", digest.slice(0, 2), `${digest.slice(2)}.${format}`)
    if (format === "parquet") {
      const read = await duck.runAndReadAll(`select count(*)::int as rows from '${path}'`)
      expect(read.getRowObjectsJS(), schema).toEqual([{ rows }])
    } else if (format === "arrow") expect(tableFromIPC(readFileSync(path)).numRows, schema).toBe(rows)
    else expect(readFileSync(path, "utf8")).toMatch(/^<svg /)
  }
}

it("the preset mini has the bits of the lock file, on 1 and on 4 worker threads, for any reader", { timeout: 300_000 }, async () => {
  const digests = await digestsOf({ preset: "mini", jobs: 1, look: openAll })
  expect(digests).toEqual(locked("mini"))
  expect(await digestsOf({ preset: "mini", jobs: 4 })).toEqual(digests)
})
