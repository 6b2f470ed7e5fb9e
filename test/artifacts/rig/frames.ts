import { int32, table, vector } from "../../../schemas/table.ts"

export const frames = table("frames", {
  doc: "points that move",
  format: "arrow",
  frames: "t",
  columns: { t: int32("step"), point: int32("which"), h: vector("where") },
})
