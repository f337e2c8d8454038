import { execFile } from "node:child_process"
import fs from "node:fs"
import net from "node:net"
import path from "node:path"
import { promisify } from "node:util"

/** One end to hand to a child, one end to read. */
export interface OutputPipe {
  readonly reader: net.Socket
  readonly writerFd: number
}

const PREPARED = 16

/**
 * Output pipes for children. Node's own `pipe` is a socket pair, on which `echo > /dev/stderr` fails with ENXIO (facts/sandbox.md 1);
 * a FIFO can be opened again. Some are made ahead, since `mkfifo` is a process of its own.
 */
export class FifoPool {
  readonly #dir: string
  readonly #ready: Array<string> = []
  #next = 0
  #filling: Promise<void> | null = null

  constructor(dir: string) {
    this.#dir = dir
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
  }

  async take(): Promise<OutputPipe> {
    let file = this.#ready.shift()
    for (; file === undefined; file = this.#ready.shift()) await this.#fill()
    if (this.#ready.length < PREPARED / 2) void this.#fill().catch(() => undefined)
    const readerFd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const writerFd = fs.openSync(file, fs.constants.O_WRONLY)
    fs.unlinkSync(file)
    const reader = new net.Socket({ fd: readerFd, readable: true, writable: false })
    reader.on("error", () => undefined)
    return { reader, writerFd }
  }

  #fill(): Promise<void> {
    this.#filling ??= (async () => {
      const files = Array.from({ length: PREPARED }, () => path.join(this.#dir, `fifo-${this.#next++}`))
      // Writable by others: the uid inside opens /dev/stdout again. The directory keeps everybody else out.
      await promisify(execFile)("mkfifo", ["-m", "622", ...files])
      this.#ready.push(...files)
    })().finally(() => (this.#filling = null))
    return this.#filling
  }
}

/** A read-only descriptor of `content` that may be opened again through `/dev/stdin`. The file is gone from its directory at once. */
export const contentFd = (dir: string, content: Buffer): number => {
  const file = path.join(dir, `stdin-${process.hrtime.bigint()}`)
  fs.writeFileSync(file, content, { mode: 0o600 })
  fs.chmodSync(file, 0o644)
  const fd = fs.openSync(file, "r")
  fs.unlinkSync(file)
  return fd
}

/**
 * Descriptors that whoever started the daemon left open without close-on-exec. They would be inherited by every child, so the
 * launcher closes them by number.
 */
export const inheritedFds = (): ReadonlyArray<number> =>
  fs
    .readdirSync("/proc/self/fd")
    .map(Number)
    .filter((fd) => {
      if (fd < 3) return false
      try {
        const flags = /^flags:\s+([0-7]+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1]
        return flags !== undefined && (Number.parseInt(flags, 8) & 0o2000000) === 0
      } catch {
        return false
      }
    })
