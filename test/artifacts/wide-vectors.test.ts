import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it, vi } from "vitest"
import { Executor } from "../../artifacts/executor.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import { hasWideVectors, useWideVectors } from "../../artifacts/wide-vectors.ts"

vi.mock(import("../../artifacts/wide-vectors.ts"), async (original) => ({
  ...(await original()),
  useWideVectors: vi.fn(),
}))

it("are switched on for worker threads, and for them alone", async () => {
  const opened = (executor: typeof Executor.inline) =>
    Effect.runPromise(
      Effect.void.pipe(Effect.provide(Layer.provideMerge(executor, ArtifactStore.memory())), Effect.scoped),
    )
  await opened(Executor.inline)
  expect(useWideVectors).not.toHaveBeenCalled()
  await opened(Executor.threads(1))
  expect(useWideVectors).toHaveBeenCalledOnce()
})

it.each([
  ["13.6.233.17-node.37", "x64", true],
  ["13.6.233.17-node.37", "arm64", false],
  ["12.4.254.21-node.33", "x64", false],
  ["11.3.244.8-node.38", "x64", false],
  ["130.1", "x64", false],
])("V8 %s on %s: %s", (v8, processor, expected) => {
  expect(hasWideVectors(v8, processor)).toBe(expected)
})

/** Products of 37 × 200 × 40, over and over until V8's optimizing compiler has had its turn, in a process of its own. */
const products = (wide: boolean): string => {
  const script = `
    const { useWideVectors } = await import("./artifacts/wide-vectors.ts")
    ${wide ? "useWideVectors()" : ""}
    const { openKernels } = await import("./stages/numerics/kernel/instance.ts")
    const { addProduct, packed, plain } = await import("./stages/numerics/kernel/operands.ts")
    const { kernels, buffers: { A, B, C } } = openKernels({ A: 37 * 200, B: 200 * 40, C: 37 * 40 })
    A.forEach((_, i) => (A[i] = (i % 89) / 89 - 0.5))
    B.forEach((_, i) => (B[i] = (i % 97) / 97 - 0.5))
    for (let i = 0; i < 3000; i++) {
      C.fill(0.1)
      addProduct(kernels, [37, 200, 40], plain(A.byteOffset, 200), packed(B.byteOffset, 200), plain(C.byteOffset, 40))
    }
    kernels.tanh(C.length, C.byteOffset)
    process.stdout.write(Buffer.from(C.buffer, C.byteOffset, C.byteLength).toString("base64"))`
  const options = ["--import", "tsx", "--input-type=module", "--eval", script]
  return execFileSync(process.execPath, options, {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    encoding: "utf8",
  })
}

describe.skipIf(!hasWideVectors())("256 bits at a time", () => {
  it("give the same bits as 128", () => {
    const narrow = products(false)
    expect(Buffer.from(narrow, "base64")).toHaveLength(4 * 37 * 40)
    expect(products(true)).toBe(narrow)
  })
})
