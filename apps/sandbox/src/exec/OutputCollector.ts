import { StringDecoder } from "node:string_decoder"
import type { Unnumbered } from "./ExecLog.ts"

export interface OutputOptions {
  readonly maxBytes: number
  readonly onLimit: "kill" | "truncate"
  readonly emit: (event: Unnumbered) => void
  /** Called once, in mode `kill`, when the limit is passed. */
  readonly onExceeded: () => void
}

/** Output is gathered for so long, so that a program that writes single bytes makes few events. */
const FLUSH_MS = 10
const FLUSH_BYTES = 32_768
/** A program that alternates between its two outputs cannot be gathered; its events count as so many bytes each. */
const EVENT_COST_BYTES = 32

type Fd = 1 | 2

/**
 * Turns chunks of two output streams into numbered text events and holds them to the limit. UTF-8 is decoded across chunks. In mode
 * `truncate` the first half streams, the second half is a window over the end that comes out at `finish`.
 */
export class OutputCollector {
  readonly #options: OutputOptions
  readonly #decoders: Record<Fd, StringDecoder> = { 1: new StringDecoder("utf8"), 2: new StringDecoder("utf8") }
  readonly #headBytes: number
  readonly #tailBytes: number
  #cost = 0
  #pending: { fd: Fd; text: string } | null = null
  #timer: NodeJS.Timeout | null = null
  #tail: Array<{ readonly fd: Fd; readonly chunk: Buffer }> = []
  #tailHeld = 0
  #dropped = 0
  #cut = false
  /** Everything that was printed. */
  bytes = 0

  constructor(options: OutputOptions) {
    this.#options = options
    this.#headBytes = options.onLimit === "truncate" ? Math.ceil(options.maxBytes / 2) : options.maxBytes
    this.#tailBytes = options.maxBytes - this.#headBytes
  }

  get truncated(): boolean {
    return this.#cut || this.#dropped > 0
  }

  push(fd: Fd, chunk: Buffer): void {
    this.bytes += chunk.length
    const room = this.#headBytes - this.#cost
    const head = room >= chunk.length ? chunk : chunk.subarray(0, Math.max(0, room))
    const rest = chunk.subarray(head.length)
    if (head.length > 0) {
      this.#cost += head.length + (this.#pending?.fd === fd ? 0 : EVENT_COST_BYTES)
      this.#text(fd, this.#decoders[fd].write(head))
    }
    if (rest.length === 0) return
    if (this.#options.onLimit === "truncate") return this.#keepTail(fd, rest)
    if (!this.#cut) {
      this.#cut = true
      this.#options.onExceeded()
    }
  }

  /** Emits what is still held: the rest of the head, the gap, the tail, half characters. */
  finish(): void {
    if (this.#dropped > 0) {
      // A character that the gap cut in two is not worth a replacement sign on either side of it.
      this.#decoders[1] = new StringDecoder("utf8")
      this.#decoders[2] = new StringDecoder("utf8")
      this.#flush()
      this.#options.emit({ t: "gap", droppedBytes: this.#dropped })
    }
    const tail = this.#tail.splice(0)
    tail.forEach(({ fd, chunk }, i) =>
      this.#text(fd, this.#decoders[fd].write(i === 0 && this.#dropped > 0 ? fromCharacter(chunk) : chunk)),
    )
    for (const fd of [1, 2] as const) this.#text(fd, this.#cut ? "" : this.#decoders[fd].end())
    this.#flush()
  }

  #text(fd: Fd, text: string): void {
    if (text === "") return
    if (this.#pending !== null && this.#pending.fd !== fd) this.#flush()
    this.#pending ??= { fd, text: "" }
    this.#pending.text += text
    if (this.#pending.text.length >= FLUSH_BYTES) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS)
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const pending = this.#pending
    this.#pending = null
    if (pending !== null) this.#options.emit({ t: "out", fd: pending.fd, data: pending.text })
  }

  #keepTail(fd: Fd, chunk: Buffer): void {
    this.#tail.push({ fd, chunk: Buffer.from(chunk) })
    this.#tailHeld += chunk.length
    for (let [first] = this.#tail; first !== undefined; [first] = this.#tail) {
      if (this.#tailHeld <= this.#tailBytes && this.#tail.length <= 20_000) return
      const excess = Math.max(this.#tailHeld - this.#tailBytes, this.#tail.length > 20_000 ? first.chunk.length : 0)
      const taken = Math.min(excess, first.chunk.length)
      if (taken === first.chunk.length) this.#tail.shift()
      else this.#tail[0] = { fd: first.fd, chunk: first.chunk.subarray(taken) }
      this.#tailHeld -= taken
      this.#dropped += taken
    }
  }
}

/** Skips the continuation bytes (10xxxxxx) of a character whose beginning is lost. */
const fromCharacter = (chunk: Buffer): Buffer => {
  let start = 0
  while (start < Math.min(3, chunk.length) && ((chunk[start] ?? 0) & 0xc0) === 0x80) start++
  return chunk.subarray(start)
}
