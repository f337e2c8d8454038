import type { TaskStatus } from "@loom/core/domain/TaskView"
import { keepPreviousData, QueryClient, useQuery, useQueryClient } from "@tanstack/react-query"
import { systemStatus, taskDetail, taskEventPage, taskLogPage, taskPage } from "virtual:shapes"
import type { ApiError } from "./ApiError.ts"
import { getJson } from "./client.ts"
import { appendEvents, noEvents, type TaskEvents } from "./event-pages.ts"
import type { LiveState } from "./LiveConnection.ts"
import { emptyLog, isSettled, readOn, type TaskLog } from "./log-pages.ts"
import { afterFailureMs, isOpen, listPollMs, type Poll, taskPollMs } from "./polling.ts"

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: ApiError
  }
}

export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // The poll is the retry: it waits by the kind of failure and the page says so meanwhile.
        retry: false,
        staleTime: 500,
        // Loom also runs on a machine without a network: the browser's word "offline" must not stop a request to localhost.
        networkMode: "always",
        refetchOnWindowFocus: "always",
        refetchOnReconnect: "always",
      },
    },
  })

const pollMs = (error: ApiError | null, otherwise: Poll): Poll => afterFailureMs(error, Math.random()) ?? otherwise

export interface TaskFilter {
  readonly status: TaskStatus | null
  /** `owner/name` */
  readonly repository: string | null
  /** Free text: title, repository, issue number. */
  readonly text: string
  readonly cursor: string | null
}

export const pageSize = 25

export const tasksPath = (filter: TaskFilter): string => {
  const query = new URLSearchParams({ limit: String(pageSize) })
  if (filter.status !== null) query.set("status", filter.status)
  if (filter.repository !== null) query.set("repository", filter.repository)
  if (filter.text !== "") query.set("q", filter.text)
  if (filter.cursor !== null) query.set("cursor", filter.cursor)
  return `/tasks?${query}`
}

export const useTasks = (filter: TaskFilter) =>
  useQuery({
    queryKey: ["tasks", filter],
    queryFn: ({ signal }) => getJson(tasksPath(filter), taskPage, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => pollMs(state.error, listPollMs(state.data?.items.map((task) => task.status) ?? [])),
  })

export const taskKey = (id: string) => ["task", id]
export const logKey = (id: string) => ["task-log", id]
export const eventsKey = (id: string) => ["task-events", id]

/** While the live feed brings everything, nothing is asked for but now and then, should it be wrong. */
const checkMs = 60_000

export const useTask = (id: string, live: LiveState) =>
  useQuery({
    queryKey: taskKey(id),
    queryFn: ({ signal }) => getJson(`/tasks/${encodeURIComponent(id)}`, taskDetail, signal),
    refetchInterval: ({ state }) => pollMs(state.error, live === "live" ? checkMs : taskPollMs(state.data?.status)),
  })

/** The log of a task, read incrementally; it goes on until the task has ended and the log is quiet. */
export const useTaskLog = (id: string, status: TaskStatus, live: LiveState) => {
  const client = useQueryClient()
  const queryKey = logKey(id)
  return useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      readOn(
        () => client.getQueryData<TaskLog>(queryKey) ?? emptyLog,
        !isOpen(status),
        (seq) => getJson(`/tasks/${encodeURIComponent(id)}/logs?after=${seq}`, taskLogPage, signal),
        (log) => client.setQueryData(queryKey, log),
      ),
    // The feed is given the first word: it brings the whole log.
    enabled: live === "away",
    // The arrays only grow; comparing 100,000 lines each second would be work for nothing.
    structuralSharing: false,
    refetchInterval: ({ state }) =>
      pollMs(state.error, isOpen(status) || state.data === undefined || !isSettled(state.data) ? 1_000 : false),
  })
}

/** The history of a task, for what it cost by stage. */
export const useTaskEvents = (id: string, status: TaskStatus, live: LiveState) => {
  const client = useQueryClient()
  const queryKey = eventsKey(id)
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      for (;;) {
        const before = client.getQueryData<TaskEvents>(queryKey) ?? noEvents
        const path = `/tasks/${encodeURIComponent(id)}/events?after=${before.lastSeq}`
        const page = await getJson(path, taskEventPage, signal)
        const events = appendEvents(client.getQueryData<TaskEvents>(queryKey) ?? noEvents, page.items)
        client.setQueryData(queryKey, events)
        if (page.next === null || events.lastSeq === before.lastSeq) return events
      }
    },
    enabled: live === "away",
    structuralSharing: false,
    refetchInterval: ({ state }) => pollMs(state.error, isOpen(status) ? 5_000 : false),
  })
}

export const useSystemStatus = () =>
  useQuery({
    queryKey: ["status"],
    queryFn: ({ signal }) => getJson("/status", systemStatus, signal),
    refetchInterval: ({ state }) => pollMs(state.error, 5_000),
  })
