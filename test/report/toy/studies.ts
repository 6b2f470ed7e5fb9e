/** The toy pipeline with a claim of three parts and a figure that brings its numbers. */
import type { Pipeline } from "../../../artifacts/graph.ts"
import { pipeline as toy } from "../../cli/toy/studies.ts"
import certain from "./certain.ts"
import curve from "./curve.ts"

export const pipeline: Pipeline = { ...toy, leaves: [...toy.leaves, curve, certain] }
