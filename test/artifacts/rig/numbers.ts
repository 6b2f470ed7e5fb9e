import { float64, table } from "../../../schemas/table.ts"

export const numbers = table("numbers", { doc: "numbers", format: "parquet", columns: { x: float64("a number") } })
export const sums = table("sums", { doc: "a sum", format: "parquet", columns: { sum: float64("a sum") } })
