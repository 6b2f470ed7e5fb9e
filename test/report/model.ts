/** A report of everything that a page can show, made by hand, with text that HTML must escape. */
import type { Report } from "../../artifacts/report/model.ts"

export const evil = `<script>alert("1")</script> & 'x' | *y*`

const hex = (digit: string): string => digit.repeat(64)

const svg = `<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100" viewBox="0 0 400 100" role="img" aria-labelledby="a b">
<title id="a">Curves</title><desc id="b">Medians &lt; 3.</desc>
<g aria-label="dots"><circle cx="10" cy="10" r="3"><title>t = 1: 2.5</title></circle></g>
<use href="#a"/></svg>
`
/** The same, with a script that wants to run in the page. */
export const hostile: string = svg.replace("</svg>", '<script>document.title = "taken"</script></svg>')

const facts = { study: "toys", again: "npx tsx pipeline.ts run --preset mini" }
const origin = (digit: string) => ({
  key: hex(digit),
  outputs: [{ port: "figure", digest: hex("d"), bytes: 12 }],
  accepted: [],
})
const part = { part: "first", quantity: "median of a, b", criterion: "< 0.1", value: 0.0123456789, n: 3 }

export const report: Report = {
  program: "toys 1.0.0",
  runCommand: "npx tsx pipeline.ts run --preset mini",
  reportCommand: "npx tsx pipeline.ts report --preset mini",
  auditCommand: "npx tsx pipeline.ts audit --preset mini --sample 0 --lock lock.json",
  preset: "mini",
  set: ["train.rate=0.1"],
  studies: [
    {
      name: "toys",
      doc: evil,
      params: [
        {
          name: "n",
          doc: "number of units",
          range: "a whole number >= 1",
          byDefault: "200",
          value: "40",
          paper: "200",
        },
        { name: "d", doc: "dimensions", range: "", byDefault: "2", value: "2", paper: "2" },
      ],
    },
  ],
  claims: [
    { ...facts, id: "C-1", title: "holds", shown: { origin: origin("1"), parts: [{ ...part, verdict: "holds" }] } },
    {
      ...facts,
      id: "C-2",
      title: evil,
      shown: {
        origin: { ...origin("2"), accepted: ["train: accepted from code 1234: a comment"] },
        parts: [
          { ...part, verdict: "fails", value: Number.POSITIVE_INFINITY },
          { ...part, part: "second", value: 0, n: 0, verdict: "not tested" },
          { ...part, part: "third", criterion: "reported", verdict: "reported" },
        ],
      },
    },
    {
      ...facts,
      id: "C-3",
      title: "not tested in full",
      shown: {
        origin: origin("3"),
        parts: [
          { ...part, verdict: "holds" },
          { ...part, part: "second", value: 0, n: 0, verdict: "not tested" },
        ],
      },
    },
    { ...facts, id: "C-4", title: "has no data", shown: { missing: "toys/train[seed=1] failed: loss NaN at epoch 3" } },
  ],
  figures: [
    {
      ...facts,
      id: "F-1",
      title: "Curves",
      shown: {
        origin: origin("4"),
        svg,
        data: { rows: 1, csv: "x,y\n1,2\n", parquet: new Uint8Array([80, 65, 82, 49]) },
      },
    },
    {
      ...facts,
      id: "C-1",
      title: "Curves without numbers, with the id of a claim",
      shown: { origin: origin("5"), svg },
    },
    { ...facts, id: "F-3", title: "A hole", shown: { missing: "toys/train[seed=1] failed: loss NaN at epoch 3" } },
  ],
  stages: [
    {
      name: "train",
      doc: "trains",
      nodes: 2,
      params: [{ name: "rate", doc: "step", range: "a number > 0", byDefault: "0.01", value: "0.1" }],
    },
    { name: "draw", doc: "has no parameters", nodes: 1, params: [] },
  ],
  provenance: {
    results: 12,
    artifacts: 14,
    bytes: 34567,
    seconds: 61.5,
    first: "2026-01-02T03:04:05.678Z",
    last: "2026-01-02T03:05:05.678Z",
    commits: [{ what: `commit ${"a".repeat(40)}`, results: 12 }],
    machines: [{ what: "a processor, linux-x64, Node 20.20.2", results: 12 }],
    accepted: [{ what: "train: accepted from code 1234: a comment", results: 2 }],
  },
  holes: [
    { node: "toys/train[seed=1]", others: 0, failed: true, reason: "loss NaN at epoch 3", leaves: ["C-4", "F-3"] },
    { node: "toys/draw[seed=2]", others: 3, failed: false, reason: "never ran", leaves: ["F-3"] },
  ],
  unfed: [{ id: "F-9", title: "Attractors" }],
  lock: "{}\n",
}
