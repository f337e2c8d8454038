import { Schema } from "effect"
import { taskDetail } from "@loom/core/domain/task-detail"
import { TaskEvent } from "@loom/core/domain/Task"
import type { ProjectionBatch } from "@loom/core/ports/TaskProjection"
import { type EventRow, type LogRow, toEventView, toLogView } from "./reads.ts"
import type { TaskStore } from "./TaskStore.ts"

const MAX_EVENTS = 250
const MAX_LOGS = 500
/** Characters of one batch: D1 takes parameters of up to 2 MB, and a character is up to 3 bytes. */
const MAX_CHARS = 400_000

const decodeEvent = Schema.decodeUnknownSync(TaskEvent)

/** A batch and where the outbox stands once it is written. */
export interface OutboxPage {
  readonly batch: ProjectionBatch
  readonly eventPosition: number
  readonly logPosition: number
}

const cursor = (store: TaskStore, key: string) => Number(store.meta(key) ?? 0)

const within = <Row>(rows: ReadonlyArray<Row>, size: (row: Row) => number): ReadonlyArray<Row> => {
  let total = 0
  const count = rows.findIndex((row) => (total += size(row)) > MAX_CHARS)
  return count < 0 ? rows : rows.slice(0, Math.max(1, count))
}

/** Events and log lines not yet projected. The events themselves are the outbox: nothing is written twice to be sent once. */
export const nextPage = (store: TaskStore, sql: SqlStorage): OutboxPage | null => {
  if (!store.initialised) return null
  const eventsFrom = cursor(store, "projected_event")
  const logsFrom = cursor(store, "projected_log")
  const counted = new Set<string>()
  const events = within(
    sql
      .exec<EventRow & { weight: number }>(
        "SELECT events.*, length(tasks.state) AS weight FROM events JOIN tasks ON tasks.id = task_id WHERE position > ? ORDER BY position LIMIT ?",
        eventsFrom,
        MAX_EVENTS,
      )
      .toArray(),
    // The task travels with its events, once.
    ({ data, task_id, weight }) => {
      const size = data.length + (counted.has(task_id) ? 0 : weight)
      counted.add(task_id)
      return size
    },
  )
  const logs = within(
    sql.exec<LogRow>("SELECT * FROM logs WHERE position > ? ORDER BY position LIMIT ?", logsFrom, MAX_LOGS).toArray(),
    (row) => row.message.length,
  )
  if (events.length === 0 && logs.length === 0) return null
  const ids = [...new Set(events.map((row) => row.task_id))]
  return {
    eventPosition: events.at(-1)?.position ?? eventsFrom,
    logPosition: logs.at(-1)?.position ?? logsFrom,
    batch: {
      repository: store.repository,
      counters: store.counters,
      position: lastPosition(sql),
      tasks: store.byIds(ids).map(({ seq, task }) => ({
        seq,
        generation: task.generation,
        detail: taskDetail(task, store.repository),
      })),
      events: events.map((row) => {
        const view = toEventView(row)
        return { taskId: row.task_id, view, event: decodeEvent({ _tag: row.type, at: row.at, ...Object(view.data) }) }
      }),
      logs: logs.map((row) => ({ taskId: row.task_id, line: toLogView(row) })),
    },
  }
}

const lastPosition = (sql: SqlStorage) =>
  sql.exec<{ position: number | null }>("SELECT max(position) AS position FROM events").one().position ?? 0
const lastLog = (sql: SqlStorage) => sql.exec<{ position: number | null }>("SELECT max(position) AS position FROM logs").one().position ?? 0

/** How many events and lines D1 has not seen. */
export const lag = (store: TaskStore, sql: SqlStorage): number =>
  store.initialised ? lastPosition(sql) - cursor(store, "projected_event") + lastLog(sql) - cursor(store, "projected_log") : 0

/** Inside a transaction, after the batch was written. */
export const markProjected = (store: TaskStore, page: OutboxPage): void => {
  store.setMeta("projected_event", String(page.eventPosition))
  store.setMeta("projected_log", String(page.logPosition))
}

const KEEP_DELIVERIES_MS = 4 * 24 * 3_600_000
const KEEP_LOGS = 200_000

/** GitHub redelivers for three days; log lines stay readable here for the newest 200,000, and in D1 for good. A bounded bite per call. */
export const prune = (store: TaskStore, sql: SqlStorage, now: number): void => {
  if (!store.initialised) return
  sql.exec("DELETE FROM deliveries WHERE guid IN (SELECT guid FROM deliveries WHERE at < ? LIMIT 1000)", now - KEEP_DELIVERIES_MS)
  const until = Math.min(lastLog(sql) - KEEP_LOGS, cursor(store, "projected_log"))
  sql.exec("DELETE FROM logs WHERE position IN (SELECT position FROM logs WHERE position <= ? LIMIT 5000)", until)
}
