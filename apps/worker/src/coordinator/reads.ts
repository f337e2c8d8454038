import { Schema } from "effect"
import { taskDetail } from "@loom/core/domain/task-detail"
import type { TaskDetail, TaskEventPage, TaskLogPage } from "@loom/core/domain/TaskView"
import { LogLine } from "@loom/core/domain/Run"
import type { PageRequest } from "@loom/core/ports/Coordinator"
import type { TaskStore } from "./TaskStore.ts"

const MAX_PAGE = 1_000

export type EventRow = {
  position: number
  task_id: string
  seq: number
  at: number
  actor: string
  cause: string
  type: string
  data: string
  hash: string
}
export type LogRow = { position: number; task_id: string; seq: number; at: number; stage: string | null; level: string; message: string }

const parseData = Schema.decodeSync(Schema.fromJsonString(Schema.Unknown))
const toLine = Schema.decodeUnknownSync(LogLine)

export const toEventView = ({ actor, at, cause, data, hash, seq, type }: EventRow) => ({
  seq,
  at,
  type,
  actor,
  cause,
  data: parseData(data),
  hash,
})
export const toLogView = (row: LogRow) => ({ ...toLine(row), seq: row.seq })

export const detail = (store: TaskStore, taskId: string): TaskDetail | null => {
  const stored = store.byId(taskId)
  return stored === null ? null : taskDetail(stored.task, store.repository)
}

const bounded = (limit: number) => Math.min(Math.max(1, Math.trunc(limit)), MAX_PAGE)
const page = <Row extends { readonly seq: number }, View>(rows: ReadonlyArray<Row>, limit: number, view: (row: Row) => View) => {
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit).map(view), next: last === undefined ? null : String(last.seq) }
}

/** Null when there is no such task. */
export const events = (
  store: TaskStore,
  sql: SqlStorage,
  taskId: string,
  { after, limit }: PageRequest,
): typeof TaskEventPage.Type | null => {
  if (store.byId(taskId) === null) return null
  const rows = sql
    .exec<EventRow>("SELECT * FROM events WHERE task_id = ? AND seq > ? ORDER BY seq LIMIT ?", taskId, after, bounded(limit) + 1)
    .toArray()
  return page(rows, bounded(limit), toEventView)
}

/** Null when there is no such task. */
export const logs = (store: TaskStore, sql: SqlStorage, taskId: string, { after, limit }: PageRequest): typeof TaskLogPage.Type | null => {
  if (store.byId(taskId) === null) return null
  const rows = sql
    .exec<LogRow>("SELECT * FROM logs WHERE task_id = ? AND seq > ? ORDER BY seq LIMIT ?", taskId, after, bounded(limit) + 1)
    .toArray()
  return page(rows, bounded(limit), toLogView)
}
