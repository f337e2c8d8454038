import { Result } from "effect"
import { type Command, Refusal, type RefusalCode } from "./Command.ts"
import type { RunId } from "./Ids.ts"
import type { Limits, RepositoryState } from "./RepositoryState.ts"
import { isOpen, type Task, TaskEvent, type TaskRequest, taskIdOf } from "./Task.ts"

export type Decision = Result.Result<ReadonlyArray<TaskEvent>, Refusal>

/** Stage reports of one run that become history; later ones are only signs of life. */
const MAX_REPORTS = 2_000

const E = TaskEvent.cases
const accept = (...events: ReadonlyArray<TaskEvent>): Decision => Result.succeed(events)
const refuse = (code: RefusalCode, detail: string, task: Task | null): Decision =>
  Result.fail(new Refusal({ code, detail, taskId: task?.id ?? null }))

/** Full backoff doubles from `backoffBaseMs`; between half of it and all of it is waited. */
export const backoffMs = (limits: Limits, attempt: number, jitter: number): number =>
  Math.round(Math.min(limits.backoffMaxMs, limits.backoffBaseMs * 2 ** Math.max(0, attempt - 1)) * (0.5 + jitter / 2))

/**
 * What a command does to the task concerned: events, or a refusal that changes nothing. Pure: clock, chance and ids come with
 * the command (design section 5). An empty list means that all is as it should be already.
 */
export const decide = (state: RepositoryState, command: Command): Decision => {
  const { task } = state
  if (command._tag === "Request") return request(task, command.request, command.at)
  if (task === null) return refuse("unknown_task", "There is no such task.", null)
  if (command._tag === "Retry") return retry(task, command)
  if (!isOpen(task.status)) return refuse("already_ended", `The task has ended as ${task.status}; set the label again for a new one.`, task)
  switch (command._tag) {
    case "Dispatch":
      return dispatch(state, task, command.runId, command.at)
    case "Resume":
      return task.status === "waiting"
        ? accept(E.Resumed.make({ at: command.at, dueAt: command.at }))
        : refuse("not_waiting", `The task is ${task.status} and does not wait for anybody.`, task)
    case "Cancel":
      return cancel(state.limits, task, command.reason, command.at)
    case "ExpireCancel":
      return task.status === "running" && task.cancel !== null && command.at >= task.cancel.deadlineAt
        ? accept(
            E.Cancelled.make({
              at: command.at,
              reason: `${task.cancel.reason} The run did not stop in time and was stopped by force.`,
              outcome: null,
            }),
          )
        : refuse("not_cancelling", "No cancellation of this task is overdue.", task)
    default:
      return task.status === "running" && task.runId === command.runId
        ? ofRun(state.limits, task, command)
        : refuse("stale_run", `Run ${command.runId} is not the current run of this task.`, task)
  }
}

const requested = (
  repositoryId: number,
  previous: Task | null,
  spec: Pick<TaskRequest, "issueNumber" | "issueUrl" | "title" | "requestedBy">,
  at: number,
) => {
  const generation = (previous?.generation ?? 0) + 1
  return E.Requested.make({
    at,
    taskId: taskIdOf(repositoryId, spec.issueNumber, generation),
    generation,
    issueNumber: spec.issueNumber,
    issueUrl: spec.issueUrl,
    title: spec.title,
    requestedBy: spec.requestedBy,
  })
}

const request = (task: Task | null, wish: TaskRequest, at: number): Decision => {
  const isOld = task !== null && wish.intentAt !== null && wish.intentAt <= task.createdAt
  if (task !== null && isOpen(task.status)) {
    // Taken off and set again: the run that is stopping is not the answer to the second wish.
    if (task.cancel === null) return refuse("already_open", "This issue has an open task already.", task)
    if (isOld) return refuse("same_intent", "This event is older than the issue's task, which is being stopped.", task)
    return task.cancel.renewed === undefined ? accept(E.WishRenewed.make({ at, request: wish })) : accept()
  }
  // A cancelled task never swallows a request: `admit` reads the issue again, so the last word is GitHub's.
  if (task !== null && task.status !== "cancelled" && isOld) {
    return refuse("same_intent", "This event is older than the issue's last task, which has ended.", task)
  }
  return accept(requested(wish.repository.id, task, wish, at))
}

const retry = (task: Task, command: Extract<Command, { _tag: "Retry" }>): Decision => {
  switch (task.status) {
    case "running":
      return refuse("already_running", "The task is running; cancel it first.", task)
    case "waiting":
      return accept(E.Resumed.make({ at: command.at, dueAt: command.at }))
    case "pending":
      return task.dueAt > command.at ? accept(E.Resumed.make({ at: command.at, dueAt: command.at })) : accept()
    default:
      return accept(requested(command.repositoryId, task, { ...task, requestedBy: command.requestedBy }, command.at))
  }
}

