import { setFlagsFromString } from "node:v8"

/**
 * Lets V8 join neighbouring 128-bit operations of WebAssembly into 256-bit ones, where the processor has them: lane by
 * lane the same IEEE operations, so the same bits, and products one and a half times as fast. Call it before a module
 * is compiled; it holds for the whole process.
 *
 * Only on V8 13 (Node 24), where the golden digests are compared with it (`npm run golden:everywhere`): in Node 22 it
 * gains nothing, Node 20 does not have it, and it is an experiment of V8 still.
 */
export function useWideVectors(v8: string = process.versions.v8): boolean {
  const tested = v8.startsWith("13.")
  if (tested) setFlagsFromString("--experimental-wasm-revectorize")
  return tested
}
