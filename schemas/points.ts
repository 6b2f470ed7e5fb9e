import { int32, table, vector } from "./table.ts"

/** Labelled inputs: cluster centres, samples around them, or images read row by row. */
export const points = table("points", {
  doc: "labelled inputs, one point a row",
  format: "arrow",
  columns: {
    label: int32("class of the point, from 0"),
    cluster: int32("cluster of the point, from 0; its class where the data set has no clusters"),
    x: vector("input x, one row of d values a step", { unit: "steps × d" }),
  },
})
