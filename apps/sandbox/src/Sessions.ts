import type { IsolationProblem, OpenSession, SandboxLimits } from "@loom/core/domain/SandboxProtocol"
import fs from "node:fs"
import { problem } from "./http/problem.ts"
import type { Isolator, Limits } from "./isolation/Isolator.ts"
import { Session } from "./Session.ts"

const REAP_INTERVAL_MS = 1000
const GIBIBYTE = 1_073_741_824

const hardOpenFiles = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(fs.readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 1024)

/** Sized for the test suites of real repositories: several compilers or a browser at once. */
export const DEFAULT_LIMITS: Limits = {
  memoryBytes: 4 * GIBIBYTE,
  pids: 2048,
  cpus: null,
  diskBytes: 10 * GIBIBYTE,
  tmpBytes: GIBIBYTE,
  fileBytes: 4 * GIBIBYTE,
  openFiles: 16_384,
}

/** All sessions of this daemon, by the ids that clients chose. */
export class Sessions {
  readonly #isolator: Isolator
  readonly #instanceId: string
  readonly #max: number
  readonly #limits: Limits
  readonly #problems: () => ReadonlyArray<IsolationProblem>
  readonly #sessions = new Map<string, Promise<Session>>()
  readonly #closing = new Map<string, Promise<void>>()
  readonly #reaper: NodeJS.Timeout
  #closed = false

  constructor(options: {
    readonly isolator: Isolator
    readonly instanceId: string
    readonly maxSessions: number
    readonly limits: SandboxLimits
    readonly problems: () => ReadonlyArray<IsolationProblem>
  }) {
    this.#isolator = options.isolator
    this.#instanceId = options.instanceId
    this.#max = options.maxSessions
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#problems = options.problems
    this.#reaper = setInterval(() => void this.#reap(), REAP_INTERVAL_MS)
  }

  /** Find or create. Two requests at once for one id get one session. */
  async open(spec: OpenSession): Promise<{ readonly session: Session; readonly created: boolean }> {
    const known = this.#sessions.get(spec.id)
    if (known !== undefined) {
      const session = await known
      session.renew(spec)
      return { session, created: false }
    }
    this.#refuse()
    const opening = this.#create(spec)
    this.#sessions.set(spec.id, opening)
    opening.catch(() => this.#sessions.delete(spec.id))
    return { session: await opening, created: true }
  }

  async #create(spec: OpenSession): Promise<Session> {
    await this.#closing.get(spec.id)
    const limits = { ...this.#limits, ...spec.limits }
    const box = await this.#isolator.open({
      id: spec.id,
      limits: { ...limits, openFiles: Math.min(limits.openFiles, hardOpenFiles) },
      hosts: spec.egress.gateways.map((gateway) => gateway.host),
    })
    return new Session(spec, box, this.#instanceId)
  }

  /** Fails closed: no session without every wall. */
  #refuse(): void {
    const missing = this.#problems()[0]
    if (missing !== undefined) throw problem("isolation_missing", missing.detail, missing.remedy)
    if (this.#closed) throw problem("isolation_missing", "sandboxd is shutting down", "ask the daemon that replaces it")
    if (this.#sessions.size >= this.#max) {
      throw problem("too_many_sessions", `${this.#max} sessions are open`, "close one, or raise LOOM_SANDBOX_MAX_SESSIONS")
    }
  }

  /** The living session; touches it. */
  async get(id: string): Promise<Session> {
    const session = await this.#sessions.get(id)
    if (session === undefined) throw problem("session_not_found", `no session ${id} in this box`, "open it again and rebuild its workspace")
    session.touch()
    return session
  }

  /** Idempotent: a session that is not there is closed. */
  async close(id: string): Promise<void> {
    const opening = this.#sessions.get(id)
    if (opening === undefined) return this.#closing.get(id)
    this.#sessions.delete(id)
    const closing = opening.then((session) => session.close()).finally(() => this.#closing.delete(id))
    this.#closing.set(id, closing)
    await closing
  }

  async closeAll(): Promise<void> {
    this.#closed = true
    clearInterval(this.#reaper)
    await Promise.allSettled([...this.#sessions.keys()].map((id) => this.close(id)))
    await Promise.allSettled(this.#closing.values())
  }

  async #reap(): Promise<void> {
    for (const [id, opening] of this.#sessions) {
      const session = await opening.catch(() => null)
      if (session?.idle && this.#sessions.get(id) === opening) await this.close(id).catch(() => undefined)
    }
  }
}
