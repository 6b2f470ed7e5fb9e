/**
 * Parameters of stages and studies: an Effect schema with range, default, unit and symbol, so that a bad value is refused
 * with a sentence before anything runs, and help can list what there is.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

export interface ParamInfo {
  readonly doc: string
  /** Symbol in the papers, such as `g` or `σ`. */
  readonly symbol?: string
  readonly unit?: string
}

const annotated = <S extends Schema.Top>(schema: S, annotations: Record<string, unknown>) =>
  schema.annotate(annotations) as unknown as S

/** A parameter that must be given. */
export const required = <S extends Schema.Top>(schema: S, info: ParamInfo) =>
  annotated(schema, { description: describe(info) })

/** A parameter with a default: left out of the recipe while it has that value. */
export const param = <S extends Schema.Top>(schema: S, byDefault: NoInfer<S["Encoded"]>, info: ParamInfo) =>
  annotated(schema.pipe(Schema.withDecodingDefaultKey<S>(Effect.succeed(byDefault))), {
    description: describe(info),
    default: byDefault,
  })

const describe = ({ doc, symbol, unit }: ParamInfo): string =>
  [symbol && `${symbol}:`, doc, unit && `[${unit}]`].filter(Boolean).join(" ")

const numeric = (schema: Schema.Codec<number, number>, lo: number, hi: number, expected: string) =>
  schema.check(Schema.makeFilter((x: number) => (x >= lo && x <= hi ? undefined : `expected ${expected}`)))

/** Whole number in [lo, hi]. */
export const whole = (lo: number, hi = Number.MAX_SAFE_INTEGER) =>
  numeric(
    Schema.Int,
    lo,
    hi,
    hi === Number.MAX_SAFE_INTEGER ? `a whole number >= ${lo}` : `a whole number in ${lo}..${hi}`,
  )

/** Finite number in [lo, hi]. */
export const within = (lo: number, hi: number) => numeric(Schema.Finite, lo, hi, `a number in [${lo}, ${hi}]`)

/** Finite number > 0. */
export const positive = numeric(Schema.Finite, Number.MIN_VALUE, Number.MAX_VALUE, "a number > 0")

/** Finite number >= 0. */
export const nonNegative = numeric(Schema.Finite, 0, Number.MAX_VALUE, "a number >= 0")

/** Seed of the random streams: a whole number >= 0. */
export const seed = required(whole(0), { doc: "seed of the named random streams", symbol: "seed" })

/** One value or more. */
export const list = <S extends Schema.Top>(item: S) =>
  Schema.Array(item).check(Schema.makeFilter((items) => (items.length > 0 ? undefined : "expected one value or more")))
