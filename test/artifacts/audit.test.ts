import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Audited, audit, isSampled, recordsOf, type Subject, withMakers } from "../../artifacts/audit.ts"
import { decodeValue, encodeValue } from "../../artifacts/codec.ts"
import { writeWhole } from "../../artifacts/files.ts"
import { type ArtifactKey, sha256 } from "../../artifacts/key.ts"
import { plan, planner } from "../../artifacts/plan.ts"
import { ArtifactStore, markerPath, objectPath, type Store } from "../../artifacts/store.ts"
import { fromColumns } from "../../schemas/table.ts"
import { openStore } from "./crates.ts"
import { numbers } from "./rig/numbers.ts"
import { build, executors, type Rig, runOnce } from "./rig.ts"

const folder = mkdtempSync(join(tmpdir(), "audit-"))
afterAll(() => rmSync(folder, { recursive: true }))

let [stores, rig] = [0, undefined as Rig | undefined]
let filled: Store
beforeAll(async () => {
  rig = await build()
  filled = openStore(join(folder, "filled"))
  await runOnce(filled, rig)
})

/** Every node that is up to date: produce, scale and the same again, then combine. */
async function subjectsIn(store: Store): Promise<readonly Subject[]> {
  const { graph, codes } = rig!
  const steps = await Effect.runPromise(plan(planner(graph, codes, store), new Set(graph.nodes.keys())))
  return steps.flatMap((step) => {
    const { id: node, stage } = graph.nodes[step.node]!
    return step._tag === "Cached"
      ? [{ node, stage, manifest: step.manifest, code: codes.get(stage.name)!, drift: [] }]
      : []
  })
}

interface Trial {
  readonly chosen?: readonly Subject[]
  readonly rtol?: number
  readonly executor?: keyof typeof executors
}

/** Audits in a scratch store of its own. */
const auditOf = (
  subjects: readonly Subject[],
  trial: Trial = {},
  lower = filled.root!,
): Promise<readonly Audited[]> => {
  const scratch = ArtifactStore.disk(join(folder, `scratch-${stores++}`), [lower])
  const records = recordsOf(subjects.map(({ manifest }) => manifest))
  const program = Effect.gen(function* () {
    const needed = withMakers({ subjects, chosen: trial.chosen ?? subjects, records }, yield* ArtifactStore)
    return yield* audit(needed, { records, rtol: trial.rtol, emit: () => {} })
  })
  const layer = executors[trial.executor ?? "inline"].pipe(Layer.provideMerge(scratch))
  return Effect.runPromise(Effect.provide(program, layer))
}

/** Node, and what came of it. */
const verdicts = (audited: readonly Audited[]) =>
  audited.map(({ subject: { node }, verdict }) => {
    const cause = "cause" in verdict && verdict.cause ? ` ${verdict.cause.kind}` : ""
    return `${node} ${verdict._tag}${cause}`
  })

/** The subject, said to have given other numbers. */
async function altered(subject: Subject, change: (x: number) => number): Promise<Subject> {
  const output = subject.manifest.outputs.numbers!
  const { columns } = await decodeValue(numbers, await Effect.runPromise(filled.read(output)))
  const { bytes } = await encodeValue(numbers, fromColumns(numbers, { x: columns.x.map(change) }))
  const digest = await Effect.runPromise(filled.write(bytes, "parquet"))
  const outputs = { numbers: { ...output, digest, bytes: bytes.length } }
  return { ...subject, manifest: { ...subject.manifest, outputs } }
}

describe.each(["inline", "workers"] as const)("an audit (%s)", (executor) => {
  it("finds the same bits, and leaves the audited store alone", async () => {
    const audited = await auditOf(await subjectsIn(filled), { executor })
    expect(verdicts(audited)).toEqual([
      "toy/produce[i=1] Same",
      "toy/scale[i=1] Same",
      "toy/produce[i=2] Same",
      "toy/scale[i=2] Same",
      "toy/combine Same",
    ])
  })

  it("tells other numbers by column, and passes them within a relative tolerance", async () => {
    const [, scaled] = await subjectsIn(filled)
    const other = await altered(scaled!, (x) => x * (1 + 2 ** -52))
    const [found] = await auditOf([other], { executor })
    expect(verdicts([found!])).toEqual(["toy/scale[i=1] Failed input"])
    const all = (await subjectsIn(filled)).map((of) => (of.node === other.node ? other : of))
    const [different] = await auditOf(all, { executor, chosen: [other] })
    expect(different!.verdict).toMatchObject({
      _tag: "Different",
      cause: { kind: "arithmetic", detail: expect.stringMatching(/^the same machine, /) },
      outputs: [{ port: "numbers", values: { rows: 3, columns: [{ column: "x", maxUlps: 2 }] } }],
    })
    const close = async (rtol: number) => verdicts(await auditOf(all, { executor, chosen: [other], rtol }))
    expect(await close(1e-15)).toEqual(["toy/scale[i=1] Close"])
    expect(await close(1e-16)).toEqual(["toy/scale[i=1] Different arithmetic"])
  })
})

