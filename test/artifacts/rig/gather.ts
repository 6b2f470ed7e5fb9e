import { appendFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { StageError, stage } from "../../../artifacts/stage.ts"
import { param, required, whole } from "../../../schemas/param.ts"
import { fromColumns } from "../../../schemas/table.ts"
import { numbers } from "./numbers.ts"

interface Order {
  readonly index: number
  readonly file: string
  readonly end: string
  readonly cells: Int32Array
}

const [THERE, NEVER] = [0, 1]

const wait = (cells: Int32Array, forever: boolean, count: number) => {
  for (let there = 0; forever || there < count; there = Atomics.load(cells, THERE)) Atomics.wait(cells, THERE, there)
}

export default stage({
  name: "gather",
  doc: "starts threads, waits until each has said that it is there, and ends in one way or another",
  source: import.meta.url,
  params: Schema.Struct({
    threads: required(whole(0), { doc: "how many to start; 0 for those that are granted besides its own" }),
    end: param(Schema.Literals(["done", "fail", "wait", "throw", "exit"]), "done", {
      doc: "`fail` and `wait`: of the stage; `throw` and `exit`: of the last thread, while the stage waits for ever",
    }),
    file: required(Schema.String, { doc: "grows as long as there is a thread" }),
  }),
  inputs: {},
  outputs: { numbers },
  assist: ({ index, file, end, cells }: Order) => {
    Atomics.add(cells, THERE, 1)
    Atomics.notify(cells, THERE)
    if (end === "throw") throw new RangeError(`thread ${index} has had enough`)
    if (end === "exit") process.exit(3)
    // As a thread that waits for work: nothing but its end stops it.
    for (;;) {
      appendFileSync(file, ".")
      Atomics.wait(cells, NEVER, 0, 2)
    }
  },
  run: ({ params: { threads: wanted, end, file }, threads }) =>
    Effect.gen(function* () {
      const granted = threads?.granted() ?? 1
      const count = wanted || granted - 1
      const cells = new Int32Array(new SharedArrayBuffer(8))
      for (let index = 0; index < count; index++)
        threads?.start({ index, file, end: index === count - 1 ? end : "done", cells })
      wait(cells, false, count)
      if (end === "fail") return yield* new StageError({ message: "the stage has had enough" })
      wait(cells, end !== "done", count)
      return { numbers: fromColumns(numbers, { x: Float64Array.of(granted, Atomics.load(cells, THERE)) }) }
    }),
})
