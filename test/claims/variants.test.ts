import { describe, expect, it } from "vitest"
import { at, nameOf, ofSetting, ofSettings, settingOf } from "../../stages/claims/variants.ts"
import { network } from "./judge.ts"

describe("a setting", () => {
  it("keeps what differs from the baseline", () => {
    expect(settingOf({ learningRate: 0.001, inputGain: "code", clusters: 60 })).toEqual({})
    expect(settingOf({ learningRate: 0.0005, inputGain: "unit", clusters: 60 })).toEqual({
      learningRate: 0.0005,
      inputGain: "unit",
    })
  })

  it("has a name", () => {
    expect(nameOf({})).toBe("baseline")
    expect(nameOf({ learningRate: 0.0005, clusters: 120 })).toBe("learningRate = 0.0005, clusters = 120")
  })

  it("is that of networks with exactly its labels", () => {
    const unit = ofSetting({ inputGain: "unit" })
    expect(unit(network({ inputGain: "unit" }))).toBe(true)
    expect(unit(network({ inputGain: "code" }))).toBe(false)
    expect(unit(network())).toBe(false)
    expect(unit(network({ clusters: 120 }))).toBe(false)
    expect(unit(network({ inputGain: "unit", clusters: 120 }))).toBe(false)
    expect(unit({ d: 2, g: 20, trained: true, inputGain: "unit" })).toBe(false)
    expect(unit({ d: 2, g: 20, seed: 0, inputGain: "unit", loss: "mse" })).toBe(false)
  })

  it("of nothing is the baseline alone", () => {
    expect(ofSetting({})(network())).toBe(true)
    expect(ofSetting({})(network({ over: "training" }))).toBe(false)
  })

  it("may go with some of the networks only", () => {
    const where = ofSetting({ loss: "mse" }, { d: 2, trained: true })
    expect(where(network({ d: 2, loss: "mse" }))).toBe(true)
    expect(where(network({ d: 200, loss: "mse" }))).toBe(false)
    expect(where(network({ d: 2, loss: "mse", trained: false }))).toBe(false)
  })

  it("may be one of several", () => {
    const where = ofSettings([{}, { clusters: 120 }], { d: 2 })
    expect([{}, { clusters: 120 }, { clusters: 240 }].map((labels) => where(network({ d: 2, ...labels })))).toEqual([
      true,
      true,
      false,
    ])
    expect(where(network())).toBe(false)
  })

  it("picks its tables out of all", () => {
    const gathered = [{}, { clusters: 120 }, { clusters: 120, loss: "mse" }].map((labels) => ({
      labels: network(labels),
    }))
    expect(at(gathered, { clusters: 120 })).toEqual([gathered[1]])
    expect(at(gathered, {})).toEqual([gathered[0]])
  })
})
