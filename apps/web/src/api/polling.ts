import type { TaskStatus } from "@loom/core/domain/TaskView"
import { ApiError } from "./ApiError.ts"

/** How long until the same is asked again; `false` stops. A hidden tab does not ask at all (react-query's default). */
export type Poll = number | false

/** An ended task changes only when someone asks for it: a reload or a return to the tab shows that. */
export const isOpen = (status: TaskStatus): boolean => status === "pending" || status === "running" || status === "waiting"

/** After a failure: as the server asked, slower when trying again is unlikely to help, and never in step with others. */
export const afterFailureMs = (error: Error | null, jitter: number): Poll | null => {
  if (error === null) return null
  if (!(error instanceof ApiError)) return 10_000
  if (error.kind === "outdated") return false
  if (error.retryAfterMs !== null) return error.retryAfterMs + Math.round(1000 * jitter)
  return Math.round((error.kind === "refused" ? 30_000 : 4_000) * (1 + 0.25 * jitter))
}

/** A task page: each second while the task is open. */
export const taskPollMs = (status: TaskStatus | undefined): Poll => (status === undefined || isOpen(status) ? 1_000 : false)

/** The list: quick while something on it moves, slow to notice a new task. */
export const listPollMs = (statuses: ReadonlyArray<TaskStatus>): Poll => (statuses.some(isOpen) ? 2_000 : 5_000)
