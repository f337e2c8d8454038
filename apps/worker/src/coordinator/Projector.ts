import type { CoordinatorPlatform } from "./CoordinatorPlatform.ts"
import type { CoordinatorSettings } from "./CoordinatorSettings.ts"
import type { GroupCommit } from "./GroupCommit.ts"
import { lag, markProjected, nextPage, prune } from "./outbox.ts"
import type { TaskStore } from "./TaskStore.ts"

/** Pages written per alarm; what is left is for the next one. */
const MAX_PAGES = 5
const BACKOFF_MS = 250
const MAX_BACKOFF_MS = 30_000
const TIMEOUT_MS = 10_000
const PRUNE_EVERY_MS = 3_600_000
/** After a page the projection rests this many times as long as the page took, at most so long: it takes a tenth of the object. */
const REST = 9
const MAX_REST_MS = 1_000
/** While more calls a second than this come in, it takes a fiftieth: what is not sent yet waits until the flood is over. */
const FLOOD_PER_S = 200
const FLOODED_REST = 49
const FLOODED_MAX_REST_MS = 5_000

/** Carries the outbox to D1. It may repeat and never loses: a page counts as sent only once it was written. */
export class Projector {
  readonly #store: TaskStore
  readonly #sql: SqlStorage
  readonly #commit: GroupCommit
  readonly #platform: CoordinatorPlatform
  readonly #settings: CoordinatorSettings
  #failures = 0
  #notBefore = 0
  #prunedAt = 0
  #seen = { calls: 0, at: 0 }

  constructor(store: TaskStore, sql: SqlStorage, commit: GroupCommit, platform: CoordinatorPlatform, settings: CoordinatorSettings) {
    this.#store = store
    this.#sql = sql
    this.#commit = commit
    this.#platform = platform
    this.#settings = settings
  }

  async project(): Promise<void> {
    const begun = this.#platform.now()
    if (begun < this.#notBefore) return
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const page = nextPage(this.#store, this.#sql)
      if (page === null) break
      const problem = await this.#write(page.batch)
      if (problem !== null) {
        this.#failures += 1
        this.#notBefore = this.#platform.now() + Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** this.#failures)
        console.warn(JSON.stringify({ event: "projection.failed", failures: this.#failures, problem }))
        return
      }
      this.#failures = 0
      await this.#commit.run(() => markProjected(this.#store, page))
      const now = this.#platform.now()
      const [rest, maxMs] = this.#isFlooded(now) ? [FLOODED_REST, FLOODED_MAX_REST_MS] : [REST, MAX_REST_MS]
      this.#notBefore = now + Math.min(maxMs, (now - begun) * rest)
      if (this.#notBefore > now) break
    }
    await this.#pruneNowAndThen()
  }

  /** By the calls since the page before. */
  #isFlooded(now: number): boolean {
    const { calls } = this.#commit
    const perSecond = ((calls - this.#seen.calls) * 1_000) / Math.max(1, now - this.#seen.at)
    this.#seen = { calls, at: now }
    return perSecond > FLOOD_PER_S
  }

  /** Null when written, else why not. */
  async #write(batch: Parameters<CoordinatorPlatform["project"]>[0]): Promise<string | null> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`no answer within ${TIMEOUT_MS} ms`), TIMEOUT_MS)
    })
    const written = this.#platform.project(batch).then(
      () => null,
      (cause) => (cause instanceof Error ? cause.message : String(cause)).slice(0, 300),
    )
    return Promise.race([written, late]).finally(() => clearTimeout(timer))
  }

  async #pruneNowAndThen(): Promise<void> {
    const now = this.#platform.now()
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return
    this.#prunedAt = now
    await this.#commit.run(() => prune(this.#store, this.#sql, now))
  }

  /** When there is something to project; null when D1 has seen everything. */
  nextTime(now: number): number | null {
    return lag(this.#store, this.#sql) === 0 ? null : this.soonest(now)
  }

  /** When what was written just now is projected. */
  soonest(now: number): number {
    return Math.max(this.#notBefore, now + this.#settings.projectionDelayMs)
  }
}
