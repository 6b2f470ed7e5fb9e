import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Outputs, ParamSchema, Ports, PortValues, Stage } from "../../artifacts/stage.ts"

/** Parameters as the engine decodes them: every problem told, nothing unknown let through. */
export const decode = <P extends ParamSchema>(schema: P, params: P["Encoded"]): P["Type"] =>
  Schema.decodeUnknownSync(schema as Schema.Codec<unknown, unknown>)(params, {
    errors: "all",
    onExcessProperty: "error",
  })

/** Runs a stage by itself. */
export const run = <P extends ParamSchema, I extends Ports, O extends Outputs>(
  stage: Stage<P, I, O>,
  params: P["Encoded"],
  inputs: PortValues<I>,
  report: (fraction: number, detail?: string) => void = () => {},
): Promise<PortValues<O>> => Effect.runPromise(stage.run({ params: decode(stage.params, params), inputs, report }))

/** The StageError a stage ends in. */
export const failure = <P extends ParamSchema, I extends Ports, O extends Outputs>(
  stage: Stage<P, I, O>,
  params: P["Encoded"],
  inputs: PortValues<I>,
): Promise<{ readonly message: string; readonly advice?: string }> =>
  Effect.runPromise(Effect.flip(stage.run({ params: decode(stage.params, params), inputs, report: () => {} })))
