/**
 * Compiles the WebAssembly modules: `<module>/assembly/index.ts` (AssemblyScript) becomes `<module>/<module>.wasm.ts`,
 * the binary in base64, so that tsx, vitest and the stage bundles all load it without a loader. The result is committed;
 * a test compiles again and compares. Run: `npm run build:kernels` for all modules, `tsx stages/numerics/build.ts kernel`
 * for one.
 */
import { readFile, writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"

export const modules = ["kernel", "linear"] as const

const flags = ["--runtime", "stub", "--enable", "simd", "-O3", "--noAssert", "--initialMemory", "2", "--use", "abort="]

/** Source text of `<module>.wasm.ts`, compiled afresh. Rejects with the compiler's own messages. */
export async function compile(module: string): Promise<string> {
  const asc = await import("assemblyscript/asc")
  const folder = fileURLToPath(new URL(`./${module}/assembly/`, import.meta.url))
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(["index.ts", "--outFile", "out.wasm", ...flags], {
    readFile: (name: string) => readFile(name.startsWith("/") ? name : folder + name, "utf8").catch(() => null),
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name === "out.wasm") binary = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error || !binary) throw new Error(`${module}: ${error?.message ?? "no output"}\n${stderr.toString()}`)
  const base64 = Buffer.from(binary).toString("base64")
  const lines = base64.match(/.{1,120}/g) ?? []
  return [
    "// Compiled from ./assembly by `npm run build:kernels`; do not edit.",
    `export const base64 =\n  "${lines.join('" +\n  "')}"`,
    "",
  ].join("\n")
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const module of process.argv.length > 2 ? process.argv.slice(2) : modules)
    await writeFile(new URL(`./${module}/${module}.wasm.ts`, import.meta.url), await compile(module))
