/** Runs that are killed at random moments, over and over, and what is left after each. */
import { setTimeout } from "node:timers/promises"
import { isDeepStrictEqual } from "node:util"
import { start } from "./children.ts"
import { runOnce } from "./rig.ts"
import { check, contents, damageIn, open, wordsRig } from "./words.ts"

export interface Kills {
  /** Processes that were killed. */
  readonly kills: number
  /** Runs that ended before they could be. */
  readonly ended: number
  /** Verifications that found damage, or stores that came out different: the seeds of the moments. */
  readonly wrong: readonly string[]
  readonly unfinished: readonly string[]
}

export interface KillOptions {
  readonly kills: number
  readonly seed: number
  /** Whether stages run on worker threads. */
  readonly threads?: boolean
  /** A new store folder. */
  readonly next: () => string
}

const branches = 6
const settings = [`words.i=${Array.from({ length: branches }, (_, i) => i).join()}`]
const nodes = 2 * branches + 1

/** Numbers in [0, 1), from a seed: a linear congruence is random enough for moments. */
function moments(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * Kills runs at moments spread over the time that a whole run takes. After each kill the store must hold nothing damaged; a
 * store goes on to the next run until it is finished, and must then equal one that was never killed.
 */
export async function killAtRandom({ kills: wanted, seed, threads = false, next }: KillOptions): Promise<Kills> {
  const random = moments(seed)
  const rig = await wordsRig(settings)
  const reference = next()
  const { digests } = await runOnce(open(reference), rig)
  const whole = contents(reference)
  const wrong: string[] = []
  const unfinished: string[] = []
  let [kills, ended] = [0, 0]
  const { length, result } = await wholeRun(next(), threads)
  if (!isDeepStrictEqual(result.digests, digests)) wrong.push("a whole run: other digests")
  while (kills < wanted) {
    const root = next()
    for (let round = 0; round < 4 && kills < wanted; round++) {
      const moment = random() * length
      if (await killedAfter(root, moment, threads)) kills++
      else ended++
      const damage = damageIn(await check(root))
      if (damage.length > 0) wrong.push(`kill ${kills} after ${moment} ms: ${damage}`)
    }
    const last = await runOnce(open(root), rig)
    const settled = last.events.filter(({ event }) => event === "computed" || event === "cached").length
    if (settled !== nodes) unfinished.push(`after kill ${kills}: ${settled} of ${nodes}`)
    if (!isDeepStrictEqual([last.digests, contents(root)], [digests, whole]))
      wrong.push(`after kill ${kills}: another store`)
  }
  return { kills, ended, wrong, unfinished }
}

/** What a whole run gives, and how long it takes from when it has loaded everything, in ms. */
async function wholeRun(root: string, threads: boolean) {
  const child = await start(root, { settings, threads })
  await child.ready
  const from = performance.now()
  const { result } = await child.ended
  return { length: performance.now() - from, result }
}

async function killedAfter(root: string, moment: number, threads: boolean): Promise<boolean> {
  const child = await start(root, { settings, threads })
  await child.ready
  await setTimeout(moment)
  child.process.kill("SIGKILL")
  return (await child.ended).signal === "SIGKILL"
}
