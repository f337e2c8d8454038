import { Schema } from "effect"
import { TaskId } from "@loom/core/domain/Ids"
import { RepositoryRef } from "@loom/core/domain/Repository"
import { type Counters, type Limits, noTasks, type RepositoryState } from "@loom/core/domain/RepositoryState"
import { Task, type TaskEvent } from "@loom/core/domain/Task"
import { CHAIN_START, hashEvent } from "./hash-event.ts"
import { FreshRows } from "./FreshRows.ts"
import { isInitialised, migrate } from "./schema.ts"

type TaskColumns = {
  id: string
  state: string
  seq: number
  hash: string
  log_seq: number
  last_seen_at: number
  started: number
  start_failures: number
}
const COLUMNS = "id, state, seq, hash, log_seq, last_seen_at, started, start_failures"

/** A task with what is kept beside its folded state. */
export interface StoredTask {
  readonly task: Task
  readonly seq: number
  readonly hash: string
  readonly logSeq: number
  readonly lastSeenAt: number
  readonly started: boolean
  readonly startFailures: number
}

const decodeTask = Schema.decodeSync(Schema.fromJsonString(Task))
const decodeRepository = Schema.decodeSync(Schema.fromJsonString(RepositoryRef))

const stored = (row: TaskColumns): StoredTask => ({
  task: decodeTask(row.state),
  seq: row.seq,
  hash: row.hash,
  logSeq: row.log_seq,
  lastSeenAt: row.last_seen_at,
  started: row.started === 1,
  startFailures: row.start_failures,
})

/**
 * The coordinator's tables. Writes belong inside `GroupCommit.run`. New rows, counters and repository are kept in memory while a
 * transaction runs; any other statement writes the rows first (`#db`), and `flush` writes all of it at the transaction's end.
 */
export class TaskStore {
  readonly #sql: SqlStorage
  readonly limits: Limits
  #initialised: boolean
  #counters: Counters | null = null
  #countersChanged = false
  #repository: RepositoryRef | null = null
  /** JSON of the repository as it is stored; null when not yet read. */
  #repositoryText: string | null = null
  readonly #fresh = new FreshRows()
  #takesForNew = false
  /** Newest tasks and deliveries of the transaction that is going on, while wishes are taken for new. */
  readonly #newest = new Map<number, StoredTask>()
  readonly #deliveries = new Map<string, string>()

  constructor(sql: SqlStorage, limits: Limits) {
    this.#sql = sql
    this.limits = limits
    this.#initialised = isInitialised(sql)
    if (this.#initialised) migrate(sql)
  }

  /** False until the first request: then there is nothing to read. */
  get initialised(): boolean {
    return this.#initialised
  }

  /** Never sees less than what was appended. */
  get #db(): SqlStorage {
    this.#fresh.write(this.#sql)
    return this.#sql
  }

  /**
   * Until the next flush every wish is taken for a new one, without a look: nearly all are, and a look costs more than a row. One
   * that is not breaks a unique index (deliveries by GUID; tasks by issue and generation, from 1 without a gap), and its
   * transaction is done again with looking.
   */
  takeForNew(): void {
    this.#takesForNew = true
  }

