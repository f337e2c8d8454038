import { type LiveMessage, type LivePlace, printCursor } from "@loom/core/domain/LiveMessage"
import { isOpen } from "@loom/core/domain/Task"
import { taskDetail } from "@loom/core/domain/task-detail"
import { events, logs } from "./reads.ts"
import type { StoredTask, TaskStore } from "./TaskStore.ts"

/** Lines per message: 2,000 characters each at the most. */
const PAGE = 200

/** What is new behind a place, ready to be sent. */
export interface LiveFrames {
  readonly texts: ReadonlyArray<string>
  readonly place: LivePlace
  readonly more: boolean
  /** The task has ended and nothing is left to tell. */
  readonly ended: boolean
  readonly end: string
}

const text = (message: LiveMessage): string => JSON.stringify(message)

/** One page of history and one of log behind `from`. The task itself goes along with events, and where `withTask` asks for it. */
export const liveFrames = (store: TaskStore, sql: SqlStorage, stored: StoredTask, from: LivePlace, withTask: boolean): LiveFrames => {
  const taskId = stored.task.id
  // A place behind the end, from another life of this task, is taken for the end: it is not waited for.
  let place: LivePlace = { event: Math.min(from.event, stored.seq), log: Math.min(from.log, stored.logSeq) }
  const start = printCursor(place)
  const texts: Array<string> = []
  const history = stored.seq > place.event ? events(store, sql, taskId, { after: place.event, limit: PAGE }) : null
  const lines = stored.logSeq > place.log ? logs(store, sql, taskId, { after: place.log, limit: PAGE }) : null
  const lastEvent = history?.items.at(-1)
  const lastLine = lines?.items.at(-1)
  if (history !== null && lastEvent !== undefined) {
    place = { ...place, event: lastEvent.seq }
    texts.push(text({ type: "event", cursor: printCursor(place), items: history.items }))
  }
  if (lines !== null && lastLine !== undefined) {
    place = { ...place, log: lastLine.seq }
    texts.push(text({ type: "log", cursor: printCursor(place), items: lines.items }))
  }
  const cursor = printCursor(place)
  if (withTask || lastEvent !== undefined) {
    const task = text({ type: "task", cursor: withTask ? start : cursor, task: taskDetail(stored.task, store.repository) })
    // First of all for who has just come; else behind the events that it follows from.
    if (withTask) texts.unshift(task)
    else texts.push(task)
  }
  const more = (history?.next ?? lines?.next ?? null) !== null
  return { texts, place, more, ended: !more && !isOpen(stored.task.status), end: text({ type: "end", cursor }) }
}
