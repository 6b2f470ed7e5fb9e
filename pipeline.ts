/**
 * What there is to run: the studies as graphs, one file each in studies/, and every figure and claim, which are found by
 * their files. `npx tsx pipeline.ts --help` says what can be done with them.
 */
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { runCli } from "./artifacts/cli/main.ts"
import type { Pipeline } from "./artifacts/graph.ts"
import type { Leaf } from "./artifacts/leaf.ts"

/** Every file of stages/figures and stages/claims that is named after a paper is a leaf; the others are what those share. */
async function leaves(): Promise<Leaf[]> {
  const found = ["figures", "claims"].flatMap((name) => {
    const folder = new URL(`./stages/${name}/`, import.meta.url)
    const files = readdirSync(folder).filter((file) => /^[abc]-.*\.ts$/.test(file))
    return files.sort().map((file) => new URL(file, folder).href)
  })
  const modules = await Promise.all(found.map((url) => import(url) as Promise<{ default: Leaf }>))
  return modules.map((module) => module.default)
}

/** Loaded when a command asks for it: help needs no stage. */
export async function pipeline(): Promise<Pipeline> {
  const { smnist } = await import("./studies/smnist.ts")
  const { clusters } = await import("./studies/clusters.ts")
  // The study that takes longest comes first: it starts while the other fills the remaining cores.
  return { studies: [smnist, clusters], leaves: await leaves() }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runCli(pipeline)