describe("the cause of a difference", () => {
  const differing = async (change: (subject: Subject) => Subject) => {
    const [produced] = await subjectsIn(filled)
    const [found] = await auditOf([change(await altered(produced!, (x) => x + 1))])
    return found!.verdict
  }

  it("is the code when another ran than the recipe names, or its packages have other versions", async () => {
    const code = { digest: sha256("another"), bundle: "" }
    expect(await differing((subject) => ({ ...subject, code }))).toMatchObject({
      cause: { kind: "code", detail: expect.stringMatching(/^code [0-9a-f]{12} -> [0-9a-f]{12}$/) },
    })
    const drift = ["effect 4.0.0 -> 4.1.0"]
    expect(await differing((subject) => ({ ...subject, drift }))).toMatchObject({
      cause: { kind: "code", detail: "effect 4.0.0 -> 4.1.0" },
    })
  })

  it("is the runtime when what the stage leans on has another version", async () => {
    const runtime = async () => ({ v8: "13.1" })
    const verdict = await differing((subject) => ({
      ...subject,
      stage: { ...subject.stage, runtime },
      manifest: { ...subject.manifest, recipe: { ...subject.manifest.recipe, runtime: { v8: "11.3" } } },
    }))
    expect(verdict).toMatchObject({ cause: { kind: "runtime", detail: "v8 11.3 -> 13.1" } })
  })

  it("is chance when two runs here differ", async () => {
    let turn = 0
    const run = () => Effect.sync(() => ({ numbers: fromColumns(numbers, { x: Float64Array.of(turn++) }) }))
    const verdict = await differing((subject) => ({ ...subject, stage: { ...subject.stage, run: run as never } }))
    expect(verdict).toMatchObject({ _tag: "Different", cause: { kind: "chance" } })
  })

  it("is not asked for when the stage fails as it did not before", async () => {
    const run = () => Effect.die(new TypeError("a defect"))
    const verdict = await differing((subject) => ({ ...subject, stage: { ...subject.stage, run } }))
    expect(verdict).toMatchObject({ _tag: "Failed", cause: undefined, message: expect.stringContaining("a defect") })
  })
})

describe("an input that is not in the store", () => {
  it("is made first when the audit knows how, and not when it is there", async () => {
    const store = openStore(join(folder, "evicted"))
    await runOnce(store, rig!)
    const subjects = await subjectsIn(store)
    const [produced, scaled] = subjects as [Subject, Subject]
    const record = produced.manifest.outputs.numbers!
    expect(verdicts(await auditOf(subjects, { chosen: [scaled] }, store.root))).toEqual(["toy/scale[i=1] Same"])
    rmSync(objectPath(store.root!, record))
    const path = markerPath(store.root!, record.digest)
    Effect.runSync(writeWhole(dirname(path), path, Buffer.of(), 0o444))
    expect(verdicts(await auditOf(subjects, { chosen: [scaled] }, store.root))).toEqual([
      "toy/produce[i=1] Same",
      "toy/scale[i=1] Same",
    ])
  })

  it("is made by the first that gives it, when a later one gives the same", async () => {
    const store = openStore(join(folder, "twice"))
    await runOnce(store, rig!)
    const subjects = await subjectsIn(store)
    const [produced, scaled] = subjects as [Subject, Subject]
    rmSync(objectPath(store.root!, produced.manifest.outputs.numbers!))
    const { key } = subjects[4]!.manifest
    const later = { ...produced, node: "later", manifest: { ...produced.manifest, key } }
    const twin = { ...produced, node: "twin" }
    const all = [produced, scaled, later, twin]
    expect(verdicts(await auditOf(all, { chosen: [scaled, later, twin] }, store.root))).toEqual([
      "toy/produce[i=1] Same",
      "toy/scale[i=1] Same",
      "later Same",
    ])
  })

  it("is the cause when it is damaged", async () => {
    const store = openStore(join(folder, "damaged"))
    await runOnce(store, rig!)
    const subjects = await subjectsIn(store)
    const record = subjects[0]!.manifest.outputs.numbers!
    rmSync(objectPath(store.root!, record))
    writeFileSync(objectPath(store.root!, record), Buffer.alloc(record.bytes))
    expect(verdicts(await auditOf([subjects[1]!, subjects[0]!], { chosen: [subjects[1]!] }, store.root))).toEqual([
      "toy/scale[i=1] Failed input",
    ])
  })
})

describe("a sample", () => {
  const keys = Array.from({ length: 1000 }, (_, i) => sha256(String(i)) as ArtifactKey)
  const of = (share: number) => keys.filter((key) => isSampled(key, share))

  it("is none, all, or about its share, the same each time, and part of every larger one", () => {
    expect([of(0).length, of(1).length]).toEqual([0, 1000])
    expect(Math.abs(of(0.3).length - 300)).toBeLessThan(60)
    expect(of(0.6)).toEqual(expect.arrayContaining(of(0.3)))
  })
})
