import { describe, expect, it } from "vitest"
import { accuracyLaw, bandNote, bandsOf, dimensionLaw, gammaSpread } from "../../stages/figures/bands.ts"

const samplesOf = (values: readonly number[], x = 0) => values.map((y, seed) => ({ seed, x, y }))

describe("empirical bands", () => {
  it("interpolate between order statistics at each x, ascending", () => {
    const samples = [5, 1, 3].flatMap((y, seed) => [7, 2].map((x) => ({ seed, x, y: y + x })))
    const band = (x: number) => ({ low: x + 1.5, median: x + 3, high: x + 4.5, n: 3 })
    expect(bandsOf(samples, undefined)).toEqual(
      [2, 7].map((x) => ({ x, ...band(x), empirical: band(x), fallback: false })),
    )
  })
})

describe("bands of gamma fits", () => {
  // scipy 1.10: stats.gamma.fit(values, floc=.9999), and of 1 - values with floc=-.0001, then stats.gamma.ppf.
  it.each([
    [dimensionLaw, [1.2, 1.5, 1.9, 2.4, 3.1], [1.29727128, 1.84771314, 2.85887269]],
    [accuracyLaw, [0.8, 0.9, 0.95, 1], [0.78881191, 0.96732346, 0.9990856]],
  ])("agree with scipy for %o", (law, values, [low, median, high]) => {
    const spread = gammaSpread(values, law)!
    expect(spread.low).toBeCloseTo(low!, 6)
    expect(spread.median).toBeCloseTo(median!, 6)
    expect(spread.high).toBeCloseTo(high!, 6)
    expect(spread.n).toBe(values.length)
    const [band] = bandsOf(samplesOf(values), law)
    expect(band).toMatchObject({ ...spread, fallback: false })
    expect(band!.empirical.low).not.toBe(spread.low)
  })

  it("stay within what the quantity can be", () => {
    // Nearly all values on the edge: quantiles of the fit lie between it and the location.
    const { high } = gammaSpread([1, 1, 1, 1, 1, 1, 1, 0.9], accuracyLaw)!
    expect(high).toBe(1)
    expect(gammaSpread([1, 1, 1, 1, 1, 1, 1, 2], dimensionLaw)?.low).toBe(1)
  })

  it("fall back to empirical quantiles where all values are equal, and where one is beyond the edge", () => {
    for (const values of [
      [1, 1, 1],
      [0.5, 0.6, 1.1],
    ]) {
      expect(gammaSpread(values, accuracyLaw)).toBeUndefined()
      const [{ empirical, fallback, ...drawn }] = bandsOf(samplesOf(values), accuracyLaw) as [
        ReturnType<typeof bandsOf>[number],
      ]
      expect(drawn).toEqual({ x: 0, ...empirical })
      expect(fallback).toBe(true)
    }
  })
})

describe("the note on bands", () => {
  const curve = (seeds: number) => ({
    samples: samplesOf(Array.from({ length: seeds }, () => 0)),
  })

  it.each([
    [[30, 30], /over 30 seeds.*quantiles\)\.$/],
    [[30, 5], /over 5 to 30 seeds/],
    [[30, 2], /over 30 seeds.* Below 3 seeds each line is one seed/],
    [[1], /^Below 3 seeds/],
  ])("over %j seeds", (seeds, note) => {
    expect(bandNote(seeds.map(curve))).toMatch(note)
  })

  it("counts the fits that were given up", () => {
    const samples = [...samplesOf([1, 1, 1], 0), ...samplesOf([1, 1.5, 2], 1)]
    const note = bandNote([{ samples, law: dimensionLaw }])
    expect(note).toContain("(gamma fits; empirical ones are in the data table)")
    expect(note).toContain("At 1 of 2 medians")
    expect(bandNote([{ samples: samplesOf([1, 1.5, 2]), law: dimensionLaw }])).not.toContain("no fit")
  })
})
