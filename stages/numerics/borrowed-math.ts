/**
 * Lets a library compute with our elementary functions: engines differ in the last bits of `Math`'s, ours are the same
 * everywhere. For synchronous code only: nothing else runs while the functions are exchanged.
 */
import { exp, log, pow } from "./elementary.ts"

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
