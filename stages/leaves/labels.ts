/** Tables that leaves gather: of whom they are, their labels say. */
import type { Labels } from "../../artifacts/leaf.ts"
import type { Table, TableSchema } from "../../schemas/table.ts"

/** A gathered table. */
export interface Of<S extends TableSchema> {
  readonly labels: Labels
  readonly value: Table<S>
}

/** Whether a table has these labels and no other. */
export const labelledBy =
  (...names: readonly string[]) =>
  (labels: Labels): boolean =>
    Object.keys(labels).length === names.length && names.every((name) => name in labels)
