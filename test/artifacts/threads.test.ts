/** Threads that are lent to stages: how many, by what code, and how they end. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Code, codeOf } from "../../artifacts/code.ts"
import { Executor } from "../../artifacts/executor.ts"
import { readOne } from "../../artifacts/perform.ts"
import type { AnyStage, Json } from "../../artifacts/stage.ts"
import { ArtifactStore } from "../../artifacts/store.ts"
import gather from "./rig/gather.ts"
import linger from "./rig/linger.ts"
import { numbers } from "./rig/numbers.ts"

const folder = mkdtempSync(join(tmpdir(), "threads-"))
afterAll(() => rmSync(folder, { recursive: true }))

let codes: ReadonlyMap<string, Code>
beforeAll(async () => {
  codes = await Effect.runPromise(codeOf([gather, linger]))
})

let files = 0
const newFile = () => join(folder, `${files++}`)

const beats = (file: string) => (existsSync(file) ? statSync(file).size : 0)

/** That the file has stopped growing: whoever wrote to it is gone. */
async function expectSilence(file: string): Promise<void> {
  const before = beats(file)
  expect(before).toBeGreaterThan(0)
  await pause(100)
  expect(beats(file)).toBe(before)
}

type Ask = (params: Json) => Effect.Effect<readonly number[], { readonly message: string }>

/** Runs a stage on an executor; gives its numbers: of `gather`, how many threads it was granted, and how many came. */
const withExecutor = <A>(
  executor: typeof Executor.inline,
  use: (ask: Ask) => Effect.Effect<A, unknown>,
  stage: AnyStage = gather,
): Promise<A> =>
  Effect.gen(function* () {
    const store = yield* ArtifactStore
    const { execute } = yield* Executor
    return yield* use((params) =>
      Effect.gen(function* () {
        const { digest, bundle } = codes.get(stage.name)!
        const recipe = { stage: stage.name, code: digest, params, inputs: {}, runtime: {} } as never
        const assignment = { node: stage.name, recipe, inputs: {} }
        const { outputs } = yield* execute({ stage, bundle, assignment }, () => {})
        const { columns } = (yield* readOne(numbers, outputs.numbers!, store)) as { columns: { x: Float64Array } }
        return [...columns.x]
      }),
    )
  }).pipe(Effect.provide(Layer.provideMerge(executor, ArtifactStore.memory())), Effect.runPromise)

describe("threads", () => {
  it("are granted by the cores, and run the stage's own code", async () => {
    const ask = (cores: number) =>
      withExecutor(Executor.threads(1, cores), (ask) => ask({ threads: 0, file: newFile() }))
    expect(await ask(1)).toEqual([1, 0])
    expect(await ask(4)).toEqual([4, 3])
    expect(await withExecutor(Executor.inline, (ask) => ask({ threads: 0, file: newFile() }))).toEqual([1, 0])
  })

  it("are shared among the stages that run just then", async () => {
    const file = newFile()
    const granted = await withExecutor(Executor.threads(3, 5), (ask) =>
      Effect.gen(function* () {
        const other = yield* Effect.forkChild(ask({ threads: 1, end: "wait", file }))
        while (beats(file) === 0) yield* Effect.sleep(5)
        const beside = yield* ask({ threads: 0, file: newFile() })
        yield* Fiber.interrupt(other)
        return [beside, yield* ask({ threads: 0, file: newFile() })]
      }),
    )
    expect(granted).toEqual([
      [2, 1],
      [5, 4],
    ])
    await expectSilence(file)
  })

  it.each([
    ["done", undefined],
    ["fail", "the stage has had enough"],
    ["throw", "thread 1 has had enough"],
    ["exit", "a thread lent to the stage ended with code 3"],
  ])("end with the stage, which they fail if they end before: %s", async (end, message) => {
    const file = newFile()
    await withExecutor(Executor.threads(1), (ask) =>
      Effect.gen(function* () {
        const result = yield* Effect.result(ask({ threads: 2, end, file }))
        // As the last thread ends, the first may not have begun to write.
        if (message === undefined) expect(result).toMatchObject({ success: [expect.any(Number), 2] })
        else expect(result).toMatchObject({ failure: { message: expect.stringContaining(message) } })
        const before = beats(file)
        yield* Effect.promise(() => pause(100))
        expect(beats(file)).toBe(before)
        // The executor is as good as before.
        expect(yield* ask({ threads: 3, file: newFile() })).toEqual([expect.any(Number), 3])
      }),
    )
  })

  it("end with a stage that is interrupted while it waits for them", async () => {
    const file = newFile()
    await withExecutor(Executor.threads(1), (ask) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(ask({ threads: 2, end: "wait", file }))
        while (beats(file) < 10) yield* Effect.sleep(5)
        yield* Fiber.interrupt(fiber)
        yield* Effect.promise(() => expectSilence(file))
      }),
    )
  })
})

describe.each(["throw", "exit"])("a thread that ends by a timer that its stage has left: %s", (end) => {
  it("while nobody talks to it, is no uncaught error, and is not hired again", async () => {
    const use = (ask: Ask) =>
      Effect.gen(function* () {
        for (let i = 0; i < 2; i++) {
          const gate = newFile()
          expect(yield* ask({ gate, end })).toEqual([1])
          writeFileSync(gate, "")
          while (existsSync(gate)) yield* Effect.sleep(5)
          yield* Effect.sleep(200)
        }
      })
    await withExecutor(Executor.threads(1), use, linger)
  })

  it("as the next order comes, fails that one at worst, and nothing waits for it", async () => {
    const use = (ask: Ask) =>
      Effect.gen(function* () {
        for (let i = 0; i < 8; i++) {
          const gate = newFile()
          const result = yield* Effect.result(ask({ gate, end }))
          if (result._tag === "Failure") expect(result.failure.message).toMatch(/has had enough|ended with code/)
          writeFileSync(gate, "")
          yield* Effect.sleep(i)
        }
      })
    await withExecutor(Executor.threads(1), use, linger)
  })
})
