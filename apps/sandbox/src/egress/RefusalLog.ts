import { blockedHost, type EgressPhase, type EgressReason } from "@loom/core/domain/egress-policy"
import type { Refusal } from "@loom/core/domain/SandboxProtocol"

const MAX_ENTRIES = 200

/** Control characters of a hostile name must not reach a log or a comment. */
export const printableHost = (host: string): string => host.replaceAll(/[^\x21-\x7e]/g, "?").slice(0, 255)

/** What one door refuses: told to the program inside, and kept for the people outside. */
export type Refuse = (rawHost: string, port: number | null, reason: EgressReason) => string

/** What the doors of one session refused, counted by door, host and reason. */
export class RefusalLog {
  readonly #entries = new Map<string, Refusal>()

  /** The refusals of one door. */
  of(via: Refusal["via"], phase: EgressPhase): Refuse {
    return (rawHost, port, reason) => this.#record(via, phase, printableHost(rawHost), port, reason)
  }

  /** Answers the sentence to send inside. */
  #record(via: Refusal["via"], phase: EgressPhase, host: string, port: number | null, reason: EgressReason): string {
    const message = blockedHost(phase, port === null || port === 443 ? host : `${host}:${port}`, reason)
    const key = `${via} ${phase} ${host}:${port} ${reason}`
    const known = this.#entries.get(key)
    const now = Date.now()
    this.#entries.delete(key)
    this.#entries.set(key, {
      via,
      phase,
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
