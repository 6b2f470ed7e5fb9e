import { float64, int32, table, utf8 } from "../../../schemas/table.ts"

export const numbers = table("numbers", {
  doc: "numbers with their names",
  format: "parquet",
  columns: { i: int32("position"), x: float64("value", { unit: "m" }), name: utf8("name") },
})
