import { Context, Schema, type Effect } from "effect"
import { Refusal } from "../domain/Command.ts"
import type { LogLine, RunOutcome } from "../domain/Run.ts"
import type { StageRecord } from "../domain/Stage.ts"
import type { TaskRequest } from "../domain/Task.ts"
import { type TaskDetail, type TaskEventPage, type TaskLogPage, TaskStatus } from "../domain/TaskView.ts"
import type { Usage } from "../domain/Usage.ts"
import type { RetryStage } from "../domain/Wait.ts"
import type { CoordinatorUnavailable, RunSignal } from "./RunReporter.ts"

/** No task with this id. Permanent. */
export class TaskNotFound extends Schema.TaggedError<TaskNotFound>()("TaskNotFound", { taskId: Schema.String }) {
  override get message(): string {
    return `There is no task ${this.taskId}. GET /api/v1/tasks lists the tasks there are.`
  }
}

/** The task a command ended up with, and what it made of it. */
export const TaskAnswer = Schema.Struct({
  taskId: Schema.String,
  status: TaskStatus,
  /** `created`: a new task. `joined`: the issue's open task. `repeated`: this delivery was answered before. `changed` and `unchanged`: an existing task. */
  effect: Schema.Literals(["created", "joined", "repeated", "changed", "unchanged"]),
})
export type TaskAnswer = typeof TaskAnswer.Type

/** Which tasks to cancel: one, the open one of an issue, or all open ones of the repository. */
export type CancelTarget =
  | { readonly kind: "task"; readonly taskId: string }
  | { readonly kind: "issue"; readonly issueNumber: number }
  | { readonly kind: "all" }

export interface CancelRequest {
  readonly target: CancelTarget
  /** One sentence for people: it becomes the task's reason. */
  readonly reason: string
  readonly actor: string
  readonly cause: string
}

/** What a person can do with a task besides cancelling it. */
export type Steering =
  | { readonly kind: "pause"; readonly reason: string }
  | { readonly kind: "resume" }
  /** `note`: for the coder. `isChecked` false: `actor` set a label, and the run asks whether they may write here. */
  | { readonly kind: "approve"; readonly note: string | null; readonly isChecked: boolean }
  /** `from` null: an ended task is followed by one that begins anew, a waiting one goes on where it stopped. */
  | { readonly kind: "retry"; readonly from: RetryStage | null }

export interface SteerRequest {
  /** The newest task of an issue, for who does not know its id. */
  readonly target: { readonly kind: "task"; readonly taskId: string } | { readonly kind: "issue"; readonly issueNumber: number }
  readonly what: Steering
  readonly actor: string
  readonly cause: string
}

/** What a run reports; each is a heartbeat and may be repeated. */
export type RunReport =
  | { readonly kind: "stage"; readonly record: StageRecord }
  /** `key` makes a repeated batch one batch. */
  | { readonly kind: "log"; readonly key: string; readonly lines: ReadonlyArray<LogLine> }
  | { readonly kind: "usage"; readonly total: Usage }
  | { readonly kind: "heartbeat" }

/** A page of a task's history or log: entries with `seq > after`, oldest first. */
export interface PageRequest {
  readonly after: number
  /** At most 1,000. */
  readonly limit: number
}

type Unavailable = CoordinatorUnavailable

/** The coordinator of each repository, addressed by GitHub's repository id: the truth about its tasks. */
export class Coordinator extends Context.Service<
  Coordinator,
  {
    /** Durable when it returns. The same issue or the same delivery again answers the same task. */
    readonly request: (request: TaskRequest) => Effect.Effect<TaskAnswer, Unavailable>
    /** Answers the tasks concerned; none when there is nothing open. A task target that is unknown or has ended is refused. */
    readonly cancel: (
      repositoryId: number,
      request: CancelRequest,
    ) => Effect.Effect<ReadonlyArray<TaskAnswer>, TaskNotFound | Refusal | Unavailable>
    /** Pauses, resumes, approves or tries again: `retry` makes a new task of an ended one, hurries a queued one, resumes a waiting one. */
    readonly steer: (repositoryId: number, request: SteerRequest) => Effect.Effect<TaskAnswer, TaskNotFound | Refusal | Unavailable>
    readonly task: (repositoryId: number, taskId: string) => Effect.Effect<TaskDetail, TaskNotFound | Unavailable>
    readonly events: (
      repositoryId: number,
      taskId: string,
      page: PageRequest,
    ) => Effect.Effect<typeof TaskEventPage.Type, TaskNotFound | Unavailable>
    readonly logs: (
      repositoryId: number,
      taskId: string,
      page: PageRequest,
    ) => Effect.Effect<typeof TaskLogPage.Type, TaskNotFound | Unavailable>
    readonly report: (repositoryId: number, runId: string, report: RunReport) => Effect.Effect<RunSignal, Unavailable>
    /** A repeated or stale finish changes nothing. */
    readonly finish: (repositoryId: number, runId: string, outcome: RunOutcome) => Effect.Effect<void, Unavailable>
  }
>()("@loom/core/ports/Coordinator") {}
