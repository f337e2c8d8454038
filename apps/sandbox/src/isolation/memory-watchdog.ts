import fs from "node:fs"
import type { LimitHit } from "./Isolator.ts"
import type { SharedLimit } from "./LimitsWatch.ts"
import { statusesOf } from "./users-processes.ts"

const PAGE_BYTES = 4096
const INTERVAL_MS = 100
/** At the limit in so many of the last looks: nothing honest stays there, and a bomb whose parts end is not there at every look. */
const LOOKS_AT_LIMIT = 2
const LOOKS = 5
const NEAR = 0.9

interface Counted {
  readonly pid: number
  readonly parent: number
  readonly threads: number
  readonly bytes: number
}

/** All processes of /proc. */
const processes = (): ReadonlyArray<Counted> =>
  fs.readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8")
      // The command may hold spaces and parentheses: fields count from the last one. 4 is ppid, 20 is threads, 24 is rss in pages.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
      return [{ pid: Number(name), parent: Number(fields[1]), threads: Number(fields[17]), bytes: Number(fields[21]) * PAGE_BYTES }]
    } catch {
      return []
    }
  })

/** `roots` and everything below them. */
export const below = (roots: ReadonlyArray<number>, all = processes()): ReadonlyArray<Counted> => {
  const children = Map.groupBy(all, ({ parent }) => parent)
  const found = all.filter(({ pid }) => roots.includes(pid))
  for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i]?.pid ?? -1) ?? []))
  return found
}

/**
 * All of `uid`, whoever is their parent. The dead that nobody has reaped yet are among them, as for the kernel: where the container's first
 * process is slow, a bomb whose parents end at once is mostly made of those. One reading each: what dies between two would be missed.
 */
export const ofUid = (uid: number): ReadonlyArray<Counted> =>
  statusesOf(uid).map(({ pid, status }) => {
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0)
    return { pid, parent: field("PPid"), threads: Math.max(1, field("Threads")), bytes: field("VmRSS") * 1024 }
  })

/** Pages that several processes share count once here; not readable everywhere, and slow. */
const proportionalBytes = ({ pid, bytes }: Counted): number => {
  try {
    const kib = /^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]
    return kib === undefined ? bytes : Number(kib) * 1024
  } catch {
    return bytes
  }
}

/**
 * Stands in for the cgroups of memory and processes: adds up what a session's processes hold, and its files in memory. Slower than the
 * kernel, and blind to what no process has mapped: System V segments, memfds, pipes and sockets.
 */
export class Watchdog implements SharedLimit {
  readonly #limits: { readonly memoryBytes: number | null; readonly pids: number | null }
  readonly #processes: () => ReadonlyArray<Counted>
  readonly #filesInMemory: () => Promise<number>
  #nextAt = 0
  #looks: ReadonlyArray<boolean> = []

  /** A limit that something better keeps is null. */
  constructor(options: {
    readonly memoryBytes: number | null
    readonly pids: number | null
    readonly processes: () => ReadonlyArray<Counted>
    readonly filesInMemory: () => Promise<number>
  }) {
    this.#limits = options
    this.#processes = options.processes
    this.#filesInMemory = options.filesInMemory
  }

  async look(now: number): Promise<LimitHit | null> {
    if (now < this.#nextAt) return null
    this.#nextAt = now + INTERVAL_MS
    const { memoryBytes, pids } = this.#limits
    const all = this.#processes()
    if (memoryBytes !== null) {
      const files = await this.#filesInMemory()
      const over = (bytes: (one: Counted) => number) => all.reduce((sum, one) => sum + bytes(one), files) > memoryBytes
      if (over(({ bytes }) => bytes) && over(proportionalBytes)) {
        return { reason: "oom", detail: `its processes and files in memory hold more than ${memoryBytes} bytes` }
      }
    }
    if (pids === null) return null
    const count = all.reduce((sum, { threads }) => sum + threads, 0)
    this.#looks = [...this.#looks, count >= Math.floor(pids * NEAR)].slice(-LOOKS)
    if (this.#looks.filter(Boolean).length < LOOKS_AT_LIMIT) return null
    this.#looks = []
    return { reason: "pids", detail: `it stays at its limit of ${pids} processes and threads` }
  }
}
