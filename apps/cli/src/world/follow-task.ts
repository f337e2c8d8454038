import type { TaskDetail, TaskLogView } from "@loom/core/domain/TaskView"
import { ApiFailed, type ApiClient } from "../api-client.ts"

/** News of a task: its new state, or a line of its log. */
export type TaskNews = { readonly type: "task"; readonly detail: TaskDetail } | { readonly type: "log"; readonly line: TaskLogView }

export interface FollowOptions {
  /** Between two looks. */
  readonly intervalMs: number
  /** How long Loom may be away (a restart of the Worker) before following fails. */
  readonly patienceMs: number
  readonly signal?: AbortSignal
}

const defaults: FollowOptions = { intervalMs: 250, patienceMs: 120_000 }

/** `waiting` is an end for whoever follows: it goes on only when a person does something. */
export const isOver = ({ status }: Pick<TaskDetail, "status">): boolean => status !== "pending" && status !== "running"

/** Looks at a task until it is over; tells every change once and every log line once, in order. */
export const followTask = async (
  api: Pick<ApiClient, "task" | "logs">,
  id: string,
  onNews: (news: TaskNews) => void,
  options: Partial<FollowOptions> = {},
): Promise<TaskDetail> => {
  const { intervalMs, patienceMs, signal } = { ...defaults, ...options }
  let told = ""
  let lastLine = 0
  let lastAnswerAt = Date.now()

  /** One look: the task first, so that the log of an ended task is complete when it is read. */
  const look = async (): Promise<TaskDetail | null> => {
    try {
      const detail = await api.task(id)
      lastLine = await tellLog(api, id, lastLine, onNews)
      const now = JSON.stringify(detail)
      if (now !== told) onNews({ type: "task", detail })
      told = now
      lastAnswerAt = Date.now()
      return detail
    } catch (error) {
      if (!isPassing(error) || Date.now() - lastAnswerAt > patienceMs) throw error
      return null
    }
  }

  for (;;) {
    const detail = await look()
    if (detail !== null && isOver(detail)) return detail
    signal?.throwIfAborted()
    await pause(intervalMs, signal)
    signal?.throwIfAborted()
  }
}

/** Tells the lines after `after`, page by page, and answers the number of the last one. */
const tellLog = async (api: Pick<ApiClient, "logs">, id: string, after: number, onNews: (news: TaskNews) => void): Promise<number> => {
  let last = after
  for (;;) {
    const { items } = await api.logs(id, last)
    const fresh = items.filter(({ seq }) => seq > last)
    for (const line of fresh) onNews({ type: "log", line })
    if (fresh.length === 0) return last
    last = Math.max(...fresh.map(({ seq }) => seq))
  }
}

/** Loom is away or troubled for a moment; any other answer stays the same when asked again. */
const isPassing = (error: unknown): boolean => error instanceof ApiFailed && (error.status === null || error.status >= 500)

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener("abort", done)
  })
