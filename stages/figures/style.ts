/** The colours of every figure, and the names of the regimes. */

/** Text and axes. */
export const ink = "#222222"
/** Rules and remarks that stay behind the data. */
export const faint = "#707070"

/** Classes 0 and 1 as in the papers (yellow-orange, purple), then eight that stay apart in every kind of colour vision. */
const classes = "#f0a202 #6a3d9a #3be3b9 #660000 #bf00ff #dfa6f2 #9eca72 #1c334a #008563 #c23000".split(" ")
/** Colour of a class, from 0; class 10 has that of class 0. */
export const classColour = (label: number): string => classes[label % classes.length]!

/** Gains that the papers name, in their colours: blue-green and red, of different lightness for colour-blind readers. */
const regimes = new Map([
  [20, { name: "edge of chaos", colour: "#17a398" }],
  [250, { name: "strongly chaotic", colour: "#b8202a" }],
])

/** Name of the regime in which the gain `g` puts a network before training, where a paper gives one. */
export const regime = (g: number): string | undefined => regimes.get(g)?.name

/** Ends of the scale for gains that the papers do not name, as red, green, blue. */
const pale = [168, 178, 240]
const deep = [30, 34, 110]

/** Colour of each gain, ascending: the papers' for those they name; the others from pale to deep blue by rank. */
export function gainColours(gains: Iterable<number>): ReadonlyMap<number, string> {
  const sorted = [...new Set(gains)].sort((a, b) => a - b)
  const unnamed = sorted.filter((g) => !regimes.has(g))
  const shade = (share: number) => pale.map((from, i) => Math.round(from + share * (deep[i]! - from)))
  const between = (g: number) => `rgb(${shade((unnamed.indexOf(g) + 0.5) / unnamed.length)})`
  return new Map(sorted.map((g) => [g, regimes.get(g)?.colour ?? between(g)]))
}
