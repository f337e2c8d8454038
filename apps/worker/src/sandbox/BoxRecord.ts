import type { ExecGrant } from "@loom/core/domain/egress-policy"
import type { Refusal, SandboxEgress } from "@loom/core/domain/SandboxProtocol"

/** The session of one container, as its Durable Object remembers it. Capabilities stand here and in no container. */
export interface BoxRecord {
  readonly sessionId: string
  readonly egress: SandboxEgress
  /** Bearer token of the daemon in this container. */
  readonly token: string
  /** Of the daemon that answered the opening; another one is another box. */
  readonly instanceId: string
  readonly reapAfterMs: number
}

const MAX_REFUSALS = 200
const GRANT = "grant:"

/** The box's memory in the object's own SQLite: it outlives the object's memory, and goes with the container. */
export class BoxStore {
  readonly #storage: DurableObjectStorage
  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  get record(): BoxRecord | null {
    return this.#storage.kv.get<BoxRecord>("box") ?? null
  }
  set record(record: BoxRecord) {
    this.#storage.kv.put("box", record)
  }

  /** Told before the daemon is, so that no exec runs whose grant is not known. */
  grant(execId: string, grant: ExecGrant): void {
    this.#storage.kv.put(GRANT + execId, grant)
  }

  /** Grants of the execs that run, the latest last. What runs no more is forgotten; what is not known may reach nothing. */
  grantsOf(running: ReadonlyArray<string>, known: ReadonlyArray<string>): ReadonlyArray<ExecGrant> {
    for (const [key] of Array.from(this.#storage.kv.list({ prefix: GRANT }))) {
      const id = key.slice(GRANT.length)
      if (known.includes(id) && !running.includes(id)) this.#storage.kv.delete(key)
    }
    return running.map((id) => this.#storage.kv.get<ExecGrant>(GRANT + id) ?? {})
  }

  get refusals(): ReadonlyArray<Refusal> {
    return this.#storage.kv.get<ReadonlyArray<Refusal>>("refusals") ?? []
  }

  /** Counted by host and reason; the last 200 distinct ones. */
  refuse(refusal: Pick<Refusal, "via" | "phase" | "host" | "reason" | "message">, now: number): void {
    const same = (one: Refusal) =>
      one.via === refusal.via && one.phase === refusal.phase && one.host === refusal.host && one.reason === refusal.reason
    const known = this.refusals.find(same)
    const entry: Refusal = { ...refusal, port: null, count: (known?.count ?? 0) + 1, firstAt: known?.firstAt ?? now, lastAt: now }
    this.#storage.kv.put("refusals", [...this.refusals.filter((one) => !same(one)), entry].slice(-MAX_REFUSALS))
  }

  /** When the box is given up, milliseconds since the epoch; an alarm stands there. */
  get leaseUntil(): number {
    return this.#storage.kv.get<number>("lease") ?? 0
  }

  /** Renewed by use; written only when a tenth of it is over, since every request renews it. */
  async renew(leaseMs: number, now: number): Promise<void> {
    const until = now + leaseMs
    if (until - this.leaseUntil < leaseMs / 10 && until >= this.leaseUntil) return
    this.#storage.kv.put("lease", until)
    await this.#storage.setAlarm(until)
  }

  async forget(): Promise<void> {
    await this.#storage.deleteAlarm()
    await this.#storage.deleteAll()
  }
}
