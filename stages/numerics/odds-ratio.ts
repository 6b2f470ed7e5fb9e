/**
 * Odds ratio (a/b) / (c/d), each count raised by ½ so that none is 0 (Haldane 1956): a, b the numbers of one
 * group that are of the kind and that are not, c, d those of the other group. In (0, ∞); 1 where both have the same odds.
 */
export const oddsRatio = (a: number, b: number, c: number, d: number): number =>
  ((a + 0.5) * (d + 0.5)) / ((b + 0.5) * (c + 0.5))
