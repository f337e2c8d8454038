import { DurableObject } from "cloudflare:workers"
import type { RunOutcome } from "@loom/core/domain/Run"
import type { TaskRequest } from "@loom/core/domain/Task"
import type { CancelRequest, PageRequest, RunReport, SteerRequest } from "@loom/core/ports/Coordinator"
import type { CoordinatorRpc } from "./coordinator/CoordinatorRpc.ts"
import { encodeReply } from "./coordinator/CoordinatorRpc.ts"
import { cloudflarePlatform, type Engine } from "./coordinator/cloudflare-platform.ts"
import * as commands from "./coordinator/commands.ts"
import type { CoordinatorPlatform } from "./coordinator/CoordinatorPlatform.ts"
import { type CoordinatorSettings, settingsFrom } from "./coordinator/CoordinatorSettings.ts"
import { Endings } from "./coordinator/Endings.ts"
import { GroupCommit } from "./coordinator/GroupCommit.ts"
import { LiveViewers } from "./coordinator/LiveViewers.ts"
import { lag } from "./coordinator/outbox.ts"
import { Projector } from "./coordinator/Projector.ts"
import * as reads from "./coordinator/reads.ts"
import * as reports from "./coordinator/reports.ts"
import { RunKeeper } from "./coordinator/RunKeeper.ts"
import { TaskStore } from "./coordinator/TaskStore.ts"

/** What the object needs of the Worker's environment; its settings are read from the same. */
export interface CoordinatorEnv {
  readonly TASK_WORKFLOW: Engine
  readonly DB: D1Database
}

const parseWish: (text: string) => TaskRequest = JSON.parse

/**
 * One per repository, named by GitHub's repository id: the truth about its tasks. A shell: every method is one function of
 * `coordinator/` in one transaction. One alarm does all that is not a call.
 */
export class AgentCoordinator<Env extends CoordinatorEnv = CoordinatorEnv> extends DurableObject<Env> implements CoordinatorRpc {
  readonly #platform = this.platform()
  readonly #settings = this.settings()
  readonly #sql = this.ctx.storage.sql
  readonly #store = new TaskStore(this.#sql, this.#settings.limits)
  readonly #commit = new GroupCommit(this.ctx.storage, this.#store, (areNew) => this.#committed(areNew))
  readonly #endings = new Endings(this.#store, this.#sql)
  readonly #keeper = new RunKeeper(this.#store, this.#commit, this.#platform, this.#settings, this.#endings)
  readonly #projector = new Projector(this.#store, this.#sql, this.#commit, this.#platform, this.#settings)
  readonly #live = new LiveViewers(this.ctx, this.#store, () => this.#platform.now())
  /** The time of the alarm that is set, as far as this object knows. */
  #alarmAt: number | null = null
  #working = Promise.resolve()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#schedule()
  }

  /** Tests put another engine, clock and database here. */
  protected platform(): CoordinatorPlatform {
    return cloudflarePlatform(this.env)
  }

  protected settings(): CoordinatorSettings {
    return settingsFrom(this.env)
  }

  request(text: string) {
    const wish = parseWish(text)
    return this.#commit.runWish(() => commands.request(this.#store, wish, this.#platform.now()))
  }

  async cancel(request: CancelRequest) {
    return encodeReply(await this.#commit.run(() => commands.cancel(this.#store, this.#endings, request, this.#platform.now())))
  }

  async steer(request: SteerRequest) {
    return encodeReply(await this.#commit.run(() => commands.steer(this.#store, request, this.#platform.now())))
  }

  report(runId: string, report: RunReport) {
    return this.#commit.run(() => reports.report(this.#store, this.#sql, runId, report, this.#platform.now(), this.#settings.maxLogLines))
  }

  finish(runId: string, outcome: RunOutcome) {
    return this.#commit.run(() => reports.finish(this.#store, this.#sql, runId, outcome, this.#platform.now(), this.#platform.random()))
  }

  async get(taskId: string) {
    return reads.detail(this.#store, taskId)
  }

  async events(taskId: string, page: PageRequest) {
    return reads.events(this.#store, this.#sql, taskId, page)
  }

  async logs(taskId: string, page: PageRequest) {
    return reads.logs(this.#store, this.#sql, taskId, page)
  }

  /** The live feed of a task, the one thing that RPC can't carry (`coordinator/LiveFeedLive.ts`). */
  override async fetch(request: Request): Promise<Response> {
    const answer = this.#live.connect(new URL(request.url).searchParams)
    this.#schedule()
    return answer
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.#live.message(socket, message)
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#live.gone(socket)
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#live.gone(socket)
  }

  /** Figures for tests, benchmarks and health: since this object woke, but for the counters and the outbox. */
  async stats() {
    return {
      counters: this.#store.counters,
      outbox: lag(this.#store, this.#sql),
      calls: this.#commit.calls,
      transactions: this.#commit.transactions,
      serialised: this.#live.serialised,
    }
  }

  /** One at a time, also when a test rings while the platform does. */
  override alarm(): Promise<void> {
    this.#alarmAt = null
    const work = () => this.#work()
    // Also after one that broke: an object whose alarms all fail would be silent for good.
    this.#working = this.#working.then(work, work)
    return this.#working
  }

  /** In the turn of the transaction; the alarm it sets is in the same commit. */
  #committed(areNew: boolean): void {
    this.#live.changed()
    if (!areNew || !this.#isInTimeForNew()) this.#schedule()
  }

  /**
   * Whether the alarm that is set comes early enough for new tasks; everything else it was set for already. In a flood that saves a
   * look at all that runs after each commit.
   */
  #isInTimeForNew(): boolean {
    const now = this.#platform.now()
    const need = this.#keeper.hasFreeSlot() ? now : this.#projector.soonest(now)
    return this.#alarmAt !== null && this.#alarmAt > now && this.#alarmAt <= need
  }

  /** Every part is tried whatever became of the others, and it never throws: the next alarm is always set. */
  async #work(): Promise<void> {
    for (const part of [
      () => this.#keeper.dispatch(),
      () => this.#keeper.watch(),
      () => this.#keeper.dispatch(),
      () => this.#projector.project(),
      async () => this.#live.expire(),
    ]) {
      await part().catch((cause) =>
        console.error(
          JSON.stringify({ event: "coordinator.alarm_failed", message: cause instanceof Error ? cause.message : String(cause) }),
        ),
      )
    }
    this.#schedule()
  }

  /** One alarm, at the earliest need. An alarm that comes too early looks and sets the next. */
  #schedule(): void {
    const now = this.#platform.now()
    const needs = [this.#keeper.nextLook(now), this.#projector.nextTime(now), this.#live.nextExpiry()].filter((time) => time !== null)
    if (needs.length === 0) return
    const at = Math.max(now, Math.min(...needs))
    if (this.#alarmAt !== null && this.#alarmAt > now && this.#alarmAt <= at) return
    this.#alarmAt = at
    // Alarms run on the machine's clock, which is the platform's but in tests.
    void this.ctx.storage.setAlarm(Date.now() + at - now)
  }
}
