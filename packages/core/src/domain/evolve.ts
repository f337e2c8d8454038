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
      ...(event.approval === undefined ? {} : { approval: event.approval }),
      ...(event.from === undefined ? {} : { from: event.from }),
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
    PauseRequested: ({ reason }) => ({ ...task, pause: { reason } }),
    Waited: ({ kind, outcome, reason, runId }) => ({
      ...withoutPause(withKept(task, outcome ?? null)),
      status: "waiting" as const,
      waiting: kind,
      reason,
      // A run that came to rest is gone on with; a task that waited in the queue begins as it would have.
      resuming: task.resuming || runId !== null,
      stages: outcome === undefined ? task.stages : outcome.stages,
      runUsage: outcome === undefined ? task.runUsage : outcome.usage,
      // Also when somebody approved who may not.
      ...(kind === "awaiting_approval" ? { approval: { state: "wanted" as const } } : {}),
    }),
    Approved: ({ approval }) => ({ ...task, approval }),
    Resumed: ({ dueAt, from }) => ({
      ...task,
      status: "pending" as const,
      waiting: null,
      reason: null,
      dueAt,
      ...(from === undefined ? {} : { from }),
    }),
    RunRecovered: ({ recoveries }) => ({ ...task, recoveries }),
    RetryScheduled: ({ dueAt, from, reason, usage }) => ({
      ...task,
      ...(from === undefined ? {} : { from }),
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

/** What is kept is the newest run's; one that could not say how it ended leaves what there was. */
const withKept = (task: Task, outcome: Task["outcome"]): Task => {
  if (outcome === null || task.runId === null) return task
  const { kept: _, ...rest } = task
  return outcome.kept === undefined ? rest : { ...rest, kept: { runId: task.runId, stages: outcome.kept } }
}

const withoutPause = (task: Task): Task => {
  const { pause: _, ...rest } = task
  return rest
}

const ended = (task: Task, status: Task["status"], reason: string | null, outcome: Task["outcome"]): Task => ({
  ...withoutPause(withKept(task, outcome)),
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