  initialise(): void {
    if (this.#initialised) return
    migrate(this.#sql)
    this.#initialised = true
  }

  get counters(): Counters {
    if (!this.#initialised) return noTasks
    this.#counters ??= this.#sql
      .exec<{ [K in keyof Counters]: number }>("SELECT pending, running, waiting, completed, failed, cancelled FROM counters")
      .one()
    return this.#counters
  }

  /** The repository with the names it had in the newest request. */
  get repository(): RepositoryRef {
    this.#repository ??= decodeRepository(this.meta("repository") ?? "")
    return this.#repository
  }

  rename(repository: RepositoryRef): void {
    const text = JSON.stringify(repository)
    this.#repositoryText ??= this.meta("repository")
    if (this.#repositoryText === text) return
    this.setMeta("repository", text)
    this.#repositoryText = text
    this.#repository = null
  }

  meta(key: string): string | null {
    return this.#sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = ?", key).toArray()[0]?.value ?? null
  }

  setMeta(key: string, value: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)
  }

  byId(id: string): StoredTask | null {
    return this.#first(`SELECT ${COLUMNS} FROM tasks WHERE id = ?`, id)
  }

  byIds(ids: ReadonlyArray<string>): ReadonlyArray<StoredTask> {
    return this.#all(`SELECT ${COLUMNS} FROM tasks WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
  }

  byRun(runId: string): StoredTask | null {
    return this.#first(`SELECT ${COLUMNS} FROM tasks WHERE run_id = ?`, runId)
  }

  newestOfIssue(issueNumber: number): StoredTask | null {
    return this.#takesForNew
      ? (this.#newest.get(issueNumber) ?? null)
      : this.#first(`SELECT ${COLUMNS} FROM tasks WHERE issue_number = ? ORDER BY generation DESC LIMIT 1`, issueNumber)
  }

  /**
   * Whether the task counts against the hour of who asked for it: the API has taken it, or one of its runs was admitted, however long
   * ago (it may have waited for a person since).
   */
  isCounted(taskId: string): boolean {
    const counted = this.#db.exec(
      `SELECT 1 FROM events WHERE task_id = ? AND (seq = 1 AND cause = 'api' OR type = 'StageReported'
       AND json_extract(data, '$.record.name') = 'admit' AND json_extract(data, '$.record.outcome') = 'ok') LIMIT 1`,
      taskId,
    )
    return counted.toArray().length > 0
  }

  /** The task a delivery led to; null when it is not known, or never finished. */
  taskOfDelivery(guid: string): string | null {
    if (this.#takesForNew) return this.#deliveries.get(guid) ?? null
    return this.#db.exec<{ task_id: string }>("SELECT task_id FROM deliveries WHERE guid = ?", guid).toArray()[0]?.task_id ?? null
  }

  addDelivery(guid: string, at: number, taskId: string): void {
    this.#fresh.delivery(guid, at, taskId)
    if (this.#takesForNew) this.#deliveries.set(guid, taskId)
  }

  running(): ReadonlyArray<StoredTask> {
    return this.#all(`SELECT ${COLUMNS} FROM tasks WHERE status = 'running'`)
  }

  /** All open tasks: for a stop of the whole repository. */
  open(): ReadonlyArray<StoredTask> {
    return this.#all(`SELECT ${COLUMNS} FROM tasks WHERE status IN ('pending', 'running', 'waiting')`)
  }

  /** Pending tasks whose time has come, the longest waiting first. */
  due(now: number, limit: number): ReadonlyArray<StoredTask> {
    return this.#all(`SELECT ${COLUMNS} FROM tasks WHERE status = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT ?`, now, limit)
  }

  /** Dispatched runs that the engine does not have, and may be given now. */
  unstarted(now: number): ReadonlyArray<StoredTask> {
    return this.#all(`SELECT ${COLUMNS} FROM tasks WHERE status = 'running' AND started = 0 AND start_at <= ?`, now)
  }

  nextDue(): number | null {
    return this.#time("SELECT min(due_at) AS at FROM tasks WHERE status = 'pending'")
  }

  nextStart(): number | null {
    return this.#time("SELECT min(start_at) AS at FROM tasks WHERE status = 'running' AND started = 0")
  }

  stateOf(task: StoredTask | null): RepositoryState {
    return { limits: this.limits, counters: this.counters, task: task?.task ?? null }
  }

  /** Appends the events to the task's history and keeps its fold, in the transaction that is going on. */
  append(before: StoredTask | null, events: ReadonlyArray<TaskEvent>, after: RepositoryState, actor: string, cause: string): StoredTask {
    const task = after.task
    if (task === null) throw new Error("events without a task")
    const isNew = before === null || before.task.id !== task.id
    let seq = isNew ? 0 : before.seq
    let hash = isNew ? CHAIN_START : before.hash
    for (const event of events) {
      const { _tag: type, at, ...rest } = event
      const entry = { taskId: task.id, seq: ++seq, at, actor, cause, type, data: JSON.stringify(rest) }
      hash = hashEvent(hash, entry)
      this.#fresh.event(task.id, seq, at, actor, cause, type, entry.data, hash)
    }
    const { dueAt, runId, status } = task
    const deadlineAt = task.cancel?.deadlineAt ?? null
    const text = JSON.stringify(task)
    if (isNew) {
      this.#fresh.task(status, dueAt, runId, deadlineAt, text, seq, hash, task.id, task.issueNumber, task.generation)
    } else {
      this.#db.exec(
        "UPDATE tasks SET status = ?, due_at = ?, run_id = ?, deadline_at = ?, state = ?, seq = ?, hash = ? WHERE id = ?",
        status,
        dueAt,
        runId,
        deadlineAt,
        text,
        seq,
        hash,
        task.id,
      )
    }
    this.#counters = after.counters
    this.#countersChanged = true
    const kept = { ...(isNew ? { logSeq: 0, lastSeenAt: 0, started: false, startFailures: 0 } : before), task, seq, hash }
    if (this.#takesForNew) this.#newest.set(task.issueNumber, kept)
    return kept
  }

  /** Heartbeat: no history. */
  seen(taskId: TaskId, at: number): void {
    this.#db.exec("UPDATE tasks SET last_seen_at = ? WHERE id = ?", at, taskId)
  }

  /** Whether the engine has the run; a run it does not have is started at `startAt`. */
  setStarted(taskId: TaskId, started: boolean, startAt: number, failures: number): void {
    this.#db.exec("UPDATE tasks SET started = ?, start_at = ?, start_failures = ? WHERE id = ?", started ? 1 : 0, startAt, failures, taskId)
  }

  /** Writes what is only in memory; the last thing a transaction does. */
  flush(): void {
    this.#fresh.write(this.#sql)
    this.#forget()
    if (!this.#countersChanged || this.#counters === null) return
    const c = this.#counters
    this.#sql.exec(
      "UPDATE counters SET pending = ?, running = ?, waiting = ?, completed = ?, failed = ?, cancelled = ?",
      c.pending,
      c.running,
      c.waiting,
      c.completed,
      c.failed,
      c.cancelled,
    )
    this.#countersChanged = false
  }

  /** Marks the memory, so that `rollback` returns to it. Between two flushes nothing else is in it. */
  mark(): () => void {
    const [counters, changed, initialised] = [this.#counters, this.#countersChanged, this.#initialised]
    return () => {
      this.#counters = counters
      this.#countersChanged = changed
      this.#initialised = initialised
      this.#repository = null
      this.#repositoryText = null
      this.#fresh.clear()
      this.#forget()
    }
  }

  #forget(): void {
    this.#takesForNew = false
    this.#newest.clear()
    this.#deliveries.clear()
  }

  #time(query: string): number | null {
    return this.#initialised ? this.#db.exec<{ at: number | null }>(query).one().at : null
  }

  #all(query: string, ...bindings: ReadonlyArray<string | number>): ReadonlyArray<StoredTask> {
    return this.#initialised
      ? this.#db
          .exec<TaskColumns>(query, ...bindings)
          .toArray()
          .map(stored)
      : []
  }

  #first(query: string, ...bindings: ReadonlyArray<string | number>): StoredTask | null {
    return this.#all(query, ...bindings)[0] ?? null
  }
}
