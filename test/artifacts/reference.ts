/** The reference engine: it has no store and no keys, it reckons every value anew whenever it is asked for one. */
import { compute, type Project, type Values } from "./integers.ts"

/** Outputs of the node with this number. */
export function evaluate(project: Project, number: number): Values {
  const { kind, a, inputs } = project.parts.find((part) => part.number === number)!
  const given = inputs.map(({ from, port }) => ({ label: from, value: evaluate(project, from)[port]! }))
  return compute(kind, project.code[kind], a, given)
}
