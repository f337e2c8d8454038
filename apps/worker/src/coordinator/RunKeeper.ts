import { Result } from "effect"
import { RunId } from "@loom/core/domain/Ids"
import type { RunInput } from "@loom/core/domain/Run"
import type { CoordinatorPlatform, Recovery } from "./CoordinatorPlatform.ts"
import type { CoordinatorSettings } from "./CoordinatorSettings.ts"
import type { Endings } from "./Endings.ts"
import { execute } from "./execute.ts"
import type { GroupCommit } from "./GroupCommit.ts"
import type { StoredTask, TaskStore } from "./TaskStore.ts"

const ALARM = { actor: "coordinator", cause: "alarm" }
const MAX_START_FAILURES = 10
const START_BACKOFF_MS = 250
const MAX_START_BACKOFF_MS = 30_000
/** A call to the engine that takes longer has failed; it is repeated. */
const ENGINE_TIMEOUT_MS = 30_000

const words = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).slice(0, 300)

const timed = async <A>(work: Promise<A>): Promise<A> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ENGINE_TIMEOUT_MS} ms`)), ENGINE_TIMEOUT_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Starts runs that are due, and looks after those that go on. Every part may be cut off at any line and begun again. */
export class RunKeeper {
  readonly #store: TaskStore
  readonly #commit: GroupCommit
  readonly #platform: CoordinatorPlatform
  readonly #settings: CoordinatorSettings
  readonly #endings: Endings
  readonly #wokeAt: number

  constructor(store: TaskStore, commit: GroupCommit, platform: CoordinatorPlatform, settings: CoordinatorSettings, endings: Endings) {
    this.#store = store
    this.#endings = endings
    this.#commit = commit
    this.#platform = platform
    this.#settings = settings
    this.#wokeAt = platform.now()
  }

  /** Leases what is due and free to run: first written, then started, so that no run is lost between the two. */
  async dispatch(): Promise<void> {
    const { limits } = this.#settings
    if (this.#store.counters.pending > 0 && this.#store.counters.running < limits.concurrency) {
      await this.#commit.run(() => {
        const now = this.#platform.now()
        for (const stored of this.#store.due(now, Math.max(0, limits.concurrency - this.#store.counters.running))) {
          const done = execute(this.#store, stored, { _tag: "Dispatch", at: now, runId: this.#newRunId(stored) }, ALARM)
          if (Result.isFailure(done)) continue
          this.#store.seen(stored.task.id, now)
          this.#store.setStarted(stored.task.id, false, now, 0)
        }
      })
    }
    await this.start()
  }

  /** Hands every dispatched run to the engine that it does not have yet. */
  async start(): Promise<void> {
    const now = this.#platform.now()
    await Promise.all([
      ...this.#store.unstarted(now).map((stored) => this.#startOne(stored)),
      ...this.#endings.due(now).map(async (ending) => {
        const problem = await timed(this.#platform.startRun(ending.input)).then(() => null, words)
        await this.#commit.run(() =>
          problem === null ? this.#endings.started(ending) : this.#endings.failed(ending, problem, this.#platform.now()),
        )
      }),
    ])
  }

  async #startOne(stored: StoredTask): Promise<void> {
    const { task } = stored
    if (task.runId === null) return
    const input: RunInput = {
      runId: task.runId,
      taskId: task.id,
      kind: "implement",
      repository: this.#store.repository,
      issueNumber: task.issueNumber,
      requestedBy: task.requestedBy,
      attempt: task.attempt,
      isCounted: this.#store.isCounted(task.id),
      spent: task.spent,
      ...(task.from === undefined ? {} : { from: task.from }),
      ...(task.approval === undefined ? {} : { approval: task.approval }),
    }
    const problem = await timed(this.#platform.startRun(input)).then(() => null, words)
    await this.#commit.run(() => {
      const now = this.#platform.now()
      const failures = stored.startFailures + 1
      if (this.#store.byId(task.id)?.task.runId !== task.runId) return
      if (problem === null) {
        this.#store.setStarted(task.id, true, now, 0)
        this.#store.seen(task.id, now)
      } else if (failures < MAX_START_FAILURES) {
        this.#store.setStarted(task.id, false, now + Math.min(MAX_START_BACKOFF_MS, START_BACKOFF_MS * 2 ** failures), failures)
      } else {
        this.#lose(stored, `The run could not be started: ${problem}.`)
      }
    })
  }

  /** Continues silent runs, and ends those whose stop is overdue. */
  async watch(): Promise<void> {
    const now = this.#platform.now()
    await Promise.all(
      this.#store.running().map(async (stored) => {
        const { task } = stored
        if (task.runId === null) return
        if (task.cancel !== null && now >= task.cancel.deadlineAt) await this.#force(stored, task.runId)
        else if (stored.started) await this.#recoverIfSilent(stored, task.runId, now)
      }),
    )
  }

  /** Since when nothing was heard, and how long that is allowed. A run not heard of since this object woke may have died with it. */
  #silence({ lastSeenAt }: StoredTask): { readonly silentSince: number; readonly leaseMs: number } {
    const { limits, recoverOnWakeMs } = this.#settings
    return recoverOnWakeMs !== null && lastSeenAt < this.#wokeAt
      ? { silentSince: this.#wokeAt, leaseMs: recoverOnWakeMs }
      : { silentSince: lastSeenAt, leaseMs: limits.leaseMs }
  }

  async #force(stored: StoredTask, runId: RunId): Promise<void> {
    const forced = await this.#commit.run(() => {
      const now = this.#platform.now()
      const done = execute(this.#store, this.#store.byId(stored.task.id), { _tag: "ExpireCancel", at: now }, ALARM)
      if (Result.isSuccess(done)) this.#endings.add(done.success.stored, runId, now)
      return done
    })
    // Its reports are refused from now on, whether or not the engine hears of it.
    if (Result.isSuccess(forced))
      await timed(this.#platform.stopRun(runId)).catch((cause) => console.warn(`run ${runId} could not be stopped: ${words(cause)}`))
  }

  async #recoverIfSilent(seen: StoredTask, runId: RunId, asked: number): Promise<void> {
    const { leaseMs, silentSince } = this.#silence(seen)
    if (asked - silentSince < leaseMs) return
    const recovered = await this.#commit.run(() => {
      const now = this.#platform.now()
      const stored = this.#store.byId(seen.task.id)
      // Heard of since: not silent.
      if (stored === null || stored.lastSeenAt !== seen.lastSeenAt) return null
      const done = execute(this.#store, stored, { _tag: "ExpireLease", at: now, runId, ...this.#silence(stored) }, ALARM)
      if (Result.isFailure(done)) return null
      this.#store.seen(seen.task.id, now)
      if (done.success.stored.task.status !== "running") this.#endings.add(done.success.stored, runId, now)
      return done.success.stored
    })
    if (recovered === null) return
    if (recovered.task.status !== "running") {
      await timed(this.#platform.stopRun(runId)).catch(() => undefined)
      return
    }
    const outcome = await timed(this.#platform.recoverRun(runId)).catch((cause): Recovery | null => {
      console.warn(`run ${runId} could not be continued: ${words(cause)}`)
      return null
    })
    if (outcome === "continued") return
    await this.#commit.run(() => {
      const now = this.#platform.now()
      if (outcome === "missing") this.#store.setStarted(seen.task.id, false, now, 0)
      else if (outcome !== null)
        this.#lose(recovered, `The run ended without saying how${outcome.problem === null ? "" : `: ${outcome.problem}`}.`)
      // Not known: silent still, so the next look tries again.
      else this.#store.seen(seen.task.id, seen.lastSeenAt)
    })
  }

  /** Inside a transaction. */
  #lose(stored: StoredTask, reason: string): void {
    const current = this.#store.byId(stored.task.id)
    if (stored.task.runId === null || current === null) return
    const { runId } = stored.task
    const now = this.#platform.now()
    const done = execute(this.#store, current, { _tag: "LoseRun", at: now, runId, reason, jitter: this.#platform.random() }, ALARM)
    if (Result.isSuccess(done)) this.#endings.add(done.success.stored, runId, now)
  }

  /** `[a-z0-9-]`, at most 60: readable, and never met again even if this object loses its storage. */
  #newRunId({ task }: StoredTask): RunId {
    const chance = Math.floor(this.#platform.random() * 36 ** 6)
      .toString(36)
      .padStart(6, "0")
    return RunId.make(`r-${task.id.slice(2).replaceAll("_", "-")}-${task.attempt + (task.resuming ? 0 : 1)}-${chance}`)
  }

  /** Whether another run may begin now. */
  hasFreeSlot(): boolean {
    return this.#store.counters.running < this.#settings.limits.concurrency
  }

  /** When this is to be called again at the latest; null when nothing goes on. */
  nextLook(now: number): number | null {
    const { limits, recoverOnWakeMs } = this.#settings
    const times = this.#store
      .running()
      .flatMap(({ lastSeenAt, started, task }) => [
        ...(task.cancel === null ? [] : [task.cancel.deadlineAt]),
        ...(started ? [lastSeenAt + limits.leaseMs] : []),
        ...(recoverOnWakeMs === null ? [] : [now + recoverOnWakeMs]),
      ])
    const start = this.#store.nextStart()
    const due = this.hasFreeSlot() ? this.#store.nextDue() : null
    const all = [...times, ...[start, due, this.#endings.nextTime()].filter((time) => time !== null)]
    return all.length === 0 ? null : Math.min(...all)
  }
}
