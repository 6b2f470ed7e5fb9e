/** Two imports deep from the stages, so that tests see a change of it travel. */
import { offset } from "./offset.ts"

export const twice = (x: number): number => 2 * x + offset
export const unused = (x: number): number => x - 1
