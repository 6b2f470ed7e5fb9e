/** Whether Fashion-MNIST is on this machine: tests with it are left out, with a word, where it is not. */
import { existsSync } from "node:fs"
import { join } from "node:path"

export const fashionFolder = process.env.FASHION_MNIST || "/usr/share/datasets/fashion-mnist"

export const fashionIsThere = existsSync(join(fashionFolder, "train-images-idx3-ubyte.gz"))

if (!fashionIsThere)
  process.stderr.write(`tests with Fashion-MNIST are left out: it is not in ${fashionFolder} (set $FASHION_MNIST)\n`)
