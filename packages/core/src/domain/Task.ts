import { Schema } from "effect"
import { RunId, TaskId } from "./Ids.ts"
import { RepositoryRef } from "./Repository.ts"
import { RunOutcome } from "./Run.ts"
import { StageRecord } from "./Stage.ts"
import { TaskStatus } from "./TaskView.ts"
import { Usage } from "./Usage.ts"
import { Approval, KeptBy, RetryStage, WaitKind } from "./Wait.ts"

/** The wish of a person to have one issue resolved, as it comes from a webhook or the API. */
export const TaskRequest = Schema.Struct({
  repository: RepositoryRef,
  issueNumber: Schema.Int,
  issueUrl: Schema.String,
  title: Schema.String,
  /** Login of the person who asked. Their permission is checked by the run's `admit`. */
  requestedBy: Schema.String,
  /** What caused it, for the history: a delivery GUID or `api`. */
  cause: Schema.NonEmptyString,
  /** GUID of the webhook delivery; null when it came another way. */
  deliveryId: Schema.NullOr(Schema.String),
  /**
   * When the person asked, in ms since the epoch (`issue.updated_at`), null when unknown. A late second event of the same
   * click (`opened` after `labeled`) is known by it after the first one's task has ended.
   */
  intentAt: Schema.NullOr(Schema.Finite),
  /** Plan first, and wait for a person's word. */
  approval: Schema.optionalKey(Schema.Literal(true)),
})
export type TaskRequest = typeof TaskRequest.Type

/** The folded state of one task. Everything here comes out of its events and nothing else. */
export const Task = Schema.Struct({
  id: TaskId,
  issueNumber: Schema.Int,
  /** 1 for the first task of an issue; a new one after the last has ended counts up. */
  generation: Schema.Int,
  issueUrl: Schema.String,
  title: Schema.String,
  requestedBy: Schema.String,
  status: TaskStatus,
  reason: Schema.NullOr(Schema.String),
  waiting: Schema.NullOr(WaitKind),
  /** Runs started so far, at most `maxAttempts`. A resumed task goes on with the same attempt. */
  attempt: Schema.Int,
  resuming: Schema.Boolean,
  /** The newest run; reports of any other are refused (fencing). */
  runId: Schema.NullOr(RunId),
  /** A pending task is not dispatched before this time. */
  dueAt: Schema.Finite,
  /** How often the current run was silent and was continued. */
  recoveries: Schema.Int,
  /** Stage reports taken of the current run; bounded. */
  reports: Schema.Int,
  /** `renewed`: somebody asked again while the run was still stopping; it becomes the next task when this one has ended. */
  cancel: Schema.NullOr(Schema.Struct({ reason: Schema.String, deadlineAt: Schema.Finite, renewed: Schema.optionalKey(TaskRequest) })),
  /** Somebody asked the running run to come to rest. */
  pause: Schema.optionalKey(Schema.Struct({ reason: Schema.String })),
  /** There when the plan needs a person's word. */
  approval: Schema.optionalKey(Approval),
  /** What the next run, or the present one, goes on with. */
  from: Schema.optionalKey(KeptBy),
  /** What the newest run to end has kept. */
  kept: Schema.optionalKey(Schema.Struct({ runId: RunId, stages: Schema.Array(RetryStage) })),
  stages: Schema.Array(StageRecord),
  /** Usage of ended runs. */
  spent: Usage,
  /** Usage of the current run. */
  runUsage: Usage,
  outcome: Schema.NullOr(RunOutcome),
  createdAt: Schema.Finite,
  updatedAt: Schema.Finite,
})
export type Task = typeof Task.Type

const At = { at: Schema.Finite }
const OfRun = { ...At, runId: RunId }

/** Everything that can happen to a task. `at` is milliseconds since the epoch, given by the coordinator's clock. */
export const TaskEvent = Schema.TaggedUnion({
  Requested: {
    ...At,
    taskId: TaskId,
    generation: Schema.Int,
    issueNumber: Schema.Int,
    issueUrl: Schema.String,
    title: Schema.String,
    requestedBy: Schema.String,
    approval: Schema.optionalKey(Approval),
    from: Schema.optionalKey(KeptBy),
  },
  Dispatched: { ...OfRun, attempt: Schema.Int },
  StageReported: { ...OfRun, record: StageRecord },
  UsageReported: { ...OfRun, usage: Usage },
  PauseRequested: { ...OfRun, reason: Schema.String },
  /** `runId` null: it was paused in the queue. `outcome`: how the run came to rest, where it could say so. */
  Waited: { ...At, runId: Schema.NullOr(RunId), kind: WaitKind, reason: Schema.String, outcome: Schema.optionalKey(RunOutcome) },
  Approved: { ...At, approval: Approval },
  /** Goes back to the queue: resumed by a person, or hurried out of its backoff. `from` replaces what its run goes on with. */
  Resumed: { ...At, dueAt: Schema.Finite, from: Schema.optionalKey(KeptBy) },
  RunRecovered: { ...OfRun, recoveries: Schema.Int },
  RetryScheduled: { ...OfRun, dueAt: Schema.Finite, reason: Schema.String, usage: Schema.NullOr(Usage), from: Schema.optionalKey(KeptBy) },
  WishRenewed: { ...At, request: TaskRequest },
  CancelRequested: { ...At, reason: Schema.String, deadlineAt: Schema.Finite },
  Completed: { ...OfRun, outcome: RunOutcome },
  Failed: { ...OfRun, reason: Schema.String, outcome: Schema.NullOr(RunOutcome) },
  Cancelled: { ...At, reason: Schema.String, outcome: Schema.NullOr(RunOutcome) },
})
export type TaskEvent = typeof TaskEvent.Type

/** Open: the issue's wish is still being served, so a second request joins it. */
export const isOpen = (status: TaskStatus): boolean => status === "pending" || status === "running" || status === "waiting"

/** The next task of an issue: the first, or the one after `previous`. */
export const requestedAgain = (
  repositoryId: number,
  previous: Task | null,
  spec: Pick<TaskRequest, "issueNumber" | "issueUrl" | "title" | "requestedBy">,
  at: number,
  more: { readonly approval?: Approval; readonly from?: KeptBy },
): TaskEvent => {
  const generation = (previous?.generation ?? 0) + 1
  return TaskEvent.cases.Requested.make({
    at,
    taskId: taskIdOf(repositoryId, spec.issueNumber, generation),
    generation,
    issueNumber: spec.issueNumber,
    issueUrl: spec.issueUrl,
    title: spec.title,
    requestedBy: spec.requestedBy,
    ...more,
  })
}

/** `t_<repository id>_<issue>_<generation>`: names its repository, so that a reader finds the coordinator without a lookup. */
export const taskIdOf = (repositoryId: number, issueNumber: number, generation: number): TaskId =>
  TaskId.make(`t_${repositoryId}_${issueNumber}_${generation}`)

/** The repository id inside a task id; null when it is not one of Loom's. */
export const repositoryIdOf = (taskId: string): number | null => {
  const match = /^t_(\d{1,15})_\d{1,15}_\d{1,9}$/.exec(taskId)
  return match === null ? null : Number(match[1])
}
