import { describe, expect, it, vi } from "vitest"
import { classPurity } from "../../stages/numerics/nearest-neighbours.ts"
import { stream } from "../../stages/numerics/random.ts"
import { umap } from "../../stages/numerics/umap.ts"

const [N, n] = [90, 10]
const labels = Int32Array.from({ length: N }, (_, i) => i % 3)

function run(
  options: { start?: Float64Array; epochs?: number; onEpoch?: (epoch: number, epochs: number) => void } = {},
) {
  const random = stream(10, "umap")
  const x = Float32Array.from({ length: N * n }, (_, at) => {
    return (at % n === labels[Math.floor(at / n)] ? 8 : 0) + random.normal()
  })
  return umap({ x, N, n, epochs: 100, random: () => random.uniform(), ...options })
}

describe("umap", () => {
  it("parts three clouds, and repeats", () => {
    const y = run()
    expect(y.length).toBe(2 * N)
    expect(classPurity(y, N, 2, labels)).toBe(1)
    expect(run()).toEqual(y)
  })

  it("does not depend on the engine's exp, log and pow", () => {
    const y = run({ epochs: 3 })
    for (const name of ["exp", "log", "pow"] as const) vi.spyOn(Math, name).mockReturnValue(Number.NaN)
    const again = run({ epochs: 3 })
    vi.restoreAllMocks()
    expect(again).toEqual(y)
  })

  it("reports every epoch", () => {
    const epochs: string[] = []
    run({ epochs: 3, onEpoch: (epoch, of) => epochs.push(`${epoch}/${of}`) })
    expect(epochs).toEqual(["1/3", "2/3", "3/3"])
  })

  it("moves from a given start", () => {
    const start = Float64Array.from({ length: 2 * N }, (_, at) => 100 + at)
    const y = run({ start, epochs: 4 })
    const shift = y.map((value, at) => Math.abs(value - start[at]!))
    expect(Math.max(...shift)).toBeGreaterThan(0)
    expect(shift.reduce((sum, value) => sum + value, 0) / (2 * N)).toBeLessThan(30)
  })

  it("refuses as many neighbours as points", () => {
    const random = () => 0.5
    expect(() => umap({ x: new Float32Array(30), N: 15, n: 2, random })).toThrow(RangeError)
    expect(() => umap({ x: new Float32Array(60), N: 30, n: 2, neighbours: 1, random })).toThrow(RangeError)
  })
})
