import { setFlagsFromString } from "node:v8"

/**
 * Whether this engine can join neighbouring 128-bit operations of WebAssembly into 256-bit ones. On V8 13 (Node 24)
 * alone, where the golden digests are compared with it (`npm run golden:everywhere`): it is an experiment of V8 still,
 * which gains nothing in Node 22 and is not in Node 20.
 */
export const hasWideVectors = (v8: string = process.versions.v8, processor: string = process.arch): boolean =>
  processor === "x64" && v8.startsWith("13.")

/**
 * Joins them, in all that this process compiles from now on: lane by lane the same IEEE operations, so the same bits,
 * and products one and a half times as fast. Processors without AVX2 go on as before.
 */
export function useWideVectors(): void {
  if (hasWideVectors()) setFlagsFromString("--experimental-wasm-revectorize")
}