const dispatch = (state: RepositoryState, task: Task, runId: RunId, at: number): Decision => {
  if (task.status !== "pending") return refuse("not_pending", `The task is ${task.status}.`, task)
  if (task.dueAt > at) return refuse("not_due", `The task is due in ${task.dueAt - at} ms.`, task)
  if (state.counters.running >= state.limits.concurrency)
    return refuse("no_slot", `${state.counters.running} runs of this repository are going on.`, task)
  const attempt = task.resuming ? task.attempt : task.attempt + 1
  if (attempt > state.limits.maxAttempts) return refuse("no_attempt_left", `All ${state.limits.maxAttempts} attempts are used up.`, task)
  return accept(E.Dispatched.make({ at, runId, attempt }))
}

const cancel = (limits: Limits, task: Task, reason: string, at: number): Decision => {
  if (task.status !== "running") return accept(E.Cancelled.make({ at, reason, outcome: null }))
  if (task.cancel === null) return accept(E.CancelRequested.make({ at, reason, deadlineAt: at + limits.cancelGraceMs }))
  // Said again after a renewed wish: that wish is taken back, and the run has no more time than it had.
  return task.cancel.renewed === undefined ? accept() : accept(E.CancelRequested.make({ at, reason, deadlineAt: task.cancel.deadlineAt }))
}

type RunCommand = Exclude<Command, { _tag: "Request" | "Retry" | "Dispatch" | "Resume" | "Cancel" | "ExpireCancel" }>

const ofRun = (limits: Limits, task: Task, command: RunCommand): Decision => {
  const { at, runId } = command
  switch (command._tag) {
    case "Heartbeat":
      return accept()
    case "ReportStage":
      return isNews(task, command.record) && task.reports < MAX_REPORTS
        ? accept(E.StageReported.make({ at, runId, record: command.record }))
        : accept()
    case "ReportUsage":
      return JSON.stringify(command.usage) === JSON.stringify(task.runUsage)
        ? accept()
        : accept(E.UsageReported.make({ at, runId, usage: command.usage }))
    case "WaitFor":
      return task.cancel === null
        ? accept(E.Waited.make({ at, runId, kind: command.kind, reason: command.reason }))
        : accept(E.Cancelled.make({ at, reason: task.cancel.reason, outcome: null }))
    case "Finish":
      return finish(limits, task, command)
    case "LoseRun":
      return again(limits, task, command, command.reason, null)
    case "ExpireLease":
      if (at - command.silentSince < command.leaseMs) return refuse("not_silent", "The run gave a sign of life.", task)
      // Also when it was asked to stop: it must clean up behind itself; `ExpireCancel` bounds that.
      return task.recoveries < limits.maxRecoveries
        ? accept(E.RunRecovered.make({ at, runId, recoveries: task.recoveries + 1 }))
        : accept(
            E.Failed.make({
              at,
              runId,
              outcome: null,
              reason: `The run fell silent ${limits.maxRecoveries + 1} times. Check the health of the sandbox and the model, then set the label again.`,
            }),
          )
  }
}

const isNews = (task: Task, record: Task["stages"][number]): boolean =>
  !task.stages.some((known) => JSON.stringify(known) === JSON.stringify(record))

const finish = (limits: Limits, task: Task, command: Extract<Command, { _tag: "Finish" }>): Decision => {
  const { at, outcome, runId } = command
  const reason = outcome.failure?.reason ?? `The run ended as ${outcome.status} and gave no reason.`
  // A pull request that was opened before the stop was heard is said, not hidden.
  if (outcome.status === "completed") return accept(E.Completed.make({ at, runId, outcome }))
  if (task.cancel !== null) return accept(E.Cancelled.make({ at, reason: task.cancel.reason, outcome }))
  if (outcome.status === "cancelled" || outcome.status === "refused") return accept(E.Cancelled.make({ at, reason, outcome }))
  return outcome.failure?.class === "transient"
    ? again(limits, task, command, reason, outcome)
    : accept(E.Failed.make({ at, runId, reason, outcome }))
}

/** Another attempt after a backoff, while there is one left. */
const again = (
  limits: Limits,
  task: Task,
  { at, jitter, runId }: { readonly at: number; readonly jitter: number; readonly runId: RunId },
  reason: string,
  outcome: Task["outcome"],
): Decision => {
  if (task.cancel !== null) return accept(E.Cancelled.make({ at, reason: task.cancel.reason, outcome }))
  return task.attempt < limits.maxAttempts
    ? accept(
        E.RetryScheduled.make({ at, runId, reason, usage: outcome?.usage ?? null, dueAt: at + backoffMs(limits, task.attempt, jitter) }),
      )
    : accept(E.Failed.make({ at, runId, reason, outcome }))
}
