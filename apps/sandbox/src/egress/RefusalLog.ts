import type { Refusal } from "@loom/core/domain/SandboxProtocol"

const MAX_ENTRIES = 200

/** The sentence that a program inside reads, and that the log repeats. */
export const blockedHost = (host: string): string => `blocked host: ${host}; allow with LOOM_ALLOWED_HOSTS`

/** Control characters of a hostile name must not reach a log or a comment. */
export const printableHost = (host: string): string => host.replaceAll(/[^\x21-\x7e]/g, "?").slice(0, 255)

/** What the doors of one session refused, counted by host and reason. */
export class RefusalLog {
  readonly #entries = new Map<string, Refusal>()

  /** Answers the sentence to send inside. */
  record(via: Refusal["via"], rawHost: string, port: number | null, reason: string): string {
    const host = printableHost(rawHost)
    const message = blockedHost(port === null ? host : `${host}:${port}`)
    const key = `${via} ${host}:${port} ${reason}`
    const known = this.#entries.get(key)
    const now = Date.now()
    this.#entries.delete(key)
    this.#entries.set(key, {
      via,
      host,
      port,
      reason,
      message,
      count: (known?.count ?? 0) + 1,
      firstAt: known?.firstAt ?? now,
      lastAt: now,
    })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest)
    return message
  }

  get all(): ReadonlyArray<Refusal> {
    return [...this.#entries.values()]
  }
}
