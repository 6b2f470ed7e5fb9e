/**
 * Lets a library compute with our elementary functions: engines differ in the last bits of `Math`'s, ours are the same
 * everywhere. For synchronous code only: nothing else runs while the functions are exchanged.
 */
import { pow as exactPow, exp, log } from "./elementary.ts"

/** x^y to about |y log x| ulp where y is a fraction: libraries that ask for it a hundred million times need no more. */
const pow = (x: number, y: number): number => {
  if (y === 2) return x * x
  return x > 0 && !Number.isInteger(y) ? exp(y * log(x)) : exactPow(x, y)
}

const ours = { exp, log, pow } as const

/** What `body` returns, run with our exp, log and pow in place of the engine's; they are back when it ends or throws. */
export function withOurMath<A>(body: () => A): A {
  const engine = Object.keys(ours).map((name) => [name, Reflect.get(Math, name)] as const)
  Object.assign(Math, ours)
  try {
    return body()
  } finally {
    Object.assign(Math, Object.fromEntries(engine))
  }
}
