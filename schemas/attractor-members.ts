import { float64, int32, table } from "./table.ts"

export const attractorMembers = table("attractor-members", {
  doc: "where each point ends",
  format: "parquet",
  columns: {
    point: int32("index of the point"),
    label: int32("class of the point"),
    attractor: int32("index of the attractor it ends on"),
    phase: float64(
      "place on the attractor at the end: k/p on a cycle, else the angle in its leading plane; in [0, 1)",
      {
        unit: "turns",
      },
    ),
  },
})
