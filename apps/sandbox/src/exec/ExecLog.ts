import type { ExecEvent } from "@loom/core/domain/SandboxProtocol"

/** An event before the log gave it its number. */
export type Unnumbered = ExecEvent extends infer E ? (E extends { seq: number } ? Omit<E, "seq"> : never) : never

/**
 * The events of one exec, numbered from 0 and kept as long as the exec is remembered. Readers are cursors into it: a slow one costs
 * nothing, a second one sees the same, and one that comes back goes on where it was.
 */
export class ExecLog {
  readonly #events: Array<ExecEvent> = []
  #closed = false
  #waiting: Array<() => void> = []
  /** Approximate memory held. */
  bytes = 0

  get nextSeq(): number {
    return this.#events.length
  }
  get closed(): boolean {
    return this.#closed
  }

  append(event: Unnumbered): void {
    if (this.#closed) return
    this.#events.push({ seq: this.#events.length, ...event } as ExecEvent)
    this.bytes += 96 + (event.t === "out" ? event.data.length * 2 : 0)
    this.#closed = event.t === "exit"
    this.#wake()
  }

  /** Events from `from` on, then live ones until the exit; a heartbeat whenever nothing came for `heartbeatMs`. */
  async *read(from: number, heartbeatMs: number, signal: AbortSignal): AsyncGenerator<ExecEvent> {
    let next = from
    while (!signal.aborted) {
      for (let event = this.#events[next]; event !== undefined; event = this.#events[next]) {
        if (signal.aborted) return
        next += 1
        yield event
      }
      if (this.#closed) return
      if (!(await this.#change(heartbeatMs, signal))) yield { seq: next - 1, t: "heartbeat" }
    }
  }

  /** True when something was appended, false after `timeoutMs`. */
  #change(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (changed: boolean) => {
        clearTimeout(timer)
        signal.removeEventListener("abort", wake)
        this.#waiting = this.#waiting.filter((other) => other !== wake)
        resolve(changed)
      }
      const wake = () => settle(true)
      const timer = setTimeout(() => settle(false), timeoutMs)
      signal.addEventListener("abort", wake)
      this.#waiting.push(wake)
    })
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }
}
