import type { Counters, RepositoryState } from "./RepositoryState.ts"
import { type Task, TaskEvent } from "./Task.ts"
import type { StageRecord } from "./Stage.ts"
import { addUsage, noUsage } from "./Usage.ts"

/** A task after one of its events. `Requested` makes it; any other event without a task is a bug and throws. */
const evolveTask = (before: Task | null, event: TaskEvent): Task => {
  if (event._tag === "Requested") {
    return {
      id: event.taskId,
      issueNumber: event.issueNumber,
      generation: event.generation,
      issueUrl: event.issueUrl,
      title: event.title,
      requestedBy: event.requestedBy,
      status: "pending",
      reason: null,
      waiting: null,
      attempt: 0,
      resuming: false,
      runId: null,
      dueAt: event.at,
      recoveries: 0,
      reports: 0,
      cancel: null,
      stages: [],
      spent: noUsage,
      runUsage: noUsage,
      outcome: null,
      createdAt: event.at,
      updatedAt: event.at,
    }
  }
  if (before === null) throw new Error(`event ${event._tag} without a task`)
  const task: Task = { ...before, updatedAt: event.at }
  return TaskEvent.match(event, {
    Requested: () => task,
    Dispatched: ({ attempt, runId }) => ({
      ...task,
      status: "running" as const,
      reason: null,
      attempt,
      runId,
      resuming: false,
      recoveries: 0,
      reports: 0,
      stages: [],
      spent: addUsage(task.spent, task.runUsage),
      runUsage: noUsage,
      outcome: null,
    }),
    StageReported: ({ record }) => ({ ...task, stages: withStage(task.stages, record), reports: task.reports + 1 }),
    UsageReported: ({ usage }) => ({ ...task, runUsage: usage }),
    Waited: ({ kind, reason }) => ({ ...task, status: "waiting" as const, waiting: kind, reason }),
    Resumed: ({ dueAt }) => ({
      ...task,
      status: "pending" as const,
      waiting: null,
      reason: null,
      dueAt,
      resuming: task.resuming || task.status === "waiting",
    }),
    RunRecovered: ({ recoveries }) => ({ ...task, recoveries }),
    RetryScheduled: ({ dueAt, reason, usage }) => ({
      ...task,
      status: "pending" as const,
      reason,
      dueAt,
      runUsage: usage ?? task.runUsage,
    }),
    WishRenewed: ({ request }) => ({ ...task, cancel: task.cancel === null ? null : { ...task.cancel, renewed: request } }),
    CancelRequested: ({ deadlineAt, reason }) => ({ ...task, cancel: { reason, deadlineAt } }),
    Completed: ({ outcome }) => ended(task, "completed", null, outcome),
    Failed: ({ outcome, reason }) => ended(task, "failed", reason, outcome),
    Cancelled: ({ outcome, reason }) => ended(task, "cancelled", reason, outcome),
  })
}

const ended = (task: Task, status: Task["status"], reason: string | null, outcome: Task["outcome"]): Task => ({
  ...task,
  status,
  reason,
  waiting: null,
  cancel: null,
  outcome,
  stages: outcome === null || outcome.stages.length === 0 ? task.stages : outcome.stages,
  runUsage: outcome === null ? task.runUsage : outcome.usage,
})

/** A repeated report of a stage replaces it: `(name, startedAt)` is its key. */
const withStage = (stages: ReadonlyArray<StageRecord>, record: StageRecord): ReadonlyArray<StageRecord> => {
  const index = stages.findIndex((known) => known.name === record.name && known.startedAt === record.startedAt)
  return index < 0 ? [...stages, record] : stages.with(index, record)
}

const moved = (counters: Counters, from: Task["status"] | null, to: Task["status"]): Counters => {
  if (from === to) return counters
  const next = { ...counters, [to]: counters[to] + 1 }
  return from === null ? next : { ...next, [from]: counters[from] - 1 }
}

/** The repository's state after one event of the task concerned. */
export const evolve = (state: RepositoryState, event: TaskEvent): RepositoryState => {
  const before = event._tag === "Requested" ? null : state.task
  const task = evolveTask(before, event)
  return { ...state, task, counters: moved(state.counters, before?.status ?? null, task.status) }
}
