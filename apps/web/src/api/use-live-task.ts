import type { LiveMessage } from "@loom/core/domain/LiveMessage"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useQueryClient } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { LiveConnection, type LiveState } from "./LiveConnection.ts"
import { appendEvents, noEvents, type TaskEvents } from "./event-pages.ts"
import { appendPage, emptyLog, type TaskLog } from "./log-pages.ts"
import { eventsKey, logKey, taskKey } from "./queries.ts"

/** Lines that come together are shown together: one look at the page for many messages. */
const gatherMs = 30

const addressOf = (id: string): string => {
  const url = new URL(`/api/v1/tasks/${encodeURIComponent(id)}/live`, location.href)
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
  return url.href
}

/**
 * Keeps what is known of a task up to date through its live feed, and says whether it does. While it does not, the queries of
 * `queries.ts` ask by themselves; what both bring is put together by sequence number.
 */
export const useLiveTask = (id: string): LiveState => {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>("connecting")
  useEffect(() => {
    const known = {
      events: () => client.getQueryData<TaskEvents>(eventsKey(id)) ?? noEvents,
      log: () => client.getQueryData<TaskLog>(logKey(id)) ?? emptyLog,
    }
    let waiting: Array<LiveMessage> = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const show = () => {
      clearTimeout(timer)
      timer = undefined
      const messages = waiting
      waiting = []
      const lines = messages.flatMap((message) => (message.type === "log" ? message.items : []))
      const events = messages.flatMap((message) => (message.type === "event" ? message.items : []))
      const task = messages.findLast((message) => message.type === "task")
      if (lines.length > 0) client.setQueryData(logKey(id), appendPage(known.log(), lines))
      if (events.length > 0) client.setQueryData(eventsKey(id), appendEvents(known.events(), events))
      if (task !== undefined) client.setQueryData<TaskDetail>(taskKey(id), task.task)
    }
    const connection = new LiveConnection({
      url: addressOf(id),
      cursor: () => {
        // What was taken and is not shown yet counts as taken.
        show()
        return `${known.events().lastSeq}.${known.log().lastSeq}`
      },
      onMessage: (message) => {
        waiting.push(message)
        timer ??= setTimeout(show, gatherMs)
      },
      onState: setState,
    })
    const hurry = () => connection.hurry()
    const lose = () => connection.lose()
    addEventListener("online", hurry)
    addEventListener("offline", lose)
    return () => {
      removeEventListener("online", hurry)
      removeEventListener("offline", lose)
      connection.stop()
      show()
    }
  }, [client, id])
  return state
}
