import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Outputs, ParamSchema, Ports, PortValues, Stage } from "../../artifacts/stage.ts"
import { type ArtifactSchema, type Framed, type FramedSchema, isFramed, type Table } from "../../schemas/table.ts"
import { framedOf, wholeOf } from "./tables.ts"

/** Parameters as the engine decodes them: every problem told, nothing unknown let through. */
export const decode = <P extends ParamSchema>(schema: P, params: P["Encoded"]): P["Type"] =>
  Schema.decodeUnknownSync(schema as Schema.Codec<unknown, unknown>)(params, {
    errors: "all",
    onExcessProperty: "error",
  })

/** What ports carry, but that framed tables may be whole. */
type Inputs<I extends Ports> = {
  readonly [K in keyof I]: PortValues<I>[K] | (I[K] extends FramedSchema ? Table<I[K]> : never)
}
/** What ports carry, but that framed tables are whole. */
type Tables<O extends Outputs> = {
  readonly [K in keyof O]: O[K] extends FramedSchema ? Table<O[K]> : PortValues<O>[K]
}

const mapped = (schemas: Ports, values: object, of: (value: never) => unknown) =>
  Object.fromEntries(
    Object.entries(values).map(([port, value]) => [
      port,
      isFramed(schemas[port] as ArtifactSchema) ? of(value as never) : value,
    ]),
  )

const opened = <I extends Ports>(schemas: I, inputs: Inputs<I>) =>
  mapped(schemas, inputs, (value: Table<FramedSchema> | Framed) =>
    "columns" in value ? framedOf(value) : value,
  ) as PortValues<I>

export const gathered = <O extends Outputs>(schemas: O, outputs: PortValues<O>) =>
  mapped(schemas, outputs, wholeOf) as Tables<O>

/** Runs a stage by itself. */
export const run = <P extends ParamSchema, I extends Ports, O extends Outputs>(
  stage: Stage<P, I, O>,
  params: P["Encoded"],
  inputs: Inputs<I>,
  report: (fraction: number, detail?: string) => void = () => {},
): Promise<Tables<O>> =>
  Effect.runPromise(
    Effect.map(
      stage.run({ params: decode(stage.params, params), inputs: opened(stage.inputs, inputs), report }),
      (outputs) => gathered(stage.outputs, outputs),
    ),
  )

/** The StageError a stage ends in. */
export const failure = <P extends ParamSchema, I extends Ports, O extends Outputs>(
  stage: Stage<P, I, O>,
  params: P["Encoded"],
  inputs: Inputs<I>,
): Promise<{ readonly message: string; readonly advice?: string }> =>
  Effect.runPromise(
    Effect.flip(
      stage.run({ params: decode(stage.params, params), inputs: opened(stage.inputs, inputs), report: () => {} }),
    ),
  )
