import type { TaskStatus } from "@loom/core/domain/TaskView"
import { keepPreviousData, QueryClient, useQuery, useQueryClient } from "@tanstack/react-query"
import { systemStatus, taskDetail, taskLogPage, taskPage } from "virtual:shapes"
import type { ApiError } from "./ApiError.ts"
import { getJson } from "./client.ts"
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
  /** Free text: title, repository, issue number. */
  readonly text: string
  readonly cursor: string | null
}

export const pageSize = 25

export const tasksPath = (filter: TaskFilter): string => {
  const query = new URLSearchParams({ limit: String(pageSize) })
  if (filter.status !== null) query.set("status", filter.status)
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

export const useTask = (id: string) =>
  useQuery({
    queryKey: ["task", id],
    queryFn: ({ signal }) => getJson(`/tasks/${encodeURIComponent(id)}`, taskDetail, signal),
    refetchInterval: ({ state }) => pollMs(state.error, taskPollMs(state.data?.status)),
  })

/** The log of a task, read incrementally; it goes on until the task has ended and the log is quiet. */
export const useTaskLog = (id: string, status: TaskStatus) => {
  const client = useQueryClient()
  const queryKey = ["task-log", id]
  return useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      readOn(
        client.getQueryData<TaskLog>(queryKey) ?? emptyLog,
        !isOpen(status),
        (seq) => getJson(`/tasks/${encodeURIComponent(id)}/logs?after=${seq}`, taskLogPage, signal),
        (log) => client.setQueryData(queryKey, log),
      ),
    // The arrays only grow; comparing 100,000 lines each second would be work for nothing.
    structuralSharing: false,
    refetchInterval: ({ state }) =>
      pollMs(state.error, isOpen(status) || state.data === undefined || !isSettled(state.data) ? 1_000 : false),
  })
}

export const useSystemStatus = () =>
  useQuery({
    queryKey: ["status"],
    queryFn: ({ signal }) => getJson("/status", systemStatus, signal),
    refetchInterval: ({ state }) => pollMs(state.error, 5_000),
  })
