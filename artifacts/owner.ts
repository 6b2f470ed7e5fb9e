/**
 * Who made a draft or holds a lease, and whether it is gone. A process id alone is not enough: ids are reused, and
 * containers that share a store may share a host name, so the machine is named by boot and process namespace, and the
 * process by its start time as well.
 */
import { createHash, randomUUID } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"

export interface Owner {
  /** For people. */
  readonly host: string
  /** One boot of one machine, seen from one process namespace: process ids mean something within it only. */
  readonly machine: string
  readonly pid: number
  /** Start of the process, in clock ticks since the boot; empty where the system does not tell. */
  readonly start: string
}

const tell = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ""
  }
}

/** State letter and start time from /proc/<pid>/stat; its second field, a name in brackets, may hold anything. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  const text = tell(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return fields.length < 20 ? undefined : { state: fields[0]!, start: fields[19]! }
}

let known: Owner | undefined

/** This process. */
export function self(): Owner {
  if (known !== undefined) return known
  const boot = tell(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim())
  const names = tell(() => readlinkSync("/proc/self/ns/pid"))
  const machine = createHash("sha256").update(`${hostname()}\n${boot}\n${names}`).digest("hex").slice(0, 12)
  known = { host: hostname(), machine, pid: process.pid, start: statOf(process.pid)?.start ?? "" }
  return known
}

/**
 * Whether a process has surely ended. Never of another machine: nothing here can tell. A killed process that its parent has
 * not waited for yet is gone too.
 */
export function isGone({ machine, pid, start }: Owner): boolean {
  if (machine !== self().machine) return false
  try {
    process.kill(pid, 0)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ESRCH") return true
  }
  const now = statOf(pid)
  return now !== undefined && (now.state === "Z" || now.state === "X" || (start !== "" && now.start !== start))
}

/** A new name for a draft; it says whose it is. */
export const draftName = (): string => {
  const { machine, pid, start } = self()
  return `${machine}-${pid}-${start}-${randomUUID()}`
}

/** Whose a draft is, by its name; undefined when the name is not a draft's. */
export function ownerOfDraft(name: string): Owner | undefined {
  const [, machine, pid, start] = /^([0-9a-f]{12})-(\d+)-(\d*)-[0-9a-f-]{36}$/.exec(name) ?? []
  return machine === undefined ? undefined : { host: "", machine, pid: Number(pid), start: start! }
}
