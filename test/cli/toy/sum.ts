import { float64, int32, table } from "../../../schemas/table.ts"

export const sums = table("sums", {
  doc: "sums of numbers",
  format: "parquet",
  columns: { seed: int32("seed"), sum: float64("sum", { nan: true }) },
})
