import { every } from "../../../artifacts/leaf.ts"
import { claim } from "../../../stages/claims/claim.ts"
import { sums } from "../../cli/toy/sum.ts"

export default claim({
  id: "T-2",
  title: "sums grow with the seed & stay < 99",
  study: "powers",
  source: import.meta.url,
  gathers: { sums: every(sums) },
  judge: ({ sums }) => {
    const all = sums[0]!.value.columns.sum
    return [
      {
        part: "growth",
        quantity: "last sum | first sum",
        criterion: "> 1",
        value: all.at(-1)! / all[0]!,
        n: all.length,
        holds: (value) => value > 1,
      },
      {
        part: "size",
        quantity: "largest sum",
        criterion: "< 5",
        value: Math.max(...all),
        n: all.length,
        holds: (value) => value < 5,
      },
      { part: "first", quantity: "first sum", value: all[0], n: 1 },
    ]
  },
})
