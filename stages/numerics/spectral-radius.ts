import { EigenvalueDecomposition, Matrix } from "ml-matrix"

/**
 * max |λ| of a real n × n matrix, row-major: all eigenvalues by Hessenberg form and shifted QR (ml-matrix), which uses
 * + - × ÷ and √ only.
 */
export function spectralRadius(matrix: Float64Array, n: number): number {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(
    Matrix.from1DArray(n, n, Array.from(matrix)),
  )
  return realEigenvalues.reduce((radius, re, k) => {
    const im = imaginaryEigenvalues[k]!
    return Math.max(radius, Math.sqrt(re * re + im * im))
  }, 0)
}
