/**
 * Tar archives in the ustar format (IEEE Std 1003.1, pax, "ustar Interchange Format"): a header block of 512 bytes before
 * each file, files padded to whole blocks, two blocks of zeros at the end. Written without owner, time or order of the
 * moment, so that equal contents are equal bytes; read without trust.
 */

export const BLOCK = 512

/** Offset and length of each header field in bytes. */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  kind: [156, 1],
  magic: [257, 6],
  version: [263, 2],
  prefix: [345, 155],
} as const

/** Largest file of the format: eleven octal digits. */
export const LARGEST = 8 ** 11 - 1

/** Bytes from the end of a file of this size to the next whole block. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK

/** Header of a regular file. Throws RangeError for a path or a size that the format cannot hold. */
export function tarHeader(path: string, size: number): Buffer {
  const { prefix, name } = split(path)
  if (size > LARGEST) throw new RangeError(`a tar archive holds files up to ${LARGEST} bytes: ${path}`)
  const header = Buffer.alloc(BLOCK)
  const put = (field: keyof typeof fields, text: string) => header.write(text, fields[field][0], "utf8")
  put("name", name)
  put("mode", "0000644\0")
  put("uid", "0000000\0")
  put("gid", "0000000\0")
  put("size", `${size.toString(8).padStart(11, "0")}\0`)
  put("mtime", "00000000000\0")
  put("kind", "0")
  put("magic", "ustar\0")
  put("version", "00")
  put("prefix", prefix)
  put("checksum", `${checksumOf(header).toString(8).padStart(6, "0")}\0 `)
  return header
}

/** A path of more than 100 bytes is cut in two at a slash. */
function split(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: "", name: path }
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { prefix, name }
  }
  throw new RangeError(`a tar archive cannot hold so long a path: ${path}`)
}

/** Sum of the header's bytes, those of the checksum itself counted as spaces. */
function checksumOf(header: Buffer): number {
  const [from, length] = fields.checksum
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= from && i < from + length ? 0x20 : header[i]!
  return sum
}

export interface TarHeader {
  readonly path: string
  /** `file`, or in words what it is instead. */
  readonly kind: string
  readonly size: number
}

const kinds: Readonly<Record<string, string>> = {
  "\0": "file",
  "0": "file",
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a character device",
  "4": "a block device",
  "5": "a folder",
  "6": "a named pipe",
}

/** What a header block says; undefined for a block of zeros, a sentence for one that is no header. */
export function parseHeader(block: Buffer): TarHeader | string | undefined {
  if (block.every((byte) => byte === 0)) return undefined
  const text = (field: keyof typeof fields) => {
    const [from, length] = fields[field]
    return block.toString("utf8", from, from + length).split("\0", 1)[0]!
  }
  const octal = (field: keyof typeof fields) => {
    const digits = text(field).trim()
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
  }
  if (!text("magic").startsWith("ustar")) return "a block that is no ustar header"
  if (octal("checksum") !== checksumOf(block)) return "a header with another checksum"
  const size = octal("size")
  if (Number.isNaN(size)) return "a header without a size"
  const kind = block.toString("latin1", fields.kind[0], fields.kind[0] + 1)
  const prefix = text("magic") === "ustar" ? text("prefix") : ""
  return {
    path: prefix === "" ? text("name") : `${prefix}/${text("name")}`,
    kind: kinds[kind] ?? `an entry of type ${JSON.stringify(kind)}`,
    size,
  }
}
